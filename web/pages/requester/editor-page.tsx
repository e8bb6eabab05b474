import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { fieldProblems } from '../../app/problem.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { Steps } from '../../ui/steps.tsx'
import { useAct } from '../desk/act.ts'
import { STATE_TONES } from '../desk/campaign-state.ts'
import { useCurrencies } from '../desk/currencies.ts'
import { Loaded } from '../desk/loaded.tsx'
import {
  type Draft,
  draftOf,
  forgetDraft,
  freshDraft,
  isComplete,
  keepDraft,
  keptDraft,
  lacks,
  STEPS,
  type Step,
  VERSION_STEPS,
} from './draft.ts'
import { manageQuery, type ManagedView } from './queries.ts'
import { StepBasics } from './step-basics.tsx'
import { StepConsent } from './step-consent.tsx'
import { StepExam } from './step-exam.tsx'
import { StepForm } from './step-form.tsx'
import { StepInstructions } from './step-instructions.tsx'
import { StepItems } from './step-items.tsx'
import { StepOpen } from './step-open.tsx'
import { StepPay } from './step-pay.tsx'

/** A new campaign: kept on this device until there is enough of it for the server to hold. */
export function NewCampaignPage() {
  return <SignedIn>{(account) => <Fresh account={account} />}</SignedIn>
}

function Fresh({ account }: { account: AccountView }) {
  const { language } = useLanguage()
  const currencies = useCurrencies()
  const kept = keptDraft(account.account_id, 'new')
  // Points come first where there are some: they cost nothing until an operator says what they are worth.
  const first = currencies.find((c) => c.code === 'POINT') ?? currencies[0]
  return <Editor account={account} campaign={undefined} start={kept ?? freshDraft(language, first?.code ?? 'USD')} />
}

/** A draft, or the parts of a running campaign that can have a new version. */
export function EditCampaignPage() {
  const campaignId = String(useParams({ strict: false }).campaignId)
  return <SignedIn>{(account) => <Stored key={campaignId} account={account} campaignId={campaignId} />}</SignedIn>
}

function Stored({ account, campaignId }: { account: AccountView; campaignId: string }) {
  const t = useT('requester')
  const query = useQuery(manageQuery(campaignId))
  useCurrencies()
  if (!query.data) {
    return (
      <Page title={t('requester:edit.title')} back={{ to: '/requests', label: t('requester:mine.title') }}>
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    )
  }
  return (
    <Editor
      account={account}
      campaign={query.data}
      start={keptDraft(account.account_id, campaignId) ?? draftOf(query.data)}
    />
  )
}

