import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import type { RedTeam } from '../../../src/domains/campaigns/red-team/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox, RadioGroup } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { NumberInput, Select } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { Loaded } from '../desk/loaded.tsx'
import type { Draft } from './draft.ts'

/** How prompts are proved before people see them: the goals, the runs, and what it may cost. */
export function RedTeamCard({ draft, onChange }: { draft: Draft; onChange: (settings: Settings) => void }) {
  const t = useT('red_team')
  const { red_team, ...rest } = draft.settings
  const texts = Object.entries(draft.form.ui.questions).filter(
    ([, q]) => q.widget === 'short_text' || q.widget === 'long_text',
  )
  const goals = useQuery({ queryKey: ['red-team', 'goals'], queryFn: () => client.redteam.goals() })
  const keep = (next: RedTeam | undefined) => onChange(next ? { ...rest, red_team: next } : rest)
  const first = (kind: RedTeam['kind']) => goals.data?.items.filter((g) => g.kind === kind).slice(0, 1) ?? []
  return (
    <Card>
      <SectionHead title={t('red_team:card.title')} hint={t('red_team:card.hint')} />
      {texts.length === 0 ? <p className="text-sm text-ink-soft">{t('red_team:card.no_text')}</p> : null}
      <Checkbox
        checked={red_team !== undefined}
        disabled={texts.length === 0}
        label={t('red_team:card.prove')}
        help={t('red_team:card.prove_help')}
        onChange={(on) =>
          keep(
            on
              ? {
                  kind: 'secret',
                  prompt: texts[0]![0],
                  goals: first('secret').map((g) => g.goal_id),
                  samples: 5,
                  least_bps: 2000,
                  max_calls: 20_000,
                  max_tokens: 20_000_000,
                  notice_days: 30,
                }
              : undefined,
          )
        }
      />
      {red_team ? (
        <div className="mt-5 grid gap-5 border-s-2 border-line ps-4">
          <FieldSet legend={t('red_team:card.kind')}>
            <RadioGroup
              name="red_team_kind"
              value={red_team.kind}
              onChange={(kind) =>
                keep({
                  ...red_team,
                  kind: kind as RedTeam['kind'],
                  goals: first(kind as RedTeam['kind']).map((g) => g.goal_id),
                })
              }
              options={(['secret', 'policy'] as const).map((value) => ({
                value,
                label: t(`red_team:card.${value}`),
                help: t(`red_team:card.${value}_help`),
              }))}
            />
          </FieldSet>
          <Loaded query={goals}>
            {({ items }) => (
              <FieldSet legend={t('red_team:card.goals')}>
                <div className="grid gap-2">
                  {items
                    .filter((g) => g.kind === red_team.kind)
                    .map((g) => (
                      <Checkbox
                        key={g.goal_id}
                        checked={red_team.goals.includes(g.goal_id)}
                        label={<bdi>{g.title}</bdi>}
                        help={<bdi className="font-mono">{g.goal_id}</bdi>}
                        onChange={(on) => {
                          const next = on
                            ? [...red_team.goals, g.goal_id]
                            : red_team.goals.filter((id) => id !== g.goal_id)
                          if (next.length > 0) keep({ ...red_team, goals: next })
                        }}
                      />
                    ))}
                </div>
              </FieldSet>
            )}
          </Loaded>
          <Select
            label={t('red_team:card.prompt')}
            value={red_team.prompt}
            onChange={(prompt) => keep({ ...red_team, prompt })}
            options={texts.map(([value, q]) => ({ value, label: q.title }))}
          />
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <Whole {...{ red_team, keep, field: 'samples', low: 5, high: 20 }} />
            <Whole {...{ red_team, keep, field: 'least_bps', low: 5, high: 90, per: 100 }} />
            <Whole {...{ red_team, keep, field: 'max_calls', low: 1, high: 100_000_000 }} />
            <Whole {...{ red_team, keep, field: 'max_tokens', low: 1, high: 1_000_000_000_000 }} />
            <Whole {...{ red_team, keep, field: 'notice_days', low: 0, high: 365 }} />
          </div>
        </div>
      ) : null}
    </Card>
  )
}

type Field = 'samples' | 'least_bps' | 'max_calls' | 'max_tokens' | 'notice_days'

/** A whole number; what is not one stays in the field and out of the draft. */
function Whole({
  red_team,
  keep,
  field,
  low,
  high,
  per = 1,
}: {
  red_team: RedTeam
  keep: (next: RedTeam) => void
  field: Field
  low: number
  high: number
  per?: number
}) {
  const t = useT('red_team')
  const [typed, setTyped] = useState<string>()
  return (
    <NumberInput
      label={t(`red_team:card.${field}`)}
      help={t(`red_team:card.${field}_help`)}
      inputMode="numeric"
      value={typed ?? String(red_team[field] / per)}
      error={typed === undefined ? undefined : t('red_team:between', { from: low, to: high })}
      onChange={(text) => {
        const n = numberOf(text)
        const fits = n !== undefined && Number.isInteger(n) && n >= low && n <= high
        setTyped(fits ? undefined : text)
        if (fits) keep({ ...red_team, [field]: n * per })
      }}
    />
  )
}
