import type { QueryKey } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'

const LEAST = 10

/** A few words that somebody else will read, and sending them. */
export function Words({
  label,
  help,
  action,
  said,
  changes,
  send,
  onCancel,
}: {
  label: string
  help: string
  action: string
  said: string
  changes: readonly QueryKey[]
  send: (words: string) => Promise<unknown>
  onCancel: () => void
}) {
  const t = useT()
  const [words, setWords] = useState('')
  const act = useAct(() => send(words.trim()), { changes, said })
  return (
    <div className="grid gap-4">
      <TextArea label={label} help={help} value={words} onChange={setWords} max={2000} required dir="auto" />
      <ErrorLine error={act.error} />
      <div className="flex flex-wrap gap-2">
        <Button busy={act.isPending} disabled={words.trim().length < LEAST} onClick={() => act.mutate(undefined)}>
          {action}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('common:action.cancel')}
        </Button>
      </div>
    </div>
  )
}