function Editor({
  account,
  campaign,
  start,
}: {
  account: AccountView
  campaign: ManagedView | undefined
  start: Draft
}) {
  const t = useT('requester', 'desk')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const asked = (useSearch({ strict: false }) as { step?: Step }).step
  const live = campaign !== undefined && campaign.status !== 'draft'
  const steps = live ? [...VERSION_STEPS] : [...STEPS]
  const step = steps.find((s) => s === asked) ?? steps[0]!
  const id = campaign?.campaign_id ?? 'new'
  const [draft, setDraft] = useState(start)
  const [dirty, setDirty] = useState(() => keptDraft(account.account_id, id) !== undefined)
  const top = useRef<HTMLDivElement>(null)
  const missing = lacks(draft)
  const complete = isComplete(draft)
  const change = (part: Partial<Draft>) =>
    setDraft((before) => {
      const next = { ...before, ...part }
      keepDraft(account.account_id, id, next)
      setDirty(true)
      return next
    })
  const go = (to: Step) => {
    void navigate({
      to: campaign ? `/requests/${campaign.campaign_id}/edit` : '/requests/new',
      search: { step: to } as never,
    })
    requestAnimationFrame(() => {
      top.current?.focus({ preventScroll: true })
      scrollTo({ top: 0 })
    })
  }
  const stored = async (): Promise<string> => {
    const { instructions, form, settings, consent } = draft
    const params = { campaign_id: id }
    if (!campaign) return (await client.campaigns.create({ body: draft })).campaign_id
    if (live) await client.campaigns.revise({ params, body: { instructions, form, settings, consent } })
    else await client.campaigns.edit({ params, body: draft })
    return id
  }
  const save = useAct(stored, {
    changes: [['requester'], ['me']],
    after: (campaignId) => {
      forgetDraft(account.account_id, id)
      setDirty(false)
      if (live) void navigate({ to: `/requests/${campaignId}` })
    },
  })
  const saveAndGo = async (to: Step) => {
    // What is not whole yet stays on this device; steps that need the server are reached once it is.
    if (!dirty || !complete) return go(to)
    const campaignId = await save.mutateAsync(undefined).catch(() => undefined)
    if (campaignId === undefined) return
    if (!campaign) {
      await queries.invalidateQueries({ queryKey: ['requester'] })
      void navigate({ to: `/requests/${campaignId}/edit`, search: { step: to } as never })
    } else go(to)
  }
  useEffect(() => {
    if (!dirty) return
    const leave = (event: BeforeUnloadEvent) =>
      keptDraft(account.account_id, id) === undefined && event.preventDefault()
    addEventListener('beforeunload', leave)
    return () => removeEventListener('beforeunload', leave)
  }, [dirty, account.account_id, id])

  const done = (s: Step): boolean => {
    if (s === 'items') return campaign !== undefined && (campaign.open_collection || campaign.items >= campaign.quota)
    if (s === 'exam') return campaign?.has_exam ?? false
    if (s === 'open') return live
    return missing[s].length === 0
  }
  const at = steps.indexOf(step)
  const next = steps[at + 1]
  const needsServer = step === 'items' || step === 'exam' || step === 'open'
  const problems = Object.values(fieldProblems(save.error))
  return (
    <Page
      title={campaign ? draft.title || t('requester:edit.title') : t('requester:edit.new')}
      back={
        campaign && live
          ? { to: `/requests/${campaign.campaign_id}`, label: campaign.title }
          : { to: '/requests', label: t('requester:mine.title') }
      }
      width="wide"
      badge={
        campaign ? (
          <Badge tone={STATE_TONES[campaign.status]}>{t(`desk:campaign_state.${campaign.status}`)}</Badge>
        ) : undefined
      }
      lead={live ? t('requester:edit.live', { version: (campaign?.version ?? 0) + 1 }) : undefined}
    >
      <div className="grid items-start gap-6 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <div className="min-w-0 lg:sticky lg:top-20">
          <Steps
            label={t('requester:edit.steps')}
            current={step}
            steps={steps.map((s) => ({ key: s, label: t(`requester:step.${s}`), done: done(s) }))}
            state={(s) => (s.done ? t('requester:edit.step_done') : t('requester:edit.step_open'))}
            onGo={(key) => void saveAndGo(key as Step)}
          />
        </div>
        <div className="grid min-w-0 gap-6">
          <div ref={top} tabIndex={-1} className="outline-none">
            <h2 className="text-xl">{t(`requester:step.${step}`)}</h2>
            <p className="max-w-prose text-ink-soft">{t(`requester:step_lead.${step}`)}</p>
          </div>
          {needsServer && (!campaign || (dirty && !complete)) ? (
            <Notice tone="warn" title={t('requester:edit.first')}>
              <ul className="list-disc ps-5">
                {Object.values(missing)
                  .flat()
                  .map((key) => (
                    <li key={key}>{t(`requester:lack.${key}`)}</li>
                  ))}
              </ul>
            </Notice>
          ) : step === 'basics' ? (
            <StepBasics draft={draft} change={change} />
          ) : step === 'instructions' ? (
            <StepInstructions draft={draft} change={change} />
          ) : step === 'form' ? (
            <StepForm draft={draft} change={change} />
          ) : step === 'pay' ? (
            <StepPay draft={draft} change={change} />
          ) : step === 'consent' ? (
            <StepConsent draft={draft} change={change} />
          ) : campaign && step === 'items' ? (
            <StepItems campaign={campaign} />
          ) : campaign && step === 'exam' ? (
            <StepExam campaign={campaign} />
          ) : campaign ? (
            <StepOpen campaign={campaign} draft={draft} go={go} saved={!dirty} />
          ) : null}
          <ErrorLine error={save.error} />
          {problems.length > 0 ? (
            <ul className="grid list-disc gap-1 ps-5 text-sm text-bad-ink">
              {problems.map((p) => (
                <li key={p}>{p}</li>
              ))}
            </ul>
          ) : null}
          <div className="flex flex-wrap items-center gap-3 border-t border-line pt-4">
            {at > 0 ? (
              <Button kind="secondary" icon="back" onClick={() => void saveAndGo(steps[at - 1]!)}>
                {t('requester:edit.back')}
              </Button>
            ) : null}
            <p role="status" className="grow text-sm text-ink-faint">
              {dirty ? t('requester:edit.kept_here') : campaign ? t('requester:edit.kept_server') : ''}
            </p>
            {live ? (
              <Button busy={save.isPending} disabled={!dirty || !complete} onClick={() => save.mutate(undefined)}>
                {t('requester:edit.make_version', { version: (campaign?.version ?? 0) + 1 })}
              </Button>
            ) : next ? (
              <Button iconEnd="next" busy={save.isPending} onClick={() => void saveAndGo(next)}>
                {t('requester:edit.next')}
              </Button>
            ) : null}
          </div>
        </div>
      </div>
    </Page>
  )
}
