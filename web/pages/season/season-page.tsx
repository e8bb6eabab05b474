import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { refusalCode } from '../../app/problem.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Fact } from '../../ui/fact.tsx'
import { Page } from '../../ui/page.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { seasonQuery, type SeasonView } from '../report/queries.ts'
import { checkCheckpoint } from './check-checkpoint.ts'
import { SeasonFiles } from './season-files.tsx'
import { Epochs, SeasonReleases } from './season-parts.tsx'

const TONES = { planned: 'info', running: 'good', ended: 'warn', closed: 'plain' } as const
type Log = Awaited<ReturnType<typeof client.evidence.log>>

/** A season for anybody, without signing in: what it was, its public log, what came of it, and how to check all that. */
export function SeasonPage() {
  const t = useT('season', 'report')
  const { seasonId } = useParams({ strict: false }) as { seasonId: string }
  const query = useQuery(seasonQuery(seasonId))
  return (
    <Page
      title={query.data ? query.data.name : t('season:title')}
      lead={t('season:lead')}
      back={{ to: '/reports', label: t('report:all') }}
      badge={
        query.data ? (
          <Badge tone={TONES[query.data.state]}>{t(`report:season_state.${query.data.state}`)}</Badge>
        ) : undefined
      }
    >
      <Loaded query={query} lines={8}>
        {(season) => <Season season={season} />}
      </Loaded>
    </Page>
  )
}

function Season({ season: s }: { season: SeasonView }) {
  const t = useT('season', 'report')
  const n = useNumbers()
  const log = useQuery({
    queryKey: ['public', 'log', s.season_id],
    queryFn: () => client.evidence.log({ params: { season_id: s.season_id } }),
    retry: false,
    refetchInterval: s.state === 'closed' ? false : 60_000,
  })
  return (
    <div className="grid gap-6">
      <Card className="grid gap-6">
        <StatRow>
          <Stat label={t('season:starts')} value={<DateTime at={s.starts_at} dateOnly />} />
          <Stat label={t('season:ends')} value={<DateTime at={s.ends_at} dateOnly />} />
          <Stat label={t('season:people')} value={n.int(s.contributors)} meaning={t('season:people_meaning')} />
          <Stat
            label={t('season:entries')}
            value={log.data ? n.int(log.data.size) : '–'}
            meaning={t('season:entries_meaning')}
          />
        </StatRow>
        <Totals season_id={s.season_id} />
        <div className="flex flex-wrap gap-2">
          <LinkButton size="small" icon="chart" to={`/seasons/${s.season_id}/report`}>
            {t('report:index.report')}
          </LinkButton>
          <LinkButton size="small" kind="secondary" icon="people" to={`/seasons/${s.season_id}/leaderboard`}>
            {t('report:index.board')}
          </LinkButton>
        </div>
      </Card>
      <Card>
        <SectionHead title={t('season:log.title')} hint={t('season:log.hint')} />
        {log.data ? <LogView log={log.data} /> : null}
        {log.isPending ? <LoadingBlock lines={3} /> : null}
        {log.error ? (
          refusalCode(log.error) === 'log_not_found' ? (
            <Notice tone="plain">{t('season:log.none')}</Notice>
          ) : (
            <ErrorState error={log.error} onRetry={() => void log.refetch()} />
          )
        ) : null}
      </Card>
      <CheckIt season={s} log={log.data} />
      <SeasonReleases season_id={s.season_id} />
      <Epochs />
    </div>
  )
}

/** What came of the season, as its newest public report says; nothing while there is none. */
function Totals({ season_id }: { season_id: string }) {
  const t = useT('season')
  const n = useNumbers()
  const latest = useQuery({
    queryKey: ['public', 'totals', season_id],
    queryFn: () => client.reports.latest({ params: { season_id } }),
    retry: false,
  })
  if (!latest.data) return null
  const { flow } = latest.data.report
  return (
    <StatRow>
      <Stat label={t('season:submitted')} value={n.int(flow.submitted)} meaning={t('season:submitted_meaning')} />
      <Stat label={t('season:judged')} value={n.int(flow.judged)} meaning={t('season:judged_meaning')} />
      <Stat
        label={t('season:accepted')}
        value={n.int(flow.accepted_datapoints)}
        meaning={t('season:accepted_meaning')}
      />
      <Stat label={t('season:appeals')} value={n.int(flow.appeals)} meaning={t('season:appeals_meaning')} />
    </StatRow>
  )
}

