import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { useMe } from '../../app/session.ts'
import { Badge } from '../../ui/badge.tsx'
import { BlurredContent } from '../../ui/blurred.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DataTable } from '../../ui/table.tsx'
import { UserText } from '../../ui/user-text.tsx'
import { Loaded } from './loaded.tsx'
import { useNumbers } from './numbers.ts'

type Figures = Awaited<ReturnType<typeof client.redteam.figures>>
type Entry = Awaited<ReturnType<typeof client.redteam.entries>>['items'][number]

/** How prompts of a campaign did on the targets, how judges do beside people, and what it cost; no word of any prompt. */
export function RedTeamPanel({ campaignId }: { campaignId: string }) {
  const t = useT('red_team')
  const me = useMe()
  const params = { campaign_id: campaignId }
  const figures = useQuery({
    queryKey: ['red-team', campaignId, 'figures'],
    queryFn: () => client.redteam.figures({ params }),
  })
  if (!figures.data || (figures.data.max_calls === 0 && figures.data.proved === 0)) return null
  const mayJudge = me?.access.qa === true && me.access.restricted_data
  return (
    <Card>
      <SectionHead
        title={t('red_team:panel.title')}
        hint={t('red_team:panel.hint')}
        actions={
          mayJudge && figures.data.audits_open > 0 ? (
            <LinkButton kind="secondary" size="small" to={`/qa/replies/${campaignId}`}>
              {t('red_team:panel.judge', { count: figures.data.audits_open })}
            </LinkButton>
          ) : undefined
        }
      />
      <div className="grid gap-6">
        <Sums f={figures.data} />
        <Targets f={figures.data} />
        <Judges f={figures.data} />
        <Entries campaignId={campaignId} mayRead={me?.access.restricted_data === true} />
      </div>
    </Card>
  )
}

function Sums({ f }: { f: Figures }) {
  const t = useT('red_team')
  const n = useNumbers()
  const wrong = f.false_accepts
  return (
    <StatRow>
      <Stat
        label={t('red_team:panel.proved')}
        value={n.int(f.proved)}
        note={t('red_team:panel.waiting', { count: f.waiting })}
      />
      <Stat
        label={t('red_team:panel.works')}
        value={f.proved === 0 ? '–' : n.percent(f.works / f.proved, 0)}
        note={n.int(f.works)}
      />
      <Stat
        label={t('red_team:panel.spent')}
        value={n.int(f.calls)}
        note={t('red_team:panel.spent_note', {
          calls: n.int(f.max_calls),
          tokens: n.int(f.tokens),
          most: n.int(f.max_tokens),
        })}
      />
      {wrong.audited > 0 && wrong.share ? (
        <Stat
          label={t('red_team:panel.false')}
          value={`${n.int(wrong.wrong)} / ${n.int(wrong.audited)}`}
          note={`${n.percent(wrong.share.low_bps / 10_000, 1)} – ${n.percent(wrong.share.high_bps / 10_000, 1)}`}
        />
      ) : null}
    </StatRow>
  )
}

function Targets({ f }: { f: Figures }) {
  const t = useT('red_team')
  const n = useNumbers()
  if (f.targets.length === 0) return null
  return (
    <DataTable
      caption={t('red_team:panel.targets')}
      rows={f.targets}
      rowKey={(r) => r.target}
      columns={[
        { key: 'target', head: t('red_team:panel.target'), main: true, cell: (r) => <bdi>{r.target}</bdi> },
        { key: 'runs', head: t('red_team:panel.runs'), numeric: true, cell: (r) => n.int(r.runs) },
        {
          key: 'hits',
          head: t('red_team:panel.hits'),
          numeric: true,
          cell: (r) => <bdi>{`${n.int(r.hits)} (${n.percent(r.hits / r.runs, 0)})`}</bdi>,
        },
      ]}
    />
  )
}

