import { useState } from 'react'
import type { ModelVotes, Settings } from '../../../src/domains/campaigns/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput, TextArea } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'

const MOST_CALLS = 10_000_000
/** What asking an endpoint starts with; it needs a limit. */
const FIRST_CALLS = 1000

/** Which models give their vote beside people's, what they look for, and how often one that costs may be asked. */
export function ModelVotesCard({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  const t = useT('policy')
  const votes = settings.model_votes ?? {}
  const [typed, setTyped] = useState<string>()
  const change = (part: Partial<ModelVotes>) => {
    const { model_votes: _, ...rest } = settings
    const next = Object.fromEntries(
      Object.entries({ ...votes, ...part }).filter(([, v]) => v !== undefined && v !== false && v !== ''),
    ) as ModelVotes
    onChange(next.builtin || next.endpoint ? { ...rest, model_votes: next } : rest)
  }
  const fits = (n: number | undefined): n is number =>
    n !== undefined && Number.isInteger(n) && n >= 1 && n <= MOST_CALLS
  return (
    <Card>
      <SectionHead title={t('policy:models.title')} hint={t('policy:models.hint')} />
      <div className="grid gap-5">
        <div className="grid gap-2">
          {(['builtin', 'endpoint'] as const).map((kind) => (
            <Checkbox
              key={kind}
              checked={votes[kind] ?? false}
              label={t(`policy:models.${kind}`)}
              help={t(`policy:models.${kind}_help`)}
              onChange={(on) =>
                change({ [kind]: on, ...(kind === 'endpoint' && on && { max_calls: votes.max_calls ?? FIRST_CALLS }) })
              }
            />
          ))}
        </div>
        {votes.endpoint ? (
          <>
            <TextArea
              label={t('policy:models.rubric')}
              help={t('policy:models.rubric_help')}
              value={votes.rubric ?? ''}
              maxLength={8000}
              rows={4}
              onChange={(rubric) => change({ rubric })}
            />
            <NumberInput
              label={t('policy:models.calls')}
              help={t('policy:models.calls_help')}
              inputMode="numeric"
              value={typed ?? String(votes.max_calls ?? '')}
              error={typed === undefined ? undefined : t('policy:between', { from: 1, to: MOST_CALLS })}
              onChange={(text) => {
                const n = numberOf(text)
                setTyped(fits(n) ? undefined : text)
                if (fits(n)) change({ max_calls: n })
              }}
            />
          </>
        ) : null}
        {settings.policy?.kind === 'adaptive' || !(votes.builtin || votes.endpoint) ? null : (
          <p className="text-sm text-ink-soft">{t('policy:models.majority')}</p>
        )}
      </div>
    </Card>
  )
}
