/** A level: everybody whose gas reaches `from_wei` and not the next one's. */
export type Level = { key: string; name: string; from_wei: bigint }
export const QUEST_KINDS = ['wallet_linked', 'scan_complete', 'level_reached', 'work_accepted'] as const
export type QuestKind = (typeof QUEST_KINDS)[number]
/** Something to do once, for Beans. `level`: the key of the level to reach; `count`: pieces of accepted work. */
export type Quest = { key: string; kind: QuestKind; beans: bigint; level?: string; count?: number }
export type LevelTable = {
  levels: readonly Level[]
  /** Beans for gas: `wei * times / per`, rounded down. */
  beans: { times: bigint; per: bigint }
  quests: readonly Quest[]
  /** Beans for one wallet in one season, from this level on. */
  bonus: { beans: bigint; from_level: string }
  /** Burned fees from which a wallet is a signal of trust. */
  trust: { burned_wei: bigint }
}

const ETH = 10n ** 18n
const milli = (n: bigint) => (n * ETH) / 1000n

/** Only the row of Kiddo Jack was ever published: 0.2504 ETH, 75 Beans. The rest is ours, about three times from one to the next. */
export const DEFAULT_TABLE: LevelTable = {
  levels: [
    { key: 'unlit', name: 'Unlit', from_wei: 0n },
    { key: 'spark', name: 'Spark', from_wei: milli(1n) },
    { key: 'pilot_light', name: 'Pilot Light', from_wei: milli(3n) },
    { key: 'kindling', name: 'Kindling', from_wei: milli(10n) },
    { key: 'stoker', name: 'Stoker', from_wei: milli(30n) },
    { key: 'kiddo_jack', name: 'Kiddo Jack', from_wei: milli(100n) },
    { key: 'boilermaker', name: 'Boilermaker', from_wei: milli(300n) },
    { key: 'furnace', name: 'Furnace', from_wei: milli(1000n) },
    { key: 'foundry', name: 'Foundry', from_wei: milli(3000n) },
    { key: 'blast', name: 'Blast', from_wei: milli(10_000n) },
    { key: 'eternal_flame', name: 'Eternal Flame', from_wei: milli(30_000n) },
  ],
  beans: { times: 300n, per: ETH },
  quests: [
    { key: 'link_a_wallet', kind: 'wallet_linked', beans: 5n },
    { key: 'read_your_gas', kind: 'scan_complete', beans: 10n },
    { key: 'kiddo_jack', kind: 'level_reached', beans: 25n, level: 'kiddo_jack' },
    { key: 'first_accepted', kind: 'work_accepted', beans: 20n, count: 1 },
  ],
  bonus: { beans: 10n, from_level: 'spark' },
  trust: { burned_wei: milli(50n) },
}

/** Beans for gas, whole ones only. */
export const beansFor = (wei: bigint, table: LevelTable): bigint => (wei * table.beans.times) / table.beans.per

/** The level of so much gas, and which comes next. */
export function levelOf(wei: bigint, table: LevelTable): { index: number; level: Level; next: Level | undefined } {
  let index = 0
  while (table.levels[index + 1] && table.levels[index + 1]!.from_wei <= wei) index += 1
  return { index, level: table.levels[index]!, next: table.levels[index + 1] }
}

export const indexOfLevel = (key: string, table: LevelTable): number => table.levels.findIndex((l) => l.key === key)

