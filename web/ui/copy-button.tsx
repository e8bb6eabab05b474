import { useState } from 'react'
import { useT } from '../app/i18n.ts'
import { Button, type ButtonKind } from './button.tsx'

/** Copies a text and says so in its own place. */
export function CopyButton({ text, label, kind = 'secondary' }: { text: string; label?: string; kind?: ButtonKind }) {
  const t = useT()
  const [done, setDone] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setDone(true)
    setTimeout(() => setDone(false), 2500)
  }
  return (
    <Button kind={kind} size="small" icon={done ? 'check' : 'copy'} onClick={() => void copy()}>
      <span aria-live="polite">{done ? t('common:action.copied') : (label ?? t('common:action.copy'))}</span>
    </Button>
  )
}
