import type { EVIDENCE_KINDS } from '../cases/contract.ts'
import type { TrailEntry, TrailStep } from './contract.ts'

/** Who did something: a person by id, whom the case is about, a program, or nobody, because a time was over. */
export type Doer = { id: string } | 'person' | 'signal' | 'time'
export type Recorded = {
  tx: string
  kind: TrailStep['kind']
  at: Date
  doer: Doer
  step: Partial<Omit<TrailStep, 'kind'>>
}
type Names = ReadonlyMap<string, { handle: string; operator: boolean }>

const BLANK: Omit<TrailStep, 'kind'> = {
  evidence: [],
  strength: null,
  said: null,
  action: null,
  until: null,
  provisional: null,
  outcome: null,
  why: null,
  upheld: null,
  overdue: null,
  waits: null,
  says: null,
}

/** One entry for each time that somebody acted: whatever was recorded together was done together, by whoever did its first part. */
export function trailOf(recorded: readonly Recorded[], names: Names): TrailEntry[] {
  const entries: (TrailEntry & { tx: string })[] = []
  for (const r of recorded) {
    const last = entries.at(-1)
    const step: TrailStep = { ...BLANK, ...r.step, kind: r.kind }
    if (last?.tx === r.tx) last.steps.push(step)
    else entries.push({ tx: r.tx, at: r.at.toISOString(), ...nameOf(r.doer, names), steps: [step] })
  }
  return entries.map((e) => {
    const { tx: _, ...entry } = e
    return entry
  })
}

function nameOf(doer: Doer, names: Names): Pick<TrailEntry, 'by' | 'who'> {
  if (typeof doer === 'string') return { by: doer, who: null }
  const known = names.get(doer.id)
  return { by: known?.operator ? 'operator' : 'qa', who: known?.handle ?? null }
}

export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]
