import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import type { CaseView } from './case-page.tsx'

type Sanction = CaseView['sanctions'][number]

/** What came of a case, as the person reads it, and a way to end it early. */
export function Sanctions({ items }: { items: readonly Sanction[] }) {
  const t = useT('cases')
  if (items.length === 0) return null
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('cases:sanctions.title')} hint={t('cases:sanctions.hint')} />
      <ul className="grid gap-3">
        {items.map((s) => (
          <Row key={s.sanction_id} item={s} />
        ))}
      </ul>
    </Card>
  )
}

function Row({ item: s }: { item: Sanction }) {
  const t = useT('cases', 'standing')
  const [ending, setEnding] = useState(false)
  const [reason, setReason] = useState('')
  const [mistaken, setMistaken] = useState(false)
  const act = useAct(
    () => client.cases.lift({ params: { sanction_id: s.sanction_id }, body: { reason: reason.trim(), mistaken } }),
    { changes: [['cases'], ['operator', 'person']], said: t('cases:sanctions.ended'), after: () => setEnding(false) },
  )
  return (
    <li className="grid gap-2 rounded-md border border-line p-3">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={s.ended_at ? 'plain' : 'bad'}>{t(`standing:action.${s.action}.title`)}</Badge>
        {s.provisional ? <Badge tone="warn">{t('cases:sanctions.one_day')}</Badge> : null}
        <span className="text-sm text-ink-soft">
          {s.ended_at && s.ended_why ? t(`standing:ending.${s.ended_why}`) : t('standing:until')}{' '}
          <DateTime at={s.ended_at ?? s.ends_at} />
        </span>
      </p>
      <p dir="auto" className="whitespace-pre-line">
        {s.reason}
      </p>
      {s.ended_at ? null : (
        <Button kind="secondary" className="justify-self-start" onClick={() => setEnding(true)}>
          {t('cases:sanctions.end')}
        </Button>
      )}
      <Ask
        open={ending}
        onClose={() => setEnding(false)}
        title={t('cases:sanctions.end')}
        action={t('cases:sanctions.end')}
        busy={act.isPending}
        error={act.error}
        disabled={reason.trim().length < 10}
        onGo={() => act.mutate(undefined)}
      >
        <Checkbox
          label={t('cases:sanctions.mistaken')}
          help={t('cases:sanctions.mistaken_help')}
          checked={mistaken}
          onChange={setMistaken}
        />
        <TextArea label={t('cases:decide.reason')} max={1000} value={reason} onChange={setReason} dir="auto" />
      </Ask>
    </li>
  )
}
