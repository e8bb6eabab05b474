import { AGES, type GroupQuota, REGIONS, type Trait, TRAITS, UNDECLARED } from '../../../src/domains/groups/contract.ts'
import { useState } from 'react'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { NumberInput, Select } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { groupName, LANGUAGES } from '../desk/groups.ts'

const VALUES: Record<Trait, readonly string[]> = {
  region: [...REGIONS, UNDECLARED],
  age: [...AGES, UNDECLARED],
  first_language: [...LANGUAGES, UNDECLARED],
}

/** The most that people of one group may give of the whole, by what they said of themselves. */
export function GroupQuotas({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  const t = useT('policy', 'desk')
  const quotas = settings.group_quotas ?? []
  const change = (next: readonly GroupQuota[]) => {
    const { group_quotas: _, ...rest } = settings
    onChange(next.length > 0 ? { ...rest, group_quotas: [...next] } : rest)
  }
  const isFree = (trait: Trait, value: string) => !quotas.some((q) => q.trait === trait && q.value === value)
  const fresh = TRAITS.flatMap((trait) => VALUES[trait].map((value) => ({ trait, value }))).find((x) =>
    isFree(x.trait, x.value),
  )
  return (
    <Card>
      <SectionHead
        title={t('policy:groups.title')}
        hint={t('policy:groups.hint')}
        actions={
          fresh ? (
            <Button size="small" icon="plus" onClick={() => change([...quotas, { ...fresh, most_bps: 2500 }])}>
              {t('policy:groups.add')}
            </Button>
          ) : undefined
        }
      />
      {quotas.length === 0 ? (
        <p className="text-sm text-ink-soft">{t('policy:groups.none')}</p>
      ) : (
        <ul className="grid gap-5">
          {quotas.map((q, i) => (
            <Row
              key={`${q.trait}/${q.value}`}
              quota={q}
              values={VALUES[q.trait].filter((v) => v === q.value || isFree(q.trait, v))}
              traits={TRAITS.filter((x) => x === q.trait || VALUES[x].some((v) => isFree(x, v)))}
              firstOf={(trait) => VALUES[trait].find((v) => isFree(trait, v)) ?? UNDECLARED}
              onChange={(next) => change(quotas.map((one, j) => (j === i ? next : one)))}
              onRemove={() => change(quotas.filter((_, j) => j !== i))}
            />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Row({
  quota: q,
  values,
  traits,
  firstOf,
  onChange,
  onRemove,
}: {
  quota: GroupQuota
  values: readonly string[]
  traits: readonly Trait[]
  firstOf: (trait: Trait) => string
  onChange: (quota: GroupQuota) => void
  onRemove: () => void
}) {
  const t = useT('policy', 'desk')
  const { language } = useLanguage()
  const [typed, setTyped] = useState<string>()
  const fits = (n: number | undefined): n is number => n !== undefined && n >= 0 && n <= 100
  const name = groupName(q.trait, q.value, language, t)
  return (
    <li className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_8rem_auto]">
      <Select
        label={t('policy:groups.trait')}
        value={q.trait}
        onChange={(trait) => onChange({ ...q, trait: trait as Trait, value: firstOf(trait as Trait) })}
        options={traits.map((trait) => ({ value: trait, label: t(`desk:trait.${trait}`) }))}
      />
      <Select
        label={t('policy:groups.value')}
        value={q.value}
        onChange={(value) => onChange({ ...q, value })}
        options={values.map((value) => ({ value, label: groupName(q.trait, value, language, t) }))}
      />
      <NumberInput
        label={t('policy:groups.most')}
        inputMode="decimal"
        unit="%"
        value={typed ?? String(q.most_bps / 100)}
        error={typed === undefined ? undefined : t('policy:between', { from: 0, to: 100 })}
        onChange={(text) => {
          const n = numberOf(text)
          setTyped(fits(n) ? undefined : text)
          if (fits(n)) onChange({ ...q, most_bps: Math.round(n * 100) })
        }}
      />
      <Button kind="quiet" icon="cross" aria-label={t('policy:groups.remove', { group: name })} onClick={onRemove} />
    </li>
  )
}
