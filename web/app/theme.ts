import { useSyncExternalStore } from 'react'
import { recall, remember } from './memory.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()
const systemDark = () => matchMedia('(prefers-color-scheme: dark)').matches

/** What the person chose; `system` when they never did. */
export function themeChoice(): ThemeChoice {
  const kept = recall('theme')
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** What is drawn now. */
export const themeShown = (): 'light' | 'dark' =>
  document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'

function apply(): void {
  const choice = themeChoice()
  document.documentElement.dataset['theme'] = choice === 'system' ? (systemDark() ? 'dark' : 'light') : choice
  for (const tell of listeners) tell()
}

/** Keeps a choice and draws it. */
export function setTheme(choice: ThemeChoice): void {
  remember('theme', choice === 'system' ? null : choice)
  apply()
}

/** Follows the system while the person has not chosen. */
export function startTheme(): void {
  apply()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply)
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** The choice and what it shows, for switches and charts. */
export function useTheme(): { choice: ThemeChoice; shown: 'light' | 'dark' } {
  const shown = useSyncExternalStore(subscribe, themeShown)
  const choice = useSyncExternalStore(subscribe, themeChoice)
  return { choice, shown }
}
