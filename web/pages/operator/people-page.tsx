import { Link } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Select, TextInput } from '../../ui/inputs.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { OperatorPage } from './operator-page.tsx'
import { ServiceAccountsDialog } from './service-accounts.tsx'

export const ROLES = ['operator', 'qa', 'restricted_data'] as const
export type PlatformRole = (typeof ROLES)[number]

/** Everyone with an account: find one, see their roles and what they did. */
export function PeoplePage() {
  const t = useT('operator')
  const [making, setMaking] = useState(false)
  const [inviting, setInviting] = useState(false)
  return (
    <OperatorPage
      place="people"
      title={t('operator:people.title')}
      lead={t('operator:people.lead')}
      actions={
        <>
          <Button kind="secondary" icon="key" onClick={() => setMaking(true)}>
            {t('operator:people.service')}
          </Button>
          <Button icon="plus" onClick={() => setInviting(true)}>
            {t('operator:people.invite')}
          </Button>
        </>
      }
    >
      {() => (
        <>
          <People />
          <ServiceAccountsDialog open={making} onClose={() => setMaking(false)} />
          <InviteDialog open={inviting} onClose={() => setInviting(false)} />
        </>
      )}
    </OperatorPage>
  )
}

function People() {
  const t = useT('operator')
  const n = useNumbers()
  const [search, setSearch] = useState('')
  const [role, setRole] = useState('')
  const [state, setState] = useState('')
  const wanted = useDeferredValue(search.trim())
  const list = useList(['operator', 'people', wanted, role, state], (after) =>
    client.people.list({
      query: {
        limit: 50,
        ...(after && { after }),
        ...(wanted && { search: wanted }),
        ...(role && { role: role as PlatformRole }),
        ...(state && { suspended: state === 'suspended' }),
      },
    }),
  )
  return (
    <Card className="grid gap-5">
      <div className="grid gap-4 sm:grid-cols-3">
        <TextInput
          label={t('operator:people.search')}
          value={search}
          onChange={setSearch}
          type="search"
          autoComplete="off"
          placeholder={t('operator:people.search_hint')}
        />
        <Select
          label={t('operator:people.role')}
          value={role}
          onChange={setRole}
          empty={t('operator:people.any')}
          options={ROLES.map((r) => ({ value: r, label: t(`operator:role.${r}`) }))}
        />
        <Select
          label={t('operator:people.state')}
          value={state}
          onChange={setState}
          empty={t('operator:people.any')}
          options={[
            { value: 'active', label: t('operator:people.active') },
            { value: 'suspended', label: t('operator:people.suspended') },
          ]}
        />
      </div>
      <Listing
        list={list}
        empty={
          <EmptyState icon="people" title={t('operator:people.none')}>
            {t('operator:people.none_way')}
          </EmptyState>
        }
      >
        {(items) => (
          <DataTable
            caption={t('operator:people.title')}
            rows={items}
            rowKey={(p) => p.account_id}
            columns={[
              {
                key: 'handle',
                head: t('operator:people.handle'),
                main: true,
                cell: (p) => (
                  <Link to={`/operator/people/${p.account_id}`} className="link">
                    <bdi>{p.handle}</bdi>
                  </Link>
                ),
              },
              {
                key: 'roles',
                head: t('operator:people.roles'),
                cell: (p) => (
                  <span className="flex flex-wrap justify-end gap-1 sm:justify-start">
                    {p.suspended_at ? <Badge tone="bad">{t('operator:people.suspended')}</Badge> : null}
                    {p.erased_at ? <Badge>{t('operator:people.erased')}</Badge> : null}
                    {p.roles.map((r) => (
                      <Badge key={r} tone="accent">
                        {t(`operator:role.${r}`)}
                      </Badge>
                    ))}
                    {p.roles.length === 0 && !p.suspended_at && !p.erased_at ? '–' : null}
                  </span>
                ),
              },
              {
                key: 'submissions',
                head: t('operator:people.submissions'),
                numeric: true,
                cell: (p) => n.int(p.submissions),
              },
              { key: 'reviews', head: t('operator:people.reviews'), numeric: true, cell: (p) => n.int(p.reviews) },
              {
                key: 'seen',
                head: t('operator:people.seen'),
                cell: (p) => (p.last_seen_at ? <RelativeTime at={p.last_seen_at} /> : '–'),
              },
            ]}
          />
        )}
      </Listing>
    </Card>
  )
}
