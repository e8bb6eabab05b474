import { useEffect } from 'react'

/** Whether someone is typing words, so that letters and digits are theirs. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])')
}

/**
 * What a key means to us whatever the layout types with it: on an Arabic keyboard the A key gives `ش`, and its digits may
 * be `١`; on a French one the letter decides, not the place.
 */
export function plainKey(event: Pick<KeyboardEvent, 'key' | 'code'>): string {
  if (/^[\x20-\x7e]$/.test(event.key) || event.key.length > 1)
    return event.key.length === 1 ? event.key.toLowerCase() : event.key
  return (
    /^(?:Key([A-Z])|Digit([0-9])|Numpad([0-9]))$/.exec(event.code)?.slice(1).find(Boolean)?.toLowerCase() ?? event.key
  )
}

/** Digits 1–9 pick the first nine options of the one question that listens. */
export function useDigitKeys(on: boolean, pick: (index: number) => void): void {
  useEffect(() => {
    if (!on) return
    const key = (event: KeyboardEvent) => {
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target) ||
        document.querySelector('dialog[open]')
      )
        return
      const digit = plainKey(event)
      if (/^[1-9]$/.test(digit)) pick(Number(digit) - 1)
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [on, pick])
}
