import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Intervals } from '../../ui/intervals.tsx'
import { Page } from '../../ui/page.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { type Numbers, useNumbers } from '../desk/numbers.ts'
import { Doubts } from './doubts.tsx'
import { GoldCard } from './gold-card.tsx'

type View = Awaited<ReturnType<typeof client.reliability.campaign>>

/** One campaign's reviewers and questions: who can be believed, what is in doubt, and what causes disagreement. */
export function ReliabilityPage() {
  const t = useT('quality')
  const campaignId = String(useParams({ strict: false }).campaignId)
  return (
    <ForRole desk="qa" title={t('quality:qa.title')}>
      {() => <Reliability key={campaignId} campaignId={campaignId} />}
    </ForRole>
  )
}

function Reliability({ campaignId }: { campaignId: string }) {
  const t = useT('quality', 'qa')
  const n = useNumbers()
  const query = useQuery({
    queryKey: ['qa', 'reliability', campaignId],
    queryFn: () => client.reliability.campaign({ params: { campaign_id: campaignId } }),
  })
  const taken = query.data?.snapshot
  return (
    <Page
      title={t('quality:qa.title')}
      back={{ to: '/qa', label: t('qa:title') }}
      width="wide"
      lead={
        query.data ? (
          <>
            <bdi className="font-semibold text-ink">{query.data.title}</bdi>
            {taken ? (
              <span className="block text-sm">
                {t('quality:qa.as_of', {
                  votes: n.int(taken.votes),
                  people: n.int(taken.people),
                  gold: n.int(taken.gold),
                })}{' '}
                <RelativeTime at={taken.taken_at} /> · <bdi className="font-mono">{taken.batch}</bdi>
              </span>
            ) : null}
          </>
        ) : undefined
      }
    >
      <Loaded query={query} lines={8}>
        {(view) => (
          <>
            <Questions rows={view.questions} />
            <Reviewers rows={view.reviewers} />
            <GoldCard campaignId={campaignId} />
            <Doubts campaignId={campaignId} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

const VERDICT_TONES: Record<View['questions'][number]['verdict'], Tone> = {
  instructions: 'bad',
  people: 'warn',
  clear: 'good',
  too_little: 'plain',
}

/** How often votes differ, beside how often they would if only people's own mistakes were at work. */
function Questions({ rows }: { rows: View['questions'] }) {
  const t = useT('quality')
  const n = useNumbers()
  const share = (bps: number) => n.percent(bps / 10_000)
  return (
    <Card>
      <SectionHead title={t('quality:questions.title')} hint={t('quality:questions.hint')} />
      {rows.length === 0 ? (
        <p className="text-ink-soft">{t('quality:qa.nothing')}</p>
      ) : (
        <Intervals
          label={t('quality:questions.title')}
          tick={(percent) => n.percent(percent / 100, 0)}
          rows={rows.map((q) => ({
            key: q.question,
            label: (
              <span className="grid justify-items-start gap-1">
                <bdi>{q.title}</bdi>
                <Badge tone={VERDICT_TONES[q.verdict]}>{t(`quality:verdict.${q.verdict}`)}</Badge>
              </span>
            ),
            value: q.votes === 0 ? '–' : share(q.observed_bps),
            detail: t('quality:questions.votes', { count: q.votes }),
            share: q.votes === 0 ? null : q.observed_bps / 10_000,
            low: null,
            high: null,
            ...(q.votes > 0 && {
              reference: {
                at: q.expected_bps / 10_000,
                label: t('quality:questions.expected', {
                  share: share(q.expected_bps),
                  z: n.decimal(String(q.z_hundredths / 100), 1, 1),
                }),
              },
            }),
            meaning: t(`quality:verdict_means.${q.verdict}`),
          }))}
        />
      )}
    </Card>
  )
}

const CELLS = ['approved_right', 'approved_wrong', 'rejected_right', 'rejected_wrong'] as const
const sum = (c: View['reviewers'][number]['decided']) => CELLS.reduce((all, cell) => all + c[cell], 0)

/** What each reviewer said beside what was decided, and what closed audits found; nobody by name. */
function Reviewers({ rows }: { rows: View['reviewers'] }) {
  const t = useT('quality')
  const n = useNumbers()
  return (
    <Card>
      <SectionHead title={t('quality:reviewers.title')} hint={t('quality:reviewers.hint')} />
      <DataTable
        caption={t('quality:reviewers.title')}
        empty={<p className="text-ink-soft">{t('quality:qa.nothing')}</p>}
        rows={rows}
        rowKey={(r) => r.reviewer ?? 'rest'}
        columns={[
          {
            key: 'who',
            head: t('quality:reviewers.who'),
            main: true,
            cell: (r) =>
              r.reviewer ? (
                <bdi className="font-mono whitespace-nowrap">{r.reviewer}</bdi>
              ) : (
                t('quality:reviewers.rest', { count: r.people })
              ),
          },
          ...CELLS.map((cell) => ({
            key: cell,
            head: t(`quality:cell.${cell}`),
            numeric: true,
            cell: (r: View['reviewers'][number]) => n.int(r.decided[cell]),
          })),
          {
            key: 'audited',
            head: t('quality:reviewers.audited'),
            numeric: true,
            cell: (r) => auditedWords(r, n, t('quality:reviewers.of')),
          },
          {
            key: 'good',
            head: t('quality:reviewers.approves_good'),
            numeric: true,
            cell: (r) => n.percent(r.approves_good_bps === null ? null : r.approves_good_bps / 10_000, 0),
          },
          {
            key: 'bad',
            head: t('quality:reviewers.rejects_bad'),
            numeric: true,
            cell: (r) => n.percent(r.rejects_bad_bps === null ? null : r.rejects_bad_bps / 10_000, 0),
          },
        ]}
      />
    </Card>
  )
}

function auditedWords(r: View['reviewers'][number], n: Numbers, of: string): string {
  const all = sum(r.audited)
  return all === 0 ? '–' : `${n.int(r.audited.approved_right + r.audited.rejected_wrong)} ${of} ${n.int(all)}`
}
