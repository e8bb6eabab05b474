import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Select } from '../../ui/inputs.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'

export const ITEM_STATES = ['waiting', 'open', 'done', 'broken', 'exhausted', 'unresolved'] as const
export const ITEM_TONES = {
  waiting: 'plain',
  open: 'info',
  done: 'good',
  broken: 'bad',
  exhausted: 'warn',
  unresolved: 'warn',
} as const

/** A campaign's items with where each stands. */
export function ItemsTable({ campaignId, filter = false }: { campaignId: string; filter?: boolean }) {
  const t = useT('requester')
  const n = useNumbers()
  const [state, setState] = useState('')
  const list = useList(['requester', 'items', campaignId, state], (after) =>
    client.campaigns.items({
      params: { campaign_id: campaignId },
      query: { limit: 20, ...(after && { after }), ...(state && { state: state as (typeof ITEM_STATES)[number] }) },
    }),
  )
  return (
    <div className="grid gap-4">
      {filter ? (
        <Select
          className="max-w-xs"
          label={t('requester:item.state')}
          value={state}
          onChange={setState}
          empty={t('requester:item.any')}
          options={ITEM_STATES.map((s) => ({ value: s, label: t(`requester:item_state.${s}`) }))}
        />
      ) : null}
      <Listing list={list} empty={<p className="text-ink-soft">{t('requester:item.none')}</p>}>
        {(items) => (
          <DataTable
            caption={t('requester:items.title')}
            rows={items}
            rowKey={(i) => i.item_id}
            columns={[
              {
                key: 'ref',
                head: t('requester:item.ref'),
                main: true,
                cell: (i) => <bdi className="font-mono text-sm">{i.external_ref ?? i.item_id}</bdi>,
              },
              {
                key: 'data',
                head: t('requester:item.data'),
                cell: (i) => (
                  <span dir="auto" className="line-clamp-2 max-w-prose text-ink-soft">
                    {i.data ? Object.values(i.data).map(String).join(' · ') : t('requester:item.slot')}
                  </span>
                ),
              },
              {
                key: 'state',
                head: t('requester:item.state'),
                cell: (i) => (
                  <span className="flex flex-wrap justify-end gap-1 sm:justify-start">
                    <Badge tone={ITEM_TONES[i.state]}>{t(`requester:item_state.${i.state}`)}</Badge>
                    {i.pilot ? <Badge>{t('requester:item.pilot')}</Badge> : null}
                  </span>
                ),
              },
              { key: 'attempts', head: t('requester:item.attempts'), numeric: true, cell: (i) => n.int(i.attempts) },
            ]}
          />
        )}
      </Listing>
    </div>
  )
}
