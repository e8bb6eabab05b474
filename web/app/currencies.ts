import { useEffect, useSyncExternalStore } from 'react'
import { client } from './api.ts'
import { recall, remember } from './memory.ts'

// A currency's scale never changes, so what was learnt once is kept on the device and no figure waits for it again.
const STORE = 'currencies'
const scales = new Map<string, number>(kept())
const listeners = new Set<() => void>()
let asked: Promise<void> | undefined

function kept(): [string, number][] {
  try {
    const entries: unknown = JSON.parse(recall(STORE) ?? '[]')
    return Array.isArray(entries) ? (entries as [string, number][]) : []
  } catch {
    return []
  }
}

/** Takes what an answer says about currencies. */
export function learnScales(currencies: readonly { code: string; scale: number }[]): void {
  for (const c of currencies) scales.set(c.code, c.scale)
  remember(STORE, JSON.stringify([...scales]))
  for (const tell of listeners) tell()
}

/** The digits a currency has after the point; undefined until it is known. */
export const knownScale = (currency: string): number | undefined => scales.get(currency)

function ask(): void {
  asked ??= client.ledger
    .currencies()
    .then((answer) => learnScales(answer.items))
    // Without an answer figures wait; the next one on screen asks again.
    .catch(() => {})
    .finally(() => {
      asked = undefined
    })
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** The scale of a currency; asks the server for the list when it is not known yet. */
export function useScale(currency: string): number | undefined {
  const scale = useSyncExternalStore(subscribe, () => scales.get(currency))
  useEffect(() => {
    if (scale === undefined) ask()
  }, [scale])
  return scale
}
