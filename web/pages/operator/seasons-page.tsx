import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { type Head, type SeasonView, seasonsQuery } from '../report/queries.ts'
import { OperatorPage } from './operator-page.tsx'
import { SeasonDialog } from './season-dialog.tsx'

const TONES = { planned: 'info', running: 'good', ended: 'warn', closed: 'plain' } as const

/** Seasons: plan them, end them, and publish what is found. */
export function SeasonsPage() {
  const t = useT('operator')
  const [planning, setPlanning] = useState(false)
  return (
    <OperatorPage
      place="seasons"
      title={t('operator:seasons.title')}
      lead={t('operator:seasons.lead')}
      actions={
        <Button icon="plus" onClick={() => setPlanning(true)}>
          {t('operator:seasons.plan')}
        </Button>
      }
    >
      {() => (
        <>
          <Seasons onPlan={() => setPlanning(true)} />
          <SeasonDialog open={planning} onClose={() => setPlanning(false)} />
        </>
      )}
    </OperatorPage>
  )
}

function Seasons({ onPlan }: { onPlan: () => void }) {
  const t = useT('operator')
  const query = useQuery(seasonsQuery)
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            icon="chart"
            title={t('operator:seasons.none')}
            actions={<Button onClick={onPlan}>{t('operator:seasons.plan')}</Button>}
          >
            {t('operator:seasons.none_why')}
          </EmptyState>
        ) : (
          <ul className="grid gap-5">
            {items.map((s) => (
              <SeasonCard key={s.season_id} season={s} />
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

function SeasonCard({ season }: { season: SeasonView }) {
  const t = useT('operator', 'report')
  const n = useNumbers()
  const [editing, setEditing] = useState(false)
  const [closing, setClosing] = useState(false)
  const close = useAct(() => client.seasons.close({ params: { season_id: season.season_id }, body: {} }), {
    changes: [['public']],
    said: t('operator:seasons.closed'),
    after: () => setClosing(false),
  })
  return (
    <Card as="li" className="grid gap-5">
      <SectionHead
        title={
          <span className="flex flex-wrap items-center gap-3">
            <bdi>{season.name}</bdi>
            <Badge tone={TONES[season.state]}>{t(`report:season_state.${season.state}`)}</Badge>
          </span>
        }
        hint={
          <>
            <DateTime at={season.starts_at} /> – <DateTime at={season.ends_at} />
          </>
        }
        actions={
          season.state === 'planned' ? (
            <Button kind="secondary" onClick={() => setEditing(true)}>
              {t('operator:seasons.edit')}
            </Button>
          ) : season.state !== 'closed' ? (
            <Button kind="danger" onClick={() => setClosing(true)}>
              {t('operator:seasons.close')}
            </Button>
          ) : undefined
        }
      />
      {season.contributor_cap === null ? (
        <p className="text-sm">{t('operator:seasons.no_cap', { count: season.contributors })}</p>
      ) : (
        <ProgressBar
          value={season.contributors}
          max={season.contributor_cap}
          label={t('operator:seasons.contributors')}
          detail={`${n.int(season.contributors)} / ${n.int(season.contributor_cap)}`}
        />
      )}
      <p className="text-sm text-ink-soft">
        {t('operator:seasons.rules', {
          days: season.rules.freeze_days,
          min: season.rules.default_policy.reviews.min,
          max: season.rules.default_policy.reviews.max,
        })}{' '}
        {season.frozen_at ? (
          <>
            {t('operator:seasons.frozen')} <RelativeTime at={season.frozen_at} />.
          </>
        ) : (
          t('operator:seasons.not_frozen')
        )}
      </p>
      {season.state === 'planned' ? null : <Reports seasonId={season.season_id} />}
      <SeasonDialog open={editing} onClose={() => setEditing(false)} season={season} />
      <Ask
        open={closing}
        onClose={() => setClosing(false)}
        title={t('operator:seasons.close')}
        action={t('operator:seasons.close')}
        danger
        busy={close.isPending}
        error={close.error}
        onGo={() => close.mutate(undefined)}
      >
        <p>{t('operator:seasons.close_why')}</p>
      </Ask>
    </Card>
  )
}

function Reports({ seasonId }: { seasonId: string }) {
  const t = useT('operator')
  const query = useQuery({
    queryKey: ['operator', 'season_reports', seasonId],
    queryFn: () => client.reports.list({ params: { season_id: seasonId }, query: { limit: 10 } }),
    refetchInterval: (q) => (q.state.data?.items.some((r) => r.state === 'building') ? 1500 : false),
  })
  const build = useAct(() => client.reports.build({ params: { season_id: seasonId }, body: {} }), {
    changes: [['operator', 'season_reports', seasonId]],
    said: t('operator:seasons.building'),
  })
  return (
    <section className="grid gap-3 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-base">{t('operator:seasons.reports')}</h3>
        <Button
          kind="secondary"
          size="small"
          icon="chart"
          busy={build.isPending}
          onClick={() => build.mutate(undefined)}
        >
          {t('operator:seasons.build')}
        </Button>
      </div>
      <ErrorLine error={build.error} />
      <Loaded query={query} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-ink-soft">{t('operator:seasons.no_reports')}</p>
          ) : (
            <ul className="grid gap-2">
              {items.map((r) => (
                <ReportRow key={r.report_id} head={r} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

function ReportRow({ head }: { head: Head }) {
  const t = useT('operator')
  const n = useNumbers()
  const [asking, setAsking] = useState(false)
  const publish = useAct(
    () => client.reports.publish({ params: { season_id: head.season_id, report_id: head.report_id }, body: {} }),
    {
      changes: [['operator', 'season_reports'], ['report']],
      said: t('operator:seasons.published'),
      after: () => setAsking(false),
    },
  )
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line px-3 py-2">
      <span className="flex flex-wrap items-center gap-3 text-sm">
        <RelativeTime at={head.created_at} className="font-semibold" />
        {head.state === 'building' ? (
          <span className="min-w-48">
            <ProgressBar
              value={head.progress.done}
              max={head.progress.of}
              label={t('operator:seasons.building')}
              detail={`${n.int(head.progress.done)} / ${n.int(head.progress.of)}`}
            />
          </span>
        ) : head.state === 'failed' ? (
          <Badge tone="bad">{t('operator:seasons.report_failed')}</Badge>
        ) : head.published_at ? (
          <Badge tone="good" icon="check">
            {t('operator:seasons.is_public')}
          </Badge>
        ) : (
          <Badge tone="warn">{t('operator:seasons.is_draft')}</Badge>
        )}
      </span>
      {head.state === 'ready' ? (
        <span className="flex flex-wrap gap-2">
          <LinkButton
            kind="quiet"
            size="small"
            to={`/seasons/${head.season_id}/report`}
            search={{ report: head.report_id } as never}
          >
            {t('operator:seasons.look')}
          </LinkButton>
          {head.published_at ? null : (
            <Button size="small" onClick={() => setAsking(true)}>
              {t('operator:seasons.publish')}
            </Button>
          )}
        </span>
      ) : null}
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={t('operator:seasons.publish')}
        action={t('operator:seasons.publish')}
        busy={publish.isPending}
        error={publish.error}
        onGo={() => publish.mutate(undefined)}
      >
        <p>{t('operator:seasons.publish_why')}</p>
      </Ask>
    </li>
  )
}
