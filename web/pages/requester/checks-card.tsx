import { useState } from 'react'
import { CHECK_KINDS } from '../../../src/domains/campaigns/checks/contract.ts'
import type { Check, CheckKind } from '../../../src/domains/campaigns/checks/contract.ts'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput, Select, TextArea } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { freshCheck, isFlagOnly, suggestedChecks, usableKinds } from './check-presets.ts'
import type { Draft } from './draft.ts'

/** What is checked before people look, and what follows from it. */
export function ChecksCard({ draft, onChange }: { draft: Draft; onChange: (settings: Settings) => void }) {
  const t = useT('checks')
  const { settings } = draft
  const checks = settings.checks ?? []
  const isUsable = usableKinds(draft)
  const keep = (next: readonly Check[]) => {
    const { checks: _, ...rest } = settings
    onChange(next.length > 0 ? { ...rest, checks: [...next] } : rest)
  }
  const put = (kind: CheckKind, check: Check | undefined) =>
    keep(
      CHECK_KINDS.flatMap((k) => {
        const one = k === kind ? check : checks.find((c) => c.kind === k)
        return one ? [one] : []
      }),
    )
  const shown = CHECK_KINDS.filter((kind) => isUsable(kind) || checks.some((c) => c.kind === kind))
  return (
    <Card>
      <SectionHead
        title={t('checks:title')}
        hint={t('checks:hint')}
        actions={
          <Button kind="secondary" size="small" onClick={() => keep(suggestedChecks(draft))}>
            {t('checks:suggest')}
          </Button>
        }
      />
      {shown.length === 0 ? <p className="text-sm text-ink-soft">{t('checks:nothing')}</p> : null}
      <ul className="grid gap-2">
        {shown.map((kind) => {
          const check = checks.find((c) => c.kind === kind)
          return (
            <li key={kind} className="grid gap-3">
              <Checkbox
                checked={check !== undefined}
                label={t(`checks:kind.${kind}`)}
                help={t(`checks:kind_help.${kind}`)}
                onChange={(on) => put(kind, on ? freshCheck(kind) : undefined)}
              />
              {check ? <Limits check={check} onChange={(next) => put(kind, next)} /> : null}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

/** What one check asks for, where it asks for anything. */
function Limits({ check, onChange }: { check: Check; onChange: (check: Check) => void }) {
  const t = useT('checks')
  const whole = (
    field: 'min_words' | 'max_words' | 'max_words_per_minute' | 'max_calls',
    most: number,
    need: boolean,
  ) => (
    <Whole
      key={field}
      label={t(`checks:field.${field}`)}
      value={check[field]}
      most={most}
      need={need}
      onChange={(n) => {
        const { [field]: _, ...rest } = check
        onChange(n === undefined ? rest : { ...rest, [field]: n })
      }}
    />
  )
  return (
    <div className="ms-4 grid items-start gap-4 border-s-2 border-line ps-4 pb-3 sm:grid-cols-2">
      {isFlagOnly(check.kind) ? null : (
        <Select
          label={t('checks:on_fail')}
          value={check.on_fail}
          onChange={(on_fail) => onChange({ ...check, on_fail: on_fail as Check['on_fail'] })}
          options={(['reject', 'flag'] as const).map((value) => ({ value, label: t(`checks:fail.${value}`) }))}
        />
      )}
      {check.kind === 'length' ? [whole('min_words', 20_000, false), whole('max_words', 20_000, false)] : null}
      {check.kind === 'pace' ? whole('max_words_per_minute', 10_000, true) : null}
      {check.kind === 'model_judge' ? (
        <>
          {whole('max_calls', 10_000_000, true)}
          <div className="sm:col-span-2">
            <TextArea
              label={t('checks:field.rubric')}
              help={t('checks:field.rubric_help')}
              value={check.rubric ?? ''}
              maxLength={8000}
              rows={4}
              onChange={(rubric) => onChange({ ...check, rubric })}
            />
          </div>
        </>
      ) : null}
    </div>
  )
}

/** A whole number; what is not one stays in the field and out of the draft. */
function Whole({
  label,
  value,
  most,
  need,
  onChange,
}: {
  label: string
  value: number | undefined
  most: number
  need: boolean
  onChange: (value: number | undefined) => void
}) {
  const t = useT('checks')
  const [typed, setTyped] = useState<string>()
  const fits = (n: number | undefined): n is number => n !== undefined && Number.isInteger(n) && n >= 1 && n <= most
  return (
    <NumberInput
      label={label}
      inputMode="numeric"
      value={typed ?? String(value ?? '')}
      error={typed === undefined ? undefined : t('checks:between', { from: 1, to: most })}
      onChange={(text) => {
        const n = numberOf(text)
        const isEmpty = text.trim() === '' && !need
        setTyped(fits(n) || isEmpty ? undefined : text)
        if (fits(n)) onChange(n)
        else if (isEmpty) onChange(undefined)
      }}
    />
  )
}