function Judges({ f }: { f: Figures }) {
  const t = useT('red_team')
  const n = useNumbers()
  if (f.judges.length === 0) return null
  return (
    <DataTable
      caption={t('red_team:panel.judges')}
      rows={f.judges}
      rowKey={(r) => r.judge}
      columns={[
        { key: 'judge', head: t('red_team:panel.a_judge'), main: true, cell: (r) => <bdi>{r.judge}</bdi> },
        {
          key: 'yes',
          head: t('red_team:panel.said_yes'),
          numeric: true,
          cell: (r) => <bdi>{`${n.int(r.yes)} / ${n.int(r.said)}`}</bdi>,
        },
        {
          key: 'agreed',
          head: t('red_team:panel.agreed'),
          numeric: true,
          cell: (r) =>
            r.agreement ? (
              <bdi>{`${n.int(r.agreed)} / ${n.int(r.audited)} (${n.percent(r.agreement.low_bps / 10_000, 0)} – ${n.percent(r.agreement.high_bps / 10_000, 0)})`}</bdi>
            ) : (
              t('red_team:panel.nobody_looked')
            ),
        },
      ]}
    />
  )
}

function Entries({ campaignId, mayRead }: { campaignId: string; mayRead: boolean }) {
  const t = useT('red_team')
  const n = useNumbers()
  const [reading, setReading] = useState<Entry>()
  const query = useQuery({
    queryKey: ['red-team', campaignId, 'entries'],
    queryFn: () => client.redteam.entries({ params: { campaign_id: campaignId }, query: { limit: 50 } }),
  })
  return (
    <>
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            caption={t('red_team:panel.entries')}
            rows={items}
            rowKey={(e) => e.submission_id}
            empty={<p className="text-sm text-ink-soft">{t('red_team:panel.no_entries')}</p>}
            columns={[
              {
                key: 'id',
                head: t('red_team:panel.work'),
                main: true,
                cell: (e) => <bdi className="font-mono">{e.submission_id}</bdi>,
              },
              { key: 'goal', head: t('red_team:panel.goal'), cell: (e) => <bdi>{e.goal_id}</bdi> },
              {
                key: 'outcome',
                head: t('red_team:panel.outcome'),
                cell: (e) => (
                  <Badge tone={e.outcome === 'works' ? 'good' : e.outcome === null ? 'info' : 'plain'}>
                    {t(`red_team:outcome.${e.outcome ?? 'waiting'}`)}
                  </Badge>
                ),
              },
              {
                key: 'hits',
                head: t('red_team:panel.hits'),
                numeric: true,
                cell: (e) => (e.runs === null ? '–' : <bdi>{`${n.int(e.hits ?? 0)} / ${n.int(e.runs)}`}</bdi>),
              },
              ...(mayRead
                ? [
                    {
                      key: 'read',
                      head: t('red_team:panel.read'),
                      cell: (e: Entry) => (
                        <Button kind="quiet" size="small" onClick={() => setReading(e)}>
                          {t('red_team:panel.read_it')}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Loaded>
      {reading ? <Reading campaignId={campaignId} entry={reading} onClose={() => setReading(undefined)} /> : null}
    </>
  )
}

/** One sealed prompt, behind a reason and a cover. */
function Reading({ campaignId, entry, onClose }: { campaignId: string; entry: Entry; onClose: () => void }) {
  const t = useT('red_team')
  const [reason, setReason] = useState('')
  const read = useMutation({
    mutationFn: () =>
      client.redteam.read({
        params: { campaign_id: campaignId, submission_id: entry.submission_id },
        body: { reason: reason.trim() },
      }),
  })
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('red_team:read.title')}
      actions={
        read.data ? undefined : (
          <Button busy={read.isPending} disabled={reason.trim().length < 10} onClick={() => read.mutate()}>
            {t('red_team:read.open')}
          </Button>
        )
      }
    >
      {read.data ? (
        <div className="grid gap-4">
          <BlurredContent>
            <dl className="grid gap-3">
              {Object.entries(read.data.answer).map(([key, value]) => (
                <div key={key}>
                  <dt className="text-sm text-ink-soft">
                    <bdi>{key}</bdi>
                  </dt>
                  <dd>
                    <UserText text={typeof value === 'string' ? value : JSON.stringify(value)} />
                  </dd>
                </div>
              ))}
            </dl>
          </BlurredContent>
          <p className="text-sm text-ink-soft">
            {t('red_team:read.today', { count: read.data.read_today, most: read.data.most_a_day })}
          </p>
        </div>
      ) : (
        <div className="grid gap-4">
          <p>{t('red_team:read.why')}</p>
          <TextArea label={t('red_team:read.reason')} value={reason} maxLength={400} rows={3} onChange={setReason} />
          <ErrorLine error={read.error} />
        </div>
      )}
    </Dialog>
  )
}
