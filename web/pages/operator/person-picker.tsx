import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Radio } from '../../ui/choices.tsx'
import { TextInput } from '../../ui/inputs.tsx'

/** Finds one person by handle or id. */
export function PersonPicker({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (accountId: string) => void
}) {
  const t = useT('operator')
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim())
  const found = useQuery({
    queryKey: ['operator', 'pick', wanted],
    queryFn: () => client.people.list({ query: { search: wanted, limit: 6 } }),
    enabled: wanted.length >= 2,
  })
  return (
    <div className="grid gap-2">
      <TextInput
        label={label}
        type="search"
        autoComplete="off"
        value={search}
        onChange={setSearch}
        placeholder={t('operator:people.search_hint')}
      />
      {found.data && wanted.length >= 2 ? (
        found.data.items.length === 0 ? (
          <p className="text-sm text-ink-soft">{t('operator:people.none')}</p>
        ) : (
          <div role="radiogroup" aria-label={label} className="grid gap-2">
            {found.data.items.map((p) => (
              <Radio
                key={p.account_id}
                name="person"
                value={p.account_id}
                checked={value === p.account_id}
                onChange={() => onChange(p.account_id)}
                label={<bdi>{p.handle}</bdi>}
                help={<bdi className="font-mono">{p.account_id}</bdi>}
              />
            ))}
          </div>
        )
      ) : null}
    </div>
  )
}
