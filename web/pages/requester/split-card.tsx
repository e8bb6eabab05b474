import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { DIFFICULTIES } from '../../../src/domains/campaigns/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Select, TextInput } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'
import type { ManagedView } from './queries.ts'

type Made = Awaited<ReturnType<typeof client.campaigns.split>>
type Part = { value: string; difficulty: string; language: string }
const NEW: Part = { value: '', difficulty: '', language: '' }

/** Splits a draft's items into campaigns by a field of their data, each with its own difficulty and language. */
export function SplitCard({ campaign }: { campaign: ManagedView }) {
  const t = useT('segments', 'desk')
  const [by, setBy] = useState('')
  const [parts, setParts] = useState<readonly Part[]>([NEW])
  const [made, setMade] = useState<Made>()
  const isReady = /^[A-Za-z_][A-Za-z0-9_]*$/.test(by.trim()) && parts.every((p) => p.value.trim() !== '')
  const act = useAct(
    () =>
      client.campaigns.split({
        params: { campaign_id: campaign.campaign_id },
        body: {
          by: by.trim(),
          segments: parts.map((p) => ({
            value: p.value.trim(),
            title: `${campaign.title}: ${p.value.trim()}`.slice(0, 200),
            ...(p.difficulty ? { difficulty: p.difficulty as (typeof DIFFICULTIES)[number] } : {}),
            ...(p.language.trim() ? { language: p.language.trim() } : {}),
          })),
        },
      }),
    { changes: [['requester']], after: (result) => setMade(result) },
  )
  const change = (i: number, part: Partial<Part>) => setParts(parts.map((p, j) => (j === i ? { ...p, ...part } : p)))
  if (made)
    return (
      <Card className="grid gap-4">
        <SectionHead title={t('segments:split.done')} hint={t('segments:split.left', { count: made.left })} />
        <ul className="grid gap-2">
          {made.items.map((s) => (
            <li key={s.campaign_id}>
              <Link to={`/requests/${s.campaign_id}`} className="link">
                <bdi>{s.value}</bdi>
              </Link>{' '}
              ({t('segments:split.items', { count: s.quota })})
            </li>
          ))}
        </ul>
      </Card>
    )
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('segments:split.title')} hint={t('segments:split.hint')} />
      <TextInput
        className="max-w-xs"
        label={t('segments:split.by')}
        help={t('segments:split.by_help')}
        value={by}
        onChange={setBy}
        dir="ltr"
      />
      <ul className="grid gap-4">
        {parts.map((p, i) => (
          // Rows have no other name than their place.
          <li key={String(i)} className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_8rem_auto]">
            <TextInput
              label={t('segments:split.value')}
              value={p.value}
              onChange={(value) => change(i, { value })}
              dir="auto"
            />
            <Select
              label={t('segments:split.difficulty')}
              value={p.difficulty}
              onChange={(difficulty) => change(i, { difficulty })}
              empty={t('segments:split.same')}
              options={DIFFICULTIES.map((d) => ({ value: d, label: t(`segments:difficulty.${d}`) }))}
            />
            <TextInput
              label={t('segments:split.language')}
              value={p.language}
              onChange={(language) => change(i, { language })}
              placeholder={campaign.language}
              dir="ltr"
            />
            <Button
              kind="quiet"
              icon="cross"
              aria-label={t('segments:split.remove', { value: p.value })}
              disabled={parts.length === 1}
              onClick={() => setParts(parts.filter((_, j) => j !== i))}
            />
          </li>
        ))}
      </ul>
      <ErrorLine error={act.error} />
      <div className="flex flex-wrap gap-2">
        <Button kind="secondary" icon="plus" disabled={parts.length >= 20} onClick={() => setParts([...parts, NEW])}>
          {t('segments:split.add')}
        </Button>
        <Button busy={act.isPending} disabled={!isReady} onClick={() => act.mutate(undefined)}>
          {t('segments:split.action')}
        </Button>
      </div>
    </Card>
  )
}
