import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { METHODS } from '../../../src/domains/integrity/reports/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Select, TextArea } from '../../ui/inputs.tsx'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorLine } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Listing } from '../desk/listing.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { Amnesty } from './amnesty.tsx'

export type Drive = Awaited<ReturnType<typeof client.drives.list>>['items'][number]

/** What anybody can do about accounts that are one person's: declare their own, report others', and see what became of it. */
export function DrivesPage() {
  const t = useT('drives')
  return (
    <Page title={t('drives:mine.title')} lead={t('drives:mine.lead')} width="narrow">
      <SignedIn>{() => <Drives />}</SignedIn>
    </Page>
  )
}

function Drives() {
  const t = useT('drives')
  const query = useQuery({ queryKey: ['drives', 'mine'], queryFn: () => client.drives.list() })
  return (
    <>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon="check" title={t('drives:mine.none')}>
              {t('drives:mine.none_why')}
            </EmptyState>
          ) : (
            <div className="grid gap-6">
              {items.map((d) => (
                <DriveCard key={d.drive_id} drive={d} />
              ))}
            </div>
          )
        }
      </Loaded>
      <MyReports />
    </>
  )
}

function DriveCard({ drive: d }: { drive: Drive }) {
  const t = useT('drives')
  const n = useNumbers()
  return (
    <Card className="grid gap-4">
      <SectionHead
        title={<span dir="auto">{d.title}</span>}
        hint={t(`drives:does.${d.kind}`)}
        actions={<Badge tone={d.kind === 'amnesty' ? 'good' : 'info'}>{t(`drives:kind.${d.kind}`)}</Badge>}
      />
      <p dir="auto" className="whitespace-pre-line">
        {d.words}
      </p>
      <p className="text-sm text-ink-soft">
        {t('drives:mine.until')} <DateTime at={d.closes_at} />.{' '}
        {d.currency && d.reward_minor ? (
          <>
            {t('drives:mine.worth')} <Money amount_minor={d.reward_minor} currency={d.currency} />.{' '}
            {t('drives:mine.group', { count: d.min_group ?? 2 })}
          </>
        ) : (
          t('drives:mine.keeps', { share: n.percent((d.keep_bps ?? 0) / 10_000, 0) })
        )}
      </p>
      {d.kind === 'amnesty' ? <Amnesty drive={d} /> : d.is_open ? <Report drive={d} /> : null}
      {d.is_open ? null : <Notice tone="plain">{t('drives:mine.not_now')}</Notice>}
    </Card>
  )
}

const namesIn = (typed: string): string[] => [...new Set(typed.split(/[\s,،;]+/).filter(Boolean))]

function Report({ drive }: { drive: Drive }) {
  const t = useT('drives')
  const [names, setNames] = useState('')
  const [method, setMethod] = useState<(typeof METHODS)[number]>('was_told')
  const [says, setSays] = useState('')
  const accounts = namesIn(names)
  const act = useAct(
    () =>
      client.drives.report({
        params: { drive_id: drive.drive_id },
        body: { accounts, method, says: says.trim() },
      }),
    {
      changes: [['drives']],
      said: t('drives:report.sent'),
      after: () => {
        setNames('')
        setSays('')
      },
    },
  )
  return (
    <div className="grid gap-4 border-t border-line pt-4">
      <TextArea
        label={t('drives:report.accounts')}
        help={t('drives:report.accounts_help')}
        value={names}
        onChange={setNames}
        max={2000}
        dir="ltr"
      />
      <Select
        label={t('drives:report.method')}
        value={method}
        onChange={(m) => setMethod(m as typeof method)}
        options={METHODS.map((m) => ({ value: m, label: t(`drives:method.${m}`) }))}
      />
      <TextArea
        label={t('drives:report.says')}
        help={t('drives:report.says_help')}
        value={says}
        onChange={setSays}
        max={2000}
        dir="auto"
      />
      <ErrorLine error={act.error} />
      <Button
        className="justify-self-start"
        busy={act.isPending}
        disabled={accounts.length < (drive.min_group ?? 2) || says.trim().length < 20}
        onClick={() => act.mutate(undefined)}
      >
        {t('drives:report.send', { count: accounts.length })}
      </Button>
    </div>
  )
}

function MyReports() {
  const t = useT('drives')
  const n = useNumbers()
  const list = useList(['drives', 'reports', 'mine'], (after) =>
    client.drives.mine({ query: { limit: 30, ...(after && { after }) } }),
  )
  if (list.items?.length === 0) return null
  return (
    <Card className="mt-6">
      <SectionHead title={t('drives:reports.title')} hint={t('drives:reports.hint')} />
      <Listing list={list} empty={null}>
        {(items) => (
          <DataTable
            caption={t('drives:reports.title')}
            rows={items}
            rowKey={(r) => r.report_id}
            columns={[
              {
                key: 'drive',
                head: t('drives:reports.drive'),
                main: true,
                cell: (r) => <span dir="auto">{r.title}</span>,
              },
              { key: 'accounts', head: t('drives:reports.accounts'), numeric: true, cell: (r) => n.int(r.accounts) },
              { key: 'at', head: t('drives:reports.at'), cell: (r) => <DateTime at={r.reported_at} dateOnly /> },
              {
                key: 'state',
                head: t('drives:reports.state'),
                cell: (r) => (
                  <Badge tone={r.state === 'confirmed' ? 'good' : r.state === 'under_review' ? 'warn' : 'plain'}>
                    {t(`drives:state.${r.state}`)}
                  </Badge>
                ),
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}
