import { useEffect, useEffectEvent } from 'react'
import { isTyping, plainKey } from '../../work-form/quick-keys.ts'

export type ReviewKeys = {
  move: (by: 1 | -1) => void
  approve: () => void
  disapprove: () => void
  reason: (index: number) => void
  comment: () => void
  submit: () => void
  skip: () => void
  help: () => void
}

/** The reviewer's keys. While someone writes a comment only Ctrl+Enter and Escape are ours. */
export function useReviewKeys(keys: ReviewKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.altKey || document.querySelector('dialog[open]')) return
    const k = keys
    const enter = event.key === 'Enter'
    if (isTyping(event.target)) {
      if (enter && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        k.submit()
      } else if (event.key === 'Escape') (event.target as HTMLElement).blur()
      return
    }
    if (event.ctrlKey || event.metaKey) return
    // Enter on a button or a link is that button's; only elsewhere it hands the review in.
    if (enter && event.target instanceof HTMLElement && event.target.closest('a, summary, button:not([data-vote])'))
      return
    const act: Record<string, (() => void) | undefined> = {
      j: () => k.move(1),
      ArrowDown: () => k.move(1),
      k: () => k.move(-1),
      ArrowUp: () => k.move(-1),
      a: k.approve,
      d: k.disapprove,
      c: k.comment,
      s: k.skip,
      '?': k.help,
      Enter: k.submit,
    }
    const pressed = plainKey(event)
    const digit = /^[1-9]$/.test(pressed) ? () => k.reason(Number(pressed) - 1) : undefined
    const run = act[pressed] ?? digit
    if (!run) return
    event.preventDefault()
    run()
  })
  useEffect(() => {
    const key = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [])
}
