import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { DateTime } from '../../ui/time.tsx'
import { LinkGraph } from '../cases/link-graph.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { OperatorPage } from '../operator/operator-page.tsx'
import { drawingOf } from './drawing.ts'

export type OneCluster = Awaited<ReturnType<typeof client.clusters.one>>

/** One cluster: drawn, explained, and the way from it to a case about each chosen member. */
export function ClusterPage() {
  const t = useT('links', 'operator')
  const clusterId = String(useParams({ strict: false }).clusterId)
  const query = useQuery({
    queryKey: ['clusters', 'one', clusterId],
    queryFn: () => client.clusters.one({ params: { cluster_id: clusterId } }),
  })
  return (
    <OperatorPage
      place="clusters"
      title={t('links:clusters.one')}
      back={{ to: '/operator/clusters', label: t('links:clusters.title') }}
    >
      {() => <Loaded query={query}>{(cluster) => <Cluster cluster={cluster} />}</Loaded>}
    </OperatorPage>
  )
}

function Cluster({ cluster }: { cluster: OneCluster }) {
  const t = useT('links')
  const { nodes, links } = drawingOf(cluster)
  return (
    <>
      {cluster.dissolved_at ? <Notice tone="info">{t('links:clusters.dissolved')}</Notice> : null}
      <Card>
        <SectionHead title={t('links:clusters.why')} hint={t('links:clusters.why_hint')} />
        <ul dir="ltr" lang="en" className="grid list-disc gap-1 ps-5 text-sm">
          {cluster.explanation.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Card>
      <Card>
        <SectionHead title={t('links:graph.title')} />
        <LinkGraph nodes={nodes} links={links} />
      </Card>
      <Members cluster={cluster} />
      {cluster.parted.length > 0 ? (
        <Card>
          <SectionHead title={t('links:parted.title')} hint={t('links:parted.hint')} />
          <ul className="grid gap-2 text-sm">
            {cluster.parted.map((p) => (
              <li key={`${p.account_id}-${p.other_id}`} className="border-s-4 border-line ps-3">
                <p dir="auto">{p.reason}</p>
                <p className="text-ink-soft">
                  <DateTime at={p.said_at} dateOnly />
                </p>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  )
}

function Members({ cluster }: { cluster: OneCluster }) {
  const t = useT('links')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [doing, setDoing] = useState<string | null>(null)
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  return (
    <Card className="grid gap-4">
      <SectionHead
        title={t('links:members.title')}
        hint={t('links:members.hint')}
        actions={
          chosen.size > 0 ? (
            <Button icon="plus" onClick={() => setDoing('open')}>
              {t('links:members.open', { count: chosen.size })}
            </Button>
          ) : undefined
        }
      />
      <ul className="grid gap-2">
        {cluster.accounts.map((a, i) => (
          <li key={a.account_id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <Checkbox
              label={t('links:account.named', { number: i + 1, handle: a.handle })}
              checked={chosen.has(a.account_id)}
              disabled={a.open_case_id !== null}
              onChange={(on) => toggle(a.account_id, on)}
            />
            <span className="flex flex-wrap items-center gap-3 text-sm">
              {a.open_case_id ? (
                <Link to={`/qa/cases/${a.open_case_id}`} className="link">
                  {t('links:members.case')}
                </Link>
              ) : null}
              {a.trust === null ? null : <Badge>{t('links:members.trust', { bucket: a.trust })}</Badge>}
              <Link to={`/operator/people/${a.account_id}`} className="link">
                {t('links:members.person')}
              </Link>
              <Button kind="quiet" size="small" onClick={() => setDoing(a.account_id)}>
                {t('links:members.part')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {doing === 'open' ? (
        <OpenCases
          cluster={cluster}
          chosen={[...chosen]}
          onClose={() => setDoing(null)}
          onDone={() => setChosen(new Set())}
        />
      ) : doing ? (
        <Part cluster={cluster} accountId={doing} onClose={() => setDoing(null)} />
      ) : null}
    </Card>
  )
}

function OpenCases({
  cluster,
  chosen,
  onClose,
  onDone,
}: {
  cluster: OneCluster
  chosen: string[]
  onClose: () => void
  onDone: () => void
}) {
  const t = useT('links')
  const [why, setWhy] = useState('')
  const act = useAct(
    () =>
      client.caseDesk.open_for_members({
        params: { cluster_id: cluster.cluster_id },
        body: { account_ids: chosen, why: why.trim() },
      }),
    {
      changes: [['clusters'], ['cases']],
      said: (r) => t('links:members.opened', { count: r.items.length }),
      after: () => {
        onDone()
        onClose()
      },
    },
  )
  return (
    <Ask
      open
      onClose={onClose}
      title={t('links:members.open', { count: chosen.length })}
      action={t('links:members.open', { count: chosen.length })}
      busy={act.isPending}
      error={act.error}
      disabled={why.trim().length < 10}
      onGo={() => act.mutate(undefined)}
    >
      <p>{t('links:members.open_does')}</p>
      <TextArea
        label={t('links:members.why')}
        help={t('links:members.why_help')}
        max={1000}
        value={why}
        onChange={setWhy}
        dir="auto"
      />
    </Ask>
  )
}

function Part({ cluster, accountId, onClose }: { cluster: OneCluster; accountId: string; onClose: () => void }) {
  const t = useT('links')
  const [reason, setReason] = useState('')
  const act = useAct(
    () =>
      client.clusters.part({
        params: { cluster_id: cluster.cluster_id },
        body: { account_id: accountId, reason: reason.trim() },
      }),
    { changes: [['clusters']], said: t('links:parted.done'), after: onClose },
  )
  return (
    <Ask
      open
      onClose={onClose}
      title={t('links:members.part')}
      action={t('links:members.part')}
      busy={act.isPending}
      error={act.error}
      disabled={reason.trim().length < 10}
      onGo={() => act.mutate(undefined)}
    >
      <p>{t('links:parted.does')}</p>
      <TextArea label={t('links:parted.reason')} max={1000} value={reason} onChange={setReason} dir="auto" />
    </Ask>
  )
}
