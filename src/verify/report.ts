/** Something that is not as it must be: what it is called, where it is, and what was expected and found, in words. */
export type Finding = {
  code: Code
  message: string
  campaign?: string
  entry?: number
  file?: string
}
export type Code =
  | 'file_missing'
  | 'file_changed'
  | 'file_unreadable'
  | 'checkpoint_unreadable'
  | 'checkpoint_changed'
  | 'key_wrong'
  | 'season_wrong'
  | 'log_truncated'
  | 'log_too_long'
  | 'entry_removed'
  | 'entry_changed'
  | 'order_changed'
  | 'root_differs'
  | 'not_opened'
  | 'opening_differs'
  | 'opening_extra'
  | 'snapshot_differs'
  | 'plan_differs'
  | 'weight_unknown'
  | 'vote_unnamed'
  | 'vote_missing'
  | 'decision_differs'
  | 'decision_missing'
  | 'reward_differs'
  | 'reward_missing'
  | 'reward_extra'
  | 'window_differs'
  | 'audit_differs'
  | 'gold_differs'
  | 'money_differs'
  | 'release_differs'
  | 'certificate_differs'
  | 'claims_differ'

const MOST_KEPT = 200

/** Collects findings; beyond the first few hundred it only counts them, so that memory stays flat. */
export class Findings {
  readonly kept: Finding[] = []
  count = 0

  add(finding: Finding): void {
    this.count += 1
    if (this.kept.length < MOST_KEPT) this.kept.push(finding)
  }

  /** Takes what another thread found. */
  take({ kept, count }: { kept: readonly Finding[]; count: number }): void {
    this.kept.push(...kept.slice(0, MOST_KEPT - this.kept.length))
    this.count += count
  }
}

/** What a run looked at, in numbers. */
export type Counted = Record<
  'entries' | 'openings' | 'votes' | 'decisions' | 'rewards' | 'windows' | 'certificates' | 'releases' | 'epochs',
  number
>
export const noCounts = (): Counted => ({
  entries: 0,
  openings: 0,
  votes: 0,
  decisions: 0,
  rewards: 0,
  windows: 0,
  certificates: 0,
  releases: 0,
  epochs: 0,
})
/** What could not be reckoned again, and why. */
export type Unchecked = { what: string; why: string; n?: number }

export type Money = { campaign: string; currency: string } & Record<
  'funded' | 'paid' | 'forfeited' | 'returned' | 'left' | 'held' | 'frozen' | 'thawed' | 'given_back',
  string
>

export type Report = {
  season: string
  origin: string
  size: number
  root: string
  signed: 'trusted' | 'unknown' | 'no'
  counted: Counted
  money: Money[]
  findings: Finding[]
  findings_in_all: number
  unchecked: Unchecked[]
  notes: string[]
}
