import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { ClaimOfRelease } from '../certificate/claim-panel.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { DatasetCard } from '../desk/dataset-card.tsx'
import { FileTable } from '../desk/file-table.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import type { ReleaseView } from './queries.ts'

const TONES = { building: 'info', ready: 'good', failed: 'bad' } as const

/** The campaign's datasets: make one, watch it being built, take its files, open it to everyone. */
export function ReleasesPanel({ campaignId }: { campaignId: string }) {
  const t = useT('requester')
  const [asking, setAsking] = useState(false)
  const [note, setNote] = useState('')
  const params = { campaign_id: campaignId }
  const query = useQuery({
    queryKey: ['requester', 'releases', campaignId],
    queryFn: () => client.releases.list({ params, query: { limit: 50 } }),
    refetchInterval: (q) => (q.state.data?.items.some((r) => r.state === 'building') ? 1500 : false),
  })
  const create = useAct(() => client.releases.create({ params, body: note.trim() ? { note: note.trim() } : {} }), {
    changes: [['requester', 'releases', campaignId]],
    said: t('requester:release.begun'),
    after: () => {
      setAsking(false)
      setNote('')
    },
  })
  return (
    <div className="grid gap-6">
      <SectionHead
        title={t('requester:release.title')}
        hint={t('requester:release.hint')}
        actions={
          <Button icon="plus" onClick={() => setAsking(true)}>
            {t('requester:release.make')}
          </Button>
        }
      />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon="download" title={t('requester:release.none')}>
              {t('requester:release.none_why')}
            </EmptyState>
          ) : (
            <ul className="grid gap-5">
              {items.map((r) => (
                <ReleaseCard key={r.release_id} release={r} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={t('requester:release.make')}
        action={t('requester:release.make')}
        busy={create.isPending}
        error={create.error}
        onGo={() => create.mutate(undefined)}
      >
        <p>{t('requester:release.make_why')}</p>
        <TextArea
          label={t('requester:release.note')}
          help={t('requester:release.note_help')}
          optional
          value={note}
          onChange={setNote}
          max={2000}
          rows={3}
          dir="auto"
        />
      </Ask>
    </div>
  )
}

function ReleaseCard({ release: r }: { release: ReleaseView }) {
  const t = useT('requester', 'desk')
  const n = useNumbers()
  const [publishing, setPublishing] = useState(false)
  const params = { campaign_id: r.campaign_id, release_id: r.release_id }
  const base = `/v1/campaigns/${r.campaign_id}/releases/${r.release_id}/files`
  const publish = useAct(() => client.releases.publish({ params, body: {} }), {
    changes: [['requester', 'releases', r.campaign_id], ['public']],
    said: t('requester:release.published'),
    after: () => setPublishing(false),
  })
  return (
    <Card as="li" className="grid gap-5">
      <SectionHead
        level={3}
        title={
          <span className="flex flex-wrap items-center gap-3">
            {t('requester:release.number', { number: r.number })}
            <Badge tone={TONES[r.state]}>{t(`requester:release.state.${r.state}`)}</Badge>
            {r.published_at ? (
              <Badge tone="accent" icon="globe">
                {t('requester:release.public')}
              </Badge>
            ) : null}
          </span>
        }
        hint={
          <>
            {t('requester:release.cut')} <DateTime at={r.cut_at} />
            {r.note ? <bdi className="block">{r.note}</bdi> : null}
          </>
        }
        actions={
          r.published_at ? (
            <LinkButton kind="secondary" size="small" to={`/datasets/${r.campaign_id}/${r.number}`}>
              {t('requester:release.page')}
            </LinkButton>
          ) : r.state === 'ready' && r.publish_refusal === null ? (
            <Button size="small" onClick={() => setPublishing(true)}>
              {t('requester:release.publish')}
            </Button>
          ) : undefined
        }
      />
      {r.state === 'building' ? (
        <ProgressBar
          value={r.progress.done}
          max={Math.max(1, r.progress.total)}
          label={t(`requester:release.step.${r.progress.step}`)}
          detail={r.progress.total > 0 ? `${n.int(r.progress.done)} / ${n.int(r.progress.total)}` : ''}
        />
      ) : null}
      {r.state === 'failed' ? <Notice tone="bad">{r.error}</Notice> : null}
      {r.state === 'ready' && r.counts ? (
        <>
          <p className="text-sm">
            {t('requester:release.counts', {
              datapoints: n.int(r.counts.datapoints),
              people: n.int(r.counts.workers),
              judgements: n.int(r.counts.annotations),
            })}
            {r.counts.revocations > 0 ? ` ${t('requester:release.revoked', { count: r.counts.revocations })}` : ''}
          </p>
          {r.publish_refusal && !r.published_at ? (
            <Notice tone="plain">
              {t(`requester:release.closed.${r.publish_refusal}`, {
                defaultValue: t('requester:release.closed.other'),
              })}
            </Notice>
          ) : null}
          <ClaimOfRelease campaign_id={r.campaign_id} release_id={r.release_id} />
          {r.may_download ? null : <Notice tone="warn">{t('requester:release.no_right')}</Notice>}
          <FileTable files={r.files} base={base} closed={!r.may_download} />
          {r.may_download ? <CardOf release={r} base={base} /> : null}
          <p className="text-xs text-ink-soft">
            {t('requester:release.hash')}{' '}
            <span className="font-mono break-all" dir="ltr">
              {r.content_hash}
            </span>
          </p>
        </>
      ) : null}
      {r.published_at ? (
        <Link className="link w-fit text-sm" to="/reports">
          {t('requester:release.all_public')}
        </Link>
      ) : null}
      <Ask
        open={publishing}
        onClose={() => setPublishing(false)}
        title={t('requester:release.publish')}
        action={t('requester:release.publish')}
        busy={publish.isPending}
        error={publish.error}
        onGo={() => publish.mutate(undefined)}
      >
        <p>{t('requester:release.publish_why')}</p>
      </Ask>
    </Card>
  )
}

/** The dataset card as it is in the release, shown when asked for. */
function CardOf({ release, base }: { release: ReleaseView; base: string }) {
  const t = useT('requester')
  const [open, setOpen] = useState(false)
  const name = release.files.find((f) => f.name.toLowerCase().endsWith('.md'))?.name
  const query = useQuery({
    queryKey: ['requester', 'card', release.release_id],
    queryFn: async () => {
      const response = await fetch(`${base}/${name ?? ''}`)
      if (!response.ok) throw new TypeError('the card could not be read')
      // The front matter is for machines.
      return (await response.text()).replace(/^---\n[\s\S]*?\n---\n/, '')
    },
    enabled: open && name !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!name) return null
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)} className="rounded-md border border-line">
      <summary className="flex min-h-touch items-center px-4 font-semibold">{t('requester:release.card')}</summary>
      <div className="border-t border-line p-4">
        {open ? <Loaded query={query}>{(text) => <DatasetCard text={text} />}</Loaded> : null}
      </div>
    </details>
  )
}
