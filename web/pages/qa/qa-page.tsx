import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { DrawDialog } from './draw-dialog.tsx'
import { deskQuery, expertDeskQuery } from './queries.ts'
import { ReliabilityList } from './reliability-list.tsx'

/** The audit desk: what waits for a grader or an expert, and every sample drawn so far. */
export function QaPage() {
  const t = useT('qa', 'desk')
  return (
    <ForRole desk="qa" title={t('qa:title')}>
      {() => <Desk />}
    </ForRole>
  )
}

function Desk() {
  const t = useT('qa')
  const [drawing, setDrawing] = useState(false)
  const desk = useQuery(deskQuery)
  const expert = useQuery(expertDeskQuery)
  return (
    <Page
      title={t('qa:title')}
      lead={t('qa:lead')}
      actions={
        <>
          <LinkButton kind="secondary" to="/qa/cases">
            {t('qa:cases')}
          </LinkButton>
          <LinkButton kind="secondary" to="/qa/claims">
            {t('qa:claims')}
          </LinkButton>
          <Button icon="plus" onClick={() => setDrawing(true)}>
            {t('qa:draw.action')}
          </Button>
        </>
      }
    >
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card>
          <SectionHead title={t('qa:desk.title')} hint={t('qa:desk.hint')} />
          <Loaded query={desk}>
            {({ items }) =>
              items.length === 0 ? (
                <p className="text-ink-soft">{t('qa:desk.empty')}</p>
              ) : (
                <WaitingList
                  rows={items.map((d) => ({
                    key: d.campaign_id,
                    title: d.title,
                    task_class: d.task_class,
                    words: t('qa:desk.waiting', { waiting: d.waiting, held: d.held }),
                    to: `/qa/grade/${d.campaign_id}`,
                    action: t('qa:desk.grade'),
                  }))}
                />
              )
            }
          </Loaded>
        </Card>
        <Card>
          <SectionHead title={t('qa:expert.title')} hint={t('qa:expert.hint')} />
          <Loaded query={expert}>
            {({ items }) =>
              items.length === 0 ? (
                <p className="text-ink-soft">{t('qa:expert.empty')}</p>
              ) : (
                <WaitingList
                  rows={items.map((d) => ({
                    key: d.campaign_id,
                    title: d.title,
                    task_class: d.task_class,
                    words: (
                      <>
                        {t('qa:expert.waiting', { count: d.waiting })} <RelativeTime at={d.oldest_at} />
                      </>
                    ),
                    to: `/qa/expert/${d.campaign_id}`,
                    action: t('qa:expert.decide'),
                  }))}
                />
              )
            }
          </Loaded>
        </Card>
      </div>
      <ReliabilityList />
      <Plans onDraw={() => setDrawing(true)} />
      <DrawDialog open={drawing} onClose={() => setDrawing(false)} />
    </Page>
  )
}

function WaitingList({
  rows,
}: {
  rows: { key: string; title: string; task_class: string; words: React.ReactNode; to: string; action: string }[]
}) {
  const t = useT('qa')
  return (
    <ul className="grid gap-3">
      {rows.map((r) => (
        <li key={r.key} className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line p-3">
          <div className="min-w-0 grow basis-52">
            <Badge>{t(`qa:task_class.${r.task_class}`)}</Badge>
            <p className="mt-1 font-semibold" dir="auto">
              {r.title}
            </p>
            <p className="text-sm text-ink-soft">{r.words}</p>
          </div>
          <LinkButton to={r.to} kind="secondary" iconEnd="next" aria-label={`${r.action}: ${r.title}`}>
            {r.action}
          </LinkButton>
        </li>
      ))}
    </ul>
  )
}

function Plans({ onDraw }: { onDraw: () => void }) {
  const t = useT('qa')
  const n = useNumbers()
  const list = useList(['qa', 'plans'], (after) =>
    client.audits.list({ query: { limit: 20, ...(after && { after }) } }),
  )
  return (
    <Card>
      <SectionHead title={t('qa:plans.title')} hint={t('qa:plans.hint')} />
      <Listing
        list={list}
        empty={
          <EmptyState
            icon="balance"
            title={t('qa:plans.empty')}
            actions={<Button onClick={onDraw}>{t('qa:draw.action')}</Button>}
          >
            {t('qa:plans.empty_why')}
          </EmptyState>
        }
      >
        {(items) => (
          <DataTable
            caption={t('qa:plans.title')}
            rows={items}
            rowKey={(p) => p.plan_id}
            columns={[
              {
                key: 'at',
                head: t('qa:plans.drawn_at'),
                main: true,
                cell: (p) => (
                  <Link className="link" to={`/qa/plans/${p.plan_id}`}>
                    <RelativeTime at={p.created_at} />
                  </Link>
                ),
              },
              {
                key: 'scope',
                head: t('qa:plans.scope'),
                cell: (p) => (p.campaign_id ? t('qa:plans.one_campaign') : t('qa:plans.season')),
              },
              { key: 'seed', head: t('qa:plans.seed'), cell: (p) => <bdi className="font-mono">{p.seed}</bdi> },
              {
                key: 'double',
                head: t('qa:plans.double'),
                numeric: true,
                cell: (p) => n.percent(p.double_bps / 10_000, 0),
              },
              {
                key: 'done',
                head: t('qa:plans.graded'),
                cell: (p) => (
                  <span className="block min-w-36">
                    <ProgressBar
                      showLabel={false}
                      value={p.closed}
                      max={p.drawn}
                      tone="good"
                      label={t('qa:plans.graded')}
                      detail={`${n.int(p.closed)} / ${n.int(p.drawn)}`}
                    />
                    <span className="text-xs text-ink-soft">
                      {t('qa:plans.of', { closed: p.closed, drawn: p.drawn })}
                    </span>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}
