import { useEffect } from 'react'

/** Whether someone is typing words, so that letters and digits are theirs. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])')
}

/** Digits 1–9 pick the first nine options of the one question that listens. */
export function useDigitKeys(on: boolean, pick: (index: number) => void): void {
  useEffect(() => {
    if (!on) return
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return
      if (/^[1-9]$/.test(event.key)) pick(Number(event.key) - 1)
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [on, pick])
}
