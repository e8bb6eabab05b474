import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { learnScales } from '../../app/currencies.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { Effects } from './preview.tsx'
import { LinkGraph } from './link-graph.tsx'
import { PersonView } from './person-view.tsx'
import { Trail } from './trail.tsx'
import { Decide, Proposed } from './decide.tsx'
import { type Evidence, EvidenceFields, isEvidence, NO_EVIDENCE } from './evidence-fields.tsx'
import { Sanctions } from './sanctions.tsx'

export type CaseView = Awaited<ReturnType<typeof client.cases.one>>
const STRENGTH: Record<CaseView['items'][number]['strength'], Tone> = { weak: 'plain', fair: 'warn', strong: 'bad' }

/** One case: what there is, what acting would do and to whom, what was said, and the decision. */
export function CasePage() {
  const t = useT('cases', 'standing', 'desk')
  const caseId = String(useParams({ strict: false }).caseId)
  const query = useQuery({
    queryKey: ['cases', 'one', caseId],
    queryFn: async () => {
      const file = await client.cases.one({ params: { case_id: caseId } })
      learnScales(file.stakes.money.map((m) => ({ code: m.currency, scale: m.scale })))
      return file
    },
  })
  return (
    <ForRole desk="qa" title={t('cases:one.title')}>
      {() => (
        <Page title={t('cases:one.title')} back={{ to: '/qa/cases', label: t('cases:title') }} width="wide">
          <Loaded query={query}>
            {(file) => (
              <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_21rem]">
                <Case file={file} />
                <PersonView caseId={file.case_id} />
              </div>
            )}
          </Loaded>
        </Page>
      )}
    </ForRole>
  )
}

function Case({ file }: { file: CaseView }) {
  const t = useT('cases', 'standing')
  const isOpen = file.state !== 'closed'
  return (
    <div className="grid min-w-0 content-start gap-6">
      <Card className="grid gap-3">
        <SectionHead
          title={
            file.handle && file.account_id ? (
              <Link to={`/operator/people/${file.account_id}`} className="link">
                <bdi>{file.handle}</bdi>
              </Link>
            ) : (
              t('cases:list.somebody')
            )
          }
          hint={t(file.by_signal ? 'cases:one.by_signal' : 'cases:one.by_hand')}
          actions={
            <Badge tone={isOpen ? 'info' : 'plain'}>
              {file.outcome ? t(`cases:outcome.${file.outcome}`) : t('cases:list.is_open')}
            </Badge>
          }
        />
        <p dir="auto" className="whitespace-pre-line">
          {file.why}
        </p>
        <p className="text-sm text-ink-soft">
          {t('cases:one.opened')} <RelativeTime at={file.opened_at} />
          {' · '}
          {file.closed_at ? (
            <>
              {t('cases:one.closed')} <RelativeTime at={file.closed_at} />
            </>
          ) : (
            <>
              {t('cases:one.decide_by')} <RelativeTime at={file.decide_by} />
            </>
          )}
        </p>
        {isOpen ? <p className="text-sm text-ink-soft">{t('cases:one.lapses')}</p> : null}
        {file.suspect_since && isOpen ? (
          <Notice tone={file.keeps_waiting ? 'warn' : 'plain'}>
            {t(file.keeps_waiting ? 'cases:one.waits' : 'cases:one.in_question')} <DateTime at={file.suspect_since} />.
          </Notice>
        ) : null}
        {file.statement !== null ? (
          <Notice tone="plain" title={t('cases:one.statement')}>
            <p dir="auto" className="whitespace-pre-line">
              {file.statement}
            </p>
          </Notice>
        ) : null}
      </Card>
      <EvidenceList file={file} />
      <Links file={file} />
      <Effects file={file} />
      {file.may_decide ? (
        <Decide file={file} />
      ) : isOpen ? (
        <div className="grid gap-3">
          <Proposed file={file} />
          <Notice tone="info">{t('cases:one.not_you')}</Notice>
        </div>
      ) : null}
      <Sanctions items={file.sanctions} />
      <Trail caseId={file.case_id} />
    </div>
  )
}

function EvidenceList({ file }: { file: CaseView }) {
  const t = useT('cases')
  const [adding, setAdding] = useState(false)
  const [evidence, setEvidence] = useState<Evidence>(NO_EVIDENCE)
  const act = useAct(
    () =>
      client.cases.add_evidence({
        params: { case_id: file.case_id },
        body: { ...evidence, says: evidence.says.trim() },
      }),
    {
      changes: [['cases']],
      said: t('cases:evidence.added'),
      after: () => {
        setAdding(false)
        setEvidence(NO_EVIDENCE)
      },
    },
  )
  return (
    <Card className="grid gap-4">
      <SectionHead
        title={t('cases:evidence.title')}
        hint={t('cases:evidence.hint')}
        actions={
          file.state === 'closed' ? undefined : (
            <Button kind="secondary" icon="plus" onClick={() => setAdding(true)}>
              {t('cases:evidence.add')}
            </Button>
          )
        }
      />
      <ul className="grid gap-3">
        {file.items.map((e) => (
          <li key={e.evidence_id} className="grid gap-2 rounded-md border border-line p-3">
            <p className="flex flex-wrap gap-2">
              <Badge>{t(`cases:kind.${e.kind}`)}</Badge>
              <Badge tone={STRENGTH[e.strength]}>{t(`cases:strength.${e.strength}`)}</Badge>
              {e.by_signal ? <Badge tone="info">{t('cases:evidence.by_signal')}</Badge> : null}
            </p>
            <p dir="auto" className="whitespace-pre-line">
              {e.says}
            </p>
            {e.about ? (
              <p className="text-sm text-ink-soft">
                {t('cases:evidence.about')}{' '}
                <bdi className="font-mono">
                  {e.about.campaign_id} / {e.about.subject_id}
                </bdi>
              </p>
            ) : null}
            <p className="text-sm text-ink-soft">
              <RelativeTime at={e.added_at} />
            </p>
          </li>
        ))}
      </ul>
      <Ask
        open={adding}
        onClose={() => setAdding(false)}
        title={t('cases:evidence.add')}
        action={t('cases:evidence.add')}
        busy={act.isPending}
        error={act.error}
        disabled={!isEvidence(evidence)}
        onGo={() => act.mutate(undefined)}
      >
        <EvidenceFields value={evidence} onChange={setEvidence} />
      </Ask>
    </Card>
  )
}

/** The links of the person of the case, drawn. A party to the drawing reads why it is not shown. */
function Links({ file }: { file: CaseView }) {
  const t = useT('links')
  const query = useQuery({
    queryKey: ['cases', 'graph', file.case_id],
    queryFn: () => client.caseDesk.graph({ params: { case_id: file.case_id } }),
  })
  const cluster = query.data?.cluster_id
  return (
    <Card>
      <SectionHead
        title={t('links:graph.title')}
        hint={t('links:graph.hint')}
        actions={
          cluster ? (
            <Link to={`/operator/clusters/${cluster}`} className="link text-sm">
              {t('links:graph.cluster')}
            </Link>
          ) : undefined
        }
      />
      <Loaded query={query}>
        {(graph) => (
          <>
            <LinkGraph nodes={graph.nodes} links={graph.links} />
            {graph.left_out > 0 ? (
              <p className="mt-3 text-sm text-ink-soft">{t('links:graph.left_out', { count: graph.left_out })}</p>
            ) : null}
          </>
        )}
      </Loaded>
    </Card>
  )
}
