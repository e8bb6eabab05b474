import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AGES, REGIONS, type Trait, type Traits as Said } from '../../../src/domains/groups/contract.ts'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Select } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { groupName, LANGUAGES } from '../desk/groups.ts'
import { Loaded } from '../desk/loaded.tsx'

const VALUES: Record<Trait, readonly string[]> = { region: REGIONS, age: AGES, first_language: LANGUAGES }
const query = { queryKey: ['me', 'traits'], queryFn: () => client.groups.mine() }

/** What people say of themselves, each part only if they like, and what it is used for. */
export function Traits() {
  const t = useT('account', 'desk')
  const { language } = useLanguage()
  const traits = useQuery(query)
  const [chosen, setChosen] = useState<Partial<Record<Trait, string>>>({})
  const save = useMutation({
    mutationFn: () =>
      client.groups.set({
        body: Object.fromEntries(Object.entries(chosen).map(([k, v]) => [k, v === '' ? null : v])) as Said,
      }),
    onSuccess: (next) => {
      queryClient.setQueryData(query.queryKey, next)
      setChosen({})
      say(t('account:traits.saved'), 'good')
    },
  })
  return (
    <Card>
      <SectionHead title={t('account:traits.title')} hint={t('account:traits.hint')} />
      <Loaded query={traits}>
        {({ items }) => (
          <form
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              save.mutate()
            }}
          >
            {items.map(({ trait, value, may_change_at }) => (
              <div key={trait} className="grid gap-1">
                <Select
                  label={t(`account:traits.${trait}`)}
                  value={chosen[trait] ?? value ?? ''}
                  onChange={(v) => setChosen({ ...chosen, [trait]: v })}
                  empty={t('account:traits.not_said')}
                  options={VALUES[trait]
                    .filter((v) => may_change_at === null || v === value)
                    .map((v) => ({ value: v, label: groupName(trait, v, language, t) }))
                    .toSorted((a, b) => (trait === 'age' ? 0 : a.label.localeCompare(b.label, language)))}
                />
                {may_change_at ? (
                  <p className="text-sm text-ink-soft">
                    {t('account:traits.until')} <DateTime at={may_change_at} />
                  </p>
                ) : null}
              </div>
            ))}
            <ErrorLine error={save.error} />
            <Button
              type="submit"
              kind="secondary"
              className="justify-self-start"
              busy={save.isPending}
              disabled={Object.keys(chosen).length === 0}
            >
              {t('common:action.save')}
            </Button>
          </form>
        )}
      </Loaded>
    </Card>
  )
}
