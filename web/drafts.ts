import { useCallback, useReducer, useState } from 'react'
import type { Values } from './work-form/form.ts'

// Drafts live in localStorage because it is the one store that is written before a tab can close. Where it is refused or
// full, the draft lives as long as the tab, and the page says so.

export type DraftKey = { account_id: string; campaign_id: string; item_id: string; version: number }
/** Where a draft stands: nothing typed yet, kept on this device, or in this tab alone because the device refused. */
export type Kept = 'empty' | 'device' | 'tab'
type Stored = { values: Values; at: number }

const PREFIX = 'assay.draft.'
const KEEP_MS = 30 * 24 * 3600_000
const tabOnly = new Map<string, Stored>()

export const draftName = (key: DraftKey): string =>
  `${PREFIX}${key.account_id}.${key.campaign_id}.${key.item_id}.${key.version}`

/** The kept values of an item, or undefined. A damaged entry counts as none. */
export function readDraft(key: DraftKey): Values | undefined {
  const name = draftName(key)
  const inTab = tabOnly.get(name)
  if (inTab) return inTab.values
  try {
    const raw = localStorage.getItem(name)
    return raw ? (JSON.parse(raw) as Stored).values : undefined
  } catch {
    return undefined
  }
}

/** Keeps values at once; says where. */
export function keepDraft(key: DraftKey, values: Values): Kept {
  const name = draftName(key)
  const stored: Stored = { values, at: Date.now() }
  try {
    localStorage.setItem(name, JSON.stringify(stored))
    tabOnly.delete(name)
    return 'device'
  } catch {
    tabOnly.set(name, stored)
    return 'tab'
  }
}

/** Forgets a draft, once its work is in the server's hands or was given back. */
export function dropDraft(key: DraftKey): void {
  const name = draftName(key)
  tabOnly.delete(name)
  try {
    localStorage.removeItem(name)
  } catch {
    return
  }
}

const storedNames = (): string[] => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))
  } catch {
    return []
  }
}

/** Forgets drafts that nobody touched for a month, so that the device's room is not used up. */
export function pruneDrafts(now = Date.now()): void {
  for (const name of storedNames()) {
    try {
      const at = (JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Stored>).at ?? 0
      if (now - at > KEEP_MS) localStorage.removeItem(name)
    } catch {
      localStorage.removeItem(name)
    }
  }
}

/** Forgets everything kept for one account, when it signs out of a shared device or is erased. */
export function dropAllDrafts(accountId: string): void {
  for (const name of storedNames()) if (name.startsWith(`${PREFIX}${accountId}.`)) localStorage.removeItem(name)
  tabOnly.clear()
}

/** Drafts of several items of one place at once; every change is kept before the next is typed. */
export function useDrafts({ account_id, campaign_id, version }: Omit<DraftKey, 'item_id'>): {
  valuesOf: (itemId: string) => Values
  set: (itemId: string, question: string, value: unknown) => void
  drop: (itemId: string) => void
  kept: Kept
} {
  // The device is the store; this is what was read from it or written to it while the page stood.
  const [seen] = useState(() => new Map<string, Values>())
  const [kept, setKept] = useState<Kept>('empty')
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const keyOf = useCallback(
    (item_id: string): DraftKey => ({ account_id, campaign_id, item_id, version }),
    [account_id, campaign_id, version],
  )
  const valuesOf = useCallback(
    (itemId: string): Values => {
      const key = keyOf(itemId)
      const name = draftName(key)
      const values = seen.get(name) ?? readDraft(key) ?? {}
      seen.set(name, values)
      return values
    },
    [keyOf, seen],
  )
  const set = useCallback(
    (itemId: string, question: string, value: unknown) => {
      const key = keyOf(itemId)
      const next = { ...valuesOf(itemId), [question]: value }
      seen.set(draftName(key), next)
      setKept(keepDraft(key, next))
      redraw()
    },
    [keyOf, seen, valuesOf],
  )
  const drop = useCallback(
    (itemId: string) => {
      const key = keyOf(itemId)
      dropDraft(key)
      seen.delete(draftName(key))
      setKept('empty')
      redraw()
    },
    [keyOf, seen],
  )
  return { valuesOf, set, drop, kept }
}
