import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { OperatorPage } from '../operator/operator-page.tsx'
import { OpenDrive } from './open-drive.tsx'

type RunDrive = Awaited<ReturnType<typeof client.drives.run>>['items'][number]

/** Drives for reports and amnesties: how they go, and opening one. */
export function RunDrivesPage() {
  const t = useT('drives', 'operator')
  const [opening, setOpening] = useState(false)
  return (
    <OperatorPage
      place="drives"
      title={t('drives:run.title')}
      lead={t('drives:run.lead')}
      actions={
        <Button icon="plus" onClick={() => setOpening(true)}>
          {t('drives:open.action')}
        </Button>
      }
    >
      {() => (
        <>
          <Drives />
          {opening ? <OpenDrive onClose={() => setOpening(false)} /> : null}
        </>
      )}
    </OperatorPage>
  )
}

function Drives() {
  const t = useT('drives')
  const list = useList(['drives', 'run'], (after) =>
    client.drives.run({ query: { limit: 30, ...(after && { after }) } }),
  )
  return (
    <Listing
      list={list}
      empty={
        <EmptyState icon="flag" title={t('drives:run.none')}>
          {t('drives:run.none_why')}
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid gap-4">
          {items.map((d) => (
            <DriveCard key={d.drive_id} drive={d} />
          ))}
        </ul>
      )}
    </Listing>
  )
}

function DriveCard({ drive: d }: { drive: RunDrive }) {
  const t = useT('drives')
  const n = useNumbers()
  return (
    <Card as="li" className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="text-lg" dir="auto">
          {d.kind === 'reports' ? (
            <Link to={`/operator/drives/${d.drive_id}`} className="link">
              {d.title}
            </Link>
          ) : (
            d.title
          )}
        </h2>
        <Badge tone={d.kind === 'amnesty' ? 'good' : 'info'}>{t(`drives:kind.${d.kind}`)}</Badge>
        {d.paid_at ? <Badge>{t('drives:run.paid')}</Badge> : null}
      </div>
      <p dir="auto" className="text-sm whitespace-pre-line">
        {d.words}
      </p>
      <p className="text-sm text-ink-soft">
        <DateTime at={d.opens_at} dateOnly /> – <DateTime at={d.closes_at} dateOnly />
      </p>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 text-sm sm:max-w-md">
        {d.kind === 'reports' ? (
          <>
            <dt className="text-ink-soft">{t('drives:run.reports')}</dt>
            <dd className="text-end">
              {t('drives:run.reports_of', {
                reports: n.int(d.reports),
                waiting: n.int(d.waiting),
                confirmed: n.int(d.confirmed),
              })}
            </dd>
            <dt className="text-ink-soft">{t('drives:run.reward')}</dt>
            <dd className="text-end">
              {d.currency && d.reward_minor ? <Money amount_minor={d.reward_minor} currency={d.currency} /> : null}
            </dd>
            <dt className="text-ink-soft">{t('drives:run.left')}</dt>
            <dd className="text-end">
              {d.currency && d.left_minor ? <Money amount_minor={d.left_minor} currency={d.currency} /> : null}
              {d.currency && d.cap_minor ? (
                <>
                  {' / '}
                  <Money amount_minor={d.cap_minor} currency={d.currency} />
                </>
              ) : null}
            </dd>
          </>
        ) : (
          <>
            <dt className="text-ink-soft">{t('drives:run.keeps')}</dt>
            <dd className="text-end">{n.percent((d.keep_bps ?? 0) / 10_000, 0)}</dd>
            <dt className="text-ink-soft">{t('drives:run.declared')}</dt>
            <dd className="text-end">
              {t('drives:run.declared_of', { accounts: n.int(d.declared_accounts), people: n.int(d.declarations) })}
            </dd>
          </>
        )}
      </dl>
    </Card>
  )
}
