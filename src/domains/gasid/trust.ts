import type { Db } from '../../platform/context.ts'
import { trustOf } from './queries.ts'

/**
 * Whether burned gas speaks for a person in a season: one signal among others, for whoever weighs them. Nobody needs it, and
 * neither the wallet nor the sum is told.
 */
export async function isGasTrusted(db: Db, seasonId: string, accountId: string): Promise<boolean> {
  return (await trustOf(db, seasonId, accountId)) !== undefined
}
