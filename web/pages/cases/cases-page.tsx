import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AccountView } from '../../../src/domains/identity/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { Appeals } from './appeals.tsx'
import { OpenDialog } from './open-dialog.tsx'

/** The case desk: appeals that wait, open cases, and how those who decide have done. */
export function CasesPage() {
  const t = useT('cases', 'desk')
  return (
    <ForRole desk="qa" title={t('cases:title')}>
      {(account) => <Desk account={account} />}
    </ForRole>
  )
}

function Desk({ account }: { account: AccountView }) {
  const t = useT('cases')
  const [opening, setOpening] = useState(false)
  return (
    <Page
      title={t('cases:title')}
      lead={t('cases:lead')}
      back={{ to: '/qa', label: t('common:nav.qa') }}
      actions={
        <Button icon="plus" onClick={() => setOpening(true)}>
          {t('cases:open.action')}
        </Button>
      }
    >
      <Appeals />
      <Cases />
      {account.access.operator ? <Deciders /> : null}
      <OpenDialog open={opening} operator={account.access.operator} onClose={() => setOpening(false)} />
    </Page>
  )
}

function Cases() {
  const t = useT('cases', 'standing')
  const [all, setAll] = useState(false)
  const list = useList(['cases', all], (after) =>
    client.cases.list({ query: { limit: 50, ...(after && { after }), ...(all ? {} : { open: true }) } }),
  )
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('cases:list.title')} hint={t('cases:list.hint')} />
      <Checkbox label={t('cases:list.all')} checked={all} onChange={setAll} />
      <Listing
        list={list}
        empty={
          <EmptyState icon="check" title={t('cases:list.none')}>
            {t('cases:list.none_why')}
          </EmptyState>
        }
      >
        {(items) => (
          <DataTable
            caption={t('cases:list.title')}
            rows={items}
            rowKey={(c) => c.case_id}
            columns={[
              {
                key: 'case',
                head: t('cases:list.case'),
                main: true,
                cell: (c) => (
                  <Link to={`/qa/cases/${c.case_id}`} className="link">
                    {c.handle ? <bdi>{c.handle}</bdi> : t('cases:list.somebody')}
                    <span className="block text-sm font-normal text-ink-soft" dir="auto">
                      {c.why}
                    </span>
                  </Link>
                ),
              },
              {
                key: 'evidence',
                head: t('cases:list.evidence'),
                cell: (c) => (
                  <span className="flex flex-wrap justify-end gap-1 sm:justify-start">
                    {c.evidence.map((kind) => (
                      <Badge key={kind}>{t(`cases:kind.${kind}`)}</Badge>
                    ))}
                  </span>
                ),
              },
              {
                key: 'state',
                head: t('cases:list.state'),
                cell: (c) => (
                  <Badge tone={c.state === 'closed' ? 'plain' : c.state === 'proposed' ? 'warn' : 'info'}>
                    {c.outcome
                      ? t(`cases:outcome.${c.outcome}`)
                      : c.proposed
                        ? t('cases:list.proposed', { action: t(`standing:action.${c.proposed}.title`) })
                        : t('cases:list.is_open')}
                  </Badge>
                ),
              },
              {
                key: 'by',
                head: t('cases:list.decide_by'),
                cell: (c) => <RelativeTime at={c.closed_at ?? c.decide_by} />,
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}

function Deciders() {
  const t = useT('cases')
  const n = useNumbers()
  const query = useQuery({
    queryKey: ['cases', 'deciders'],
    queryFn: () => client.cases.deciders({ query: { limit: 100 } }),
  })
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('cases:deciders.title')} hint={t('cases:deciders.hint')} />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-soft">{t('cases:deciders.none')}</p>
          ) : (
            <DataTable
              caption={t('cases:deciders.title')}
              rows={items}
              rowKey={(d) => d.account_id}
              columns={[
                { key: 'who', head: t('cases:deciders.who'), main: true, cell: (d) => <bdi>{d.handle}</bdi> },
                ...(['sanctions', 'overturned', 'appeals_decided', 'appeals_asked', 'appeals_missed'] as const).map(
                  (key) => ({
                    key,
                    head: t(`cases:deciders.${key}`),
                    numeric: true,
                    cell: (d: (typeof items)[number]) => n.int(d[key]),
                  }),
                ),
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  )
}
