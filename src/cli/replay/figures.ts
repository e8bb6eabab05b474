import type { Label, Truth } from './data.ts'

/** Figures of a replay; shares are compared as the report prints them. */
export type Figures = {
  submissions: number
  accepted: number
  acceptance: string
  precision: string
  agreement: string
  recall: string
}

/** A share with six places, rounded half up, without a float in between. */
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
  const accepted = judged.filter((j) => j.accepted)
  const right = judged.filter((j) => j.right)
  const both = accepted.filter((j) => j.right)
  const agreed = judged.filter((j) => j.accepted === j.right)
  const share = (part: object[], of: object[]) => printShare(part.length, of.length)
  return {
    submissions: judged.length,
    accepted: accepted.length,
    acceptance: share(accepted, judged),
    precision: share(both, accepted),
    agreement: share(agreed, judged),
    recall: share(both, right),
  }
}

const ROWS: [keyof Figures, string][] = [
  ['submissions', 'submissions that peers judged'],
  ['accepted', 'accepted'],
  ['acceptance', 'acceptance: accepted of judged'],
  ['precision', 'precision: accepted work that is right'],
  ['agreement', 'agreement: verdicts that truth confirms'],
  ['recall', 'recall: right work that was accepted'],
]

/** Both side by side, and the rows that differ. */
export function compareFigures(expected: Figures, reported: Figures): { text: string; differing: string[] } {
  const line = (title: string, a: unknown, b: unknown, mark: string) =>
    `  ${title.padEnd(42)} ${String(a).padStart(10)} ${String(b).padStart(10)}  ${mark}`.trimEnd()
  const isSame = (key: keyof Figures) => expected[key] === reported[key]
  const lines = ROWS.map(([key, title]) => line(title, expected[key], reported[key], isSame(key) ? 'equal' : 'DIFFERS'))
  return {
    text: [line('', 'files', 'report', ''), ...lines].join('\n'),
    differing: ROWS.filter(([key]) => !isSame(key)).map(([, title]) => title),
  }
}

/** A majority of all labels beside what fewer reviews led to. They are meant to differ; only the number of tasks must not. */
export function besideFixed(fixed: Figures, adaptive: Figures): { text: string; differing: string[] } {
  const line = (title: string, a: unknown, b: unknown) =>
    `  ${title.padEnd(42)} ${String(a).padStart(10)} ${String(b).padStart(10)}`
  return {
    text: [
      line('', 'majority', 'adaptive'),
      ...ROWS.map(([key, title]) => line(title, fixed[key], adaptive[key])),
    ].join('\n'),
    differing: fixed.submissions === adaptive.submissions ? [] : ['the number of submissions'],
  }
}
