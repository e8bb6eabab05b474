import type { Label, Truth } from './data.ts'

/** Figures of a replay; shares are printed, so that they are compared as people read them. */
export type Figures = {
  submissions: number
  verdicts: number
  workers: number
  accepted: number
  acceptance: string
  precision: string
  agreement: string
  recall: string
}

/** As the report prints a share: six places, rounded half up, without a float in between. */
export function printShare(count: number, of: number): string {
  if (of === 0) return 'none'
  const millionths = (BigInt(count) * 2_000_000n + BigInt(of)) / (BigInt(of) * 2n)
  return `${millionths / 1_000_000n}.${(millionths % 1_000_000n).toString().padStart(6, '0')}`
}

/** What the labels and the truth say by themselves, in ten lines that share nothing with the platform. */
export function independently(labels: readonly Label[], truth: Truth): Figures {
  const votes = new Map<string, number[]>()
  for (const l of labels) votes.set(l.task, [...(votes.get(l.task) ?? []), Number(l.label)])
  const judged = [...votes].map(([task, vs]) => ({
    accepted: vs.reduce((a, b) => a + b, 0) * 2 > vs.length,
    right: truth.get(task) === '1',
  }))
  const accepted = judged.filter((j) => j.accepted).length
  const right = judged.filter((j) => j.right).length
  const both = judged.filter((j) => j.accepted && j.right).length
  const agree = judged.filter((j) => j.accepted === j.right).length
  const n = judged.length
  return {
    submissions: n,
    verdicts: labels.length,
    workers: new Set(labels.map((l) => l.worker)).size,
    accepted,
    acceptance: printShare(accepted, n),
    precision: printShare(both, accepted),
    agreement: printShare(agree, n),
    recall: printShare(both, right),
  }
}

const ROWS: [keyof Figures, string][] = [
  ['submissions', 'submissions'],
  ['verdicts', 'verdicts'],
  ['workers', 'reviewers'],
  ['accepted', 'accepted'],
  ['acceptance', 'acceptance (accepted of judged)'],
  ['precision', 'precision (accepted work that is right)'],
  ['agreement', 'agreement (verdicts that truth confirms)'],
  ['recall', 'recall (right work that was accepted)'],
]

/** Both columns side by side, and which rows differ. */
export function compareFigures(expected: Figures, reported: Figures): { text: string; differing: string[] } {
  const differing = ROWS.filter(([key]) => expected[key] !== reported[key]).map(([, title]) => title)
  const line = (title: string, a: unknown, b: unknown, mark: string) =>
    `  ${title.padEnd(42)} ${String(a).padStart(10)} ${String(b).padStart(10)}  ${mark}`.trimEnd()
  const lines = ROWS.map(([key, title]) =>
    line(title, expected[key], reported[key], expected[key] === reported[key] ? 'equal' : 'DIFFERS'),
  )
  return { text: [line('', 'the files', 'report', ''), ...lines].join('\n'), differing }
}