/** Reads a configured table: itself, or the sentence that says what is wrong with it. */
export function readTable(given: unknown): LevelTable | string {
  const top = record(given)
  if (!top) return 'it must be an object'
  const unknown = Object.keys(top).find((k) => !['levels', 'beans', 'quests', 'bonus', 'trust'].includes(k))
  if (unknown) return `it has no part "${unknown}"`
  const out = { ...DEFAULT_TABLE }
  if (top.levels !== undefined) {
    const levels = readLevels(top.levels)
    if (typeof levels === 'string') return levels
    out.levels = levels
    // What names levels of the default table would name none of these.
    if (top.quests === undefined)
      out.quests = out.quests.filter((q) => !q.level || levels.some((l) => l.key === q.level))
    if (top.bonus === undefined) out.bonus = { ...out.bonus, from_level: (levels[1] ?? levels[0]!).key }
  }
  if (top.beans !== undefined) {
    const [times, per] = [wei(record(top.beans)?.times), wei(record(top.beans)?.per)]
    if (times === undefined || !per) return 'beans must have whole numbers "times" and "per", as text'
    out.beans = { times, per }
  }
  if (top.quests !== undefined) {
    const quests = readQuests(top.quests, out)
    if (typeof quests === 'string') return quests
    out.quests = quests
  }
  if (top.bonus !== undefined) {
    const [beans, level] = [wei(record(top.bonus)?.beans), record(top.bonus)?.from_level]
    if (!beans || typeof level !== 'string') return 'bonus must have "beans" and "from_level"'
    out.bonus = { beans, from_level: level }
  }
  if (indexOfLevel(out.bonus.from_level, out) < 0) return `there is no level "${out.bonus.from_level}" for the bonus`
  if (top.trust !== undefined) {
    const burned = wei(record(top.trust)?.burned_wei)
    if (!burned) return 'trust must have "burned_wei", more than 0, as text'
    out.trust = { burned_wei: burned }
  }
  return out
}

function readLevels(given: unknown): readonly Level[] | string {
  if (!Array.isArray(given) || given.length < 1 || given.length > 100) return 'levels must be a list of 1 to 100 levels'
  const levels: Level[] = []
  for (const [i, entry] of given.entries()) {
    const { key, name, from_wei } = record(entry) ?? {}
    const from = wei(from_wei)
    if (typeof key !== 'string' || !KEY.test(key)) return `level ${i} needs a key of small letters, digits and _`
    if (typeof name !== 'string' || name.trim() === '' || [...name].length > 40) return `level ${key} needs a name`
    if (from === undefined) return `level ${key} needs "from_wei": whole wei, as text`
    const before = levels.at(-1)
    if (before ? from <= before.from_wei : from !== 0n)
      return before ? `level ${key} must begin above ${before.key}` : 'the first level must begin at 0'
    if (levels.some((l) => l.key === key)) return `there are two levels ${key}`
    levels.push({ key, name, from_wei: from })
  }
  return levels
}

function readQuests(given: unknown, table: Pick<LevelTable, 'levels'>): readonly Quest[] | string {
  if (!Array.isArray(given) || given.length > 50) return 'quests must be a list of at most 50'
  const quests: Quest[] = []
  for (const [i, entry] of given.entries()) {
    const { key, kind, beans, level, count } = record(entry) ?? {}
    const worth = wei(beans)
    if (typeof key !== 'string' || !KEY.test(key)) return `quest ${i} needs a key of small letters, digits and _`
    if (quests.some((q) => q.key === key)) return `there are two quests ${key}`
    if (!(QUEST_KINDS as readonly unknown[]).includes(kind))
      return `quest ${key} must be one of ${QUEST_KINDS.join(', ')}`
    if (!worth) return `quest ${key} needs "beans", more than 0, as text`
    if (kind === 'level_reached' && !table.levels.some((l) => l.key === level)) return `quest ${key} names no level`
    if (kind === 'work_accepted' && (!Number.isInteger(count) || (count as number) < 1))
      return `quest ${key} needs a "count"`
    quests.push({
      key,
      kind: kind as QuestKind,
      beans: worth,
      ...(kind === 'level_reached' ? { level: level as string } : {}),
      ...(kind === 'work_accepted' ? { count: count as number } : {}),
    })
  }
  return quests
}

const KEY = /^[a-z][a-z0-9_]{0,39}$/
const record = (v: unknown): Record<string, unknown> | undefined =>
  typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : undefined
/** Whole numbers as text alone: a JSON number would lose its last digits without a word. */
const wei = (v: unknown): bigint | undefined => (typeof v === 'string' && /^\d{1,40}$/.test(v) ? BigInt(v) : undefined)