/** The newest checkpoint, and what this browser makes of its signature. */
function LogView({ log }: { log: Log }) {
  const t = useT('season')
  const n = useNumbers()
  const checked = useQuery({
    queryKey: ['public', 'checked', log.checkpoint],
    queryFn: () => checkCheckpoint(log),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const key = log.keys[0]
  return (
    <div className="grid gap-5">
      <div aria-live="polite">
        {checked.data === 'signed' ? <Notice tone="good">{t('season:log.signed')}</Notice> : null}
        {checked.data === 'wrong' ? (
          <Notice tone="bad" role="alert" title={t('season:log.wrong')}>
            {t('season:log.wrong_way')}
          </Notice>
        ) : null}
        {checked.data === 'unable' ? <Notice tone="warn">{t('season:log.unable')}</Notice> : null}
      </div>
      <dl className="grid gap-3 text-sm">
        <Fact label={t('season:log.size')}>{n.int(log.size)}</Fact>
        <Fact label={t('season:log.signed_at')}>
          <DateTime at={log.signed_at} />
        </Fact>
        <Fact label={t('season:log.root')} copy={log.root} />
        <Fact label={t('season:log.origin')} copy={log.origin} />
        {key ? <Fact label={t('season:log.key')} copy={key.verifier_key} /> : null}
        {key ? <Fact label={t('season:log.key_hex')} copy={key.public_key} /> : null}
      </dl>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={log.checkpoint} label={t('season:log.copy')} />
        <a className="link self-center text-sm" href={`${log.prefix}/checkpoint`}>
          {t('season:log.file')}
        </a>
      </div>
    </div>
  )
}

/** The command with which anybody recomputes the season, and what it will and will not show. */
function CheckIt({ season, log }: { season: SeasonView; log: Log | undefined }) {
  const t = useT('season')
  // The key is what one knows from here; a folder that another key signed is another installation's word.
  const keys = log ? ` --public-key ${log.keys.map((k) => `'${k.verifier_key}'`).join(' ')}` : ''
  const files = useQuery({
    queryKey: ['public', 'files', season.season_id],
    queryFn: () => client.evidence.files({ params: { season_id: season.season_id } }),
    retry: false,
    enabled: season.state === 'closed',
  })
  const place = files.data ? `${location.origin}/seasons/${season.season_id}` : `season-${season.season_id}`
  const lines = [
    `assay verify ${place}${keys}`,
    ...(log ? [`curl -fsS ${location.origin}${log.prefix}/checkpoint`] : []),
  ]
  const words = season.state !== 'closed' ? 'open' : files.data ? 'there' : 'closed'
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('season:check.title')} hint={t('season:check.hint')} />
      <p className="max-w-prose text-ink-soft">{t(`season:check.${words}`)}</p>
      {season.state !== 'closed' ? (
        <p className="text-sm text-ink-soft">
          {t('season:check.when')} <DateTime at={season.ends_at} dateOnly />
        </p>
      ) : null}
      {files.data ? <SeasonFiles files={files.data} /> : null}
      {lines.map((line) => (
        <div key={line} className="flex flex-wrap items-center gap-2">
          <code dir="ltr" className="min-w-0 grow rounded-md bg-sunken px-3 py-2.5 font-mono text-sm break-all">
            {line}
          </code>
          <CopyButton text={line} />
        </div>
      ))}
      <p className="text-sm text-ink-soft">
        {t('season:check.limits')}{' '}
        <Link to="/reports" className="link">
          {t('season:check.more')}
        </Link>
      </p>
    </Card>
  )
}
