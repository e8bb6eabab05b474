import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { cx } from '../../ui/cx.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'
import { CampaignPreview } from '../desk/campaign-preview.tsx'
import { type Draft, lacks, type Step } from './draft.ts'
import { EscrowCard } from './escrow-card.tsx'
import { Funding } from './funding.tsx'
import { examQuery, type ManagedView } from './queries.ts'

/** Everything at a glance: what is there, what is missing, what opening will do; then the button. */
export function StepOpen({
  campaign,
  draft,
  go,
  saved,
}: {
  campaign: ManagedView
  draft: Draft
  go: (step: Step) => void
  saved: boolean
}) {
  const t = useT('requester', 'desk')
  const navigate = useNavigate()
  const exam = useQuery(examQuery(campaign.campaign_id))
  const missing = lacks(draft)
  const open = useAct(() => client.campaigns.open({ params: { campaign_id: campaign.campaign_id }, body: {} }), {
    changes: [['requester'], ['me']],
    said: (r) => t(`requester:open.said.${r.status}`, { defaultValue: t('requester:open.said.open') }),
    after: () => void navigate({ to: `/requests/${campaign.campaign_id}` }),
  })
  const checks: { step: Step; ok: boolean; words: string }[] = [
    ...(['basics', 'instructions', 'form', 'pay', 'consent'] as const).map((step) => ({
      step,
      ok: missing[step].length === 0,
      words:
        missing[step].length === 0
          ? t(`requester:open.ok.${step}`)
          : missing[step].map((key) => t(`requester:lack.${key}`)).join(' '),
    })),
    campaign.open_collection
      ? { step: 'items', ok: true, words: t('requester:open.ok.collection', { count: campaign.quota }) }
      : {
          step: 'items',
          ok: campaign.items >= campaign.quota,
          words: t('requester:items.count', { items: campaign.items, quota: campaign.quota }),
        },
    exam.data?.exam
      ? {
          step: 'exam',
          ok: exam.data.questions >= exam.data.exam.draw_count,
          words: t('requester:exam.in_bank', { count: exam.data.questions, draw: exam.data.exam.draw_count }),
        }
      : { step: 'exam', ok: true, words: t('requester:open.no_exam') },
  ]
  const funded = campaign.budget.every((b) => BigInt(b.missing_minor) === 0n)
  const ready = checks.every((c) => c.ok) && funded && saved
  return (
    <div className="grid gap-6">
      {campaign.last_approval && !campaign.last_approval.approved ? (
        <Notice tone="warn" title={t('requester:open.declined')}>
          <bdi>{campaign.last_approval.reason}</bdi>
        </Notice>
      ) : null}
      <Card>
        <SectionHead title={t('requester:open.checks')} />
        <ul className="grid">
          {checks.map((c) => (
            <li key={c.step} className="flex flex-wrap items-center gap-3 border-b border-line py-2.5 last:border-0">
              <span
                className={cx(
                  'cut grid size-7 shrink-0 place-items-center',
                  c.ok ? 'bg-good-soft text-good-ink' : 'bg-warn-soft text-warn-ink',
                )}
              >
                <Icon name={c.ok ? 'check' : 'warning'} size={16} />
              </span>
              <span className="min-w-0 grow basis-48">
                <span className="font-semibold">{t(`requester:step.${c.step}`)}</span>
                <span className="block text-sm text-ink-soft">{c.words}</span>
              </span>
              {c.ok ? null : (
                <Button kind="secondary" size="small" onClick={() => go(c.step)}>
                  {t('requester:open.fix')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Card>
      <Card>
        <SectionHead title={t('requester:fund.heading')} hint={t('requester:fund.hint')} />
        <Funding campaignId={campaign.campaign_id} budget={campaign.budget} />
      </Card>
      <EscrowCard campaignId={campaign.campaign_id} />
      <Card className="grid gap-4">
        <SectionHead title={t('requester:open.title')} />
        <p>
          {campaign.needs_approval
            ? t('requester:open.will_wait')
            : campaign.pilot_size > 0
              ? t('requester:open.will_pilot', { count: campaign.pilot_size })
              : t('requester:open.will_open')}
        </p>
        <p className="text-sm text-ink-soft">{t('requester:open.versions')}</p>
        <ErrorLine error={open.error} />
        <Button
          size="large"
          className="justify-self-start"
          disabled={!ready}
          busy={open.isPending}
          onClick={() => open.mutate(undefined)}
        >
          {campaign.needs_approval ? t('requester:open.ask') : t('requester:open.go')}
        </Button>
        {ready ? null : (
          <p className="text-sm text-ink-soft">
            {saved ? t('requester:open.not_ready') : t('requester:open.not_saved')}
          </p>
        )}
      </Card>
      <details className="rounded-lg border border-line bg-surface">
        <summary className="flex min-h-touch items-center px-5 py-3 font-semibold">
          {t('requester:open.preview')}
        </summary>
        <div className="px-5 pb-5">
          <CampaignPreview
            instructions={draft.instructions}
            form={draft.form}
            consent={draft.consent}
            settings={draft.settings}
            mode={draft.mode}
            language={draft.language}
          />
        </div>
      </details>
    </div>
  )
}
