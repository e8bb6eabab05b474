import type { Settings } from '../campaigns/contract.ts'

/** How often one piece of known work is shown unless a campaign says so; restricted work always once. */
const USUAL_USES = 3
/** Answers that must be in before a piece is called disputed. */
const LEAST_ANSWERS = 3

/** How many people may see one piece of known work. */
export const mostUses = (settings: Pick<Settings, 'gold'>, restricted: boolean): number =>
  restricted ? 1 : (settings.gold?.max_uses ?? USUAL_USES)

/** Whether one of the reviews that somebody asks for is to be a gold item; `chance` is a draw from 0 to 1. */
export const isGoldDue = (settings: Pick<Settings, 'gold'>, want: number, chance: number): boolean =>
  settings.gold !== undefined && chance < Math.min(1, (want * settings.gold.share_bps) / 10_000)

/** Why known work is not to be used any more; first reason wins. */
export function whyRetired(f: {
  /** The submission is withdrawn or its answer erased. */
  gone: boolean
  /** Graders no longer all say what they said, or are asked again. */
  changed: boolean
  answers: number
  /** Of those, how many did not say what is known. */
  against: number
  uses: number
  most: number
}): 'gone' | 'changed' | 'disputed' | 'used' | undefined {
  if (f.gone) return 'gone'
  if (f.changed) return 'changed'
  if (f.answers >= LEAST_ANSWERS && 2 * f.against > f.answers) return 'disputed'
  return f.uses >= f.most ? 'used' : undefined
}

/** Whether votes say of every question what is known of it; a question that nobody knows the answer to is left out. */
export const agrees = (
  truth: Readonly<Record<string, boolean>>,
  votes: Readonly<Record<string, { approve: boolean }>>,
): boolean => Object.entries(truth).every(([key, right]) => votes[key] === undefined || votes[key].approve === right)

const SEQUENCE = 1n << 12n
const NODE = 1023n << 12n
const NEAR_MS = 2000

/**
 * An id that looks like that of work handed in at about the time of `near`: its node, a moment around its own and not
 * after now, a chance place in that millisecond. An id of the moment of the draw would stand out among older work.
 */
export function idLike(near: string, nowId: string, below: (n: number) => number): string {
  const ms = (BigInt(near) >> 22n) + BigInt(below(2 * NEAR_MS + 1) - NEAR_MS)
  const now = BigInt(nowId) >> 22n
  return (((ms > now ? now : ms) << 22n) | (BigInt(near) & NODE) | BigInt(below(Number(SEQUENCE)))).toString()
}
