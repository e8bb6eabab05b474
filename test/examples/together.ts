import { affinityOf, excessAgreement, graphOf, sybilBelief, sybilRank, sybilScar } from 'assay/engine'

// Eight honest people who know each other, six accounts of one person, and two edges that were bought.
const [from, to]: [number[], number[]] = [
  [0, 3],
  [8, 9],
]
const all = (first: number, last: number) => {
  for (let a = first; a <= last; a++)
    for (let b = first; b < a; b++) {
      from.push(a)
      to.push(b)
    }
}
all(0, 7)
all(8, 13)
const g = graphOf(14, { from, to })
const known = Int8Array.from({ length: 14 }, (_, u) => (u === 1 || u === 5 ? -1 : u === 13 ? 1 : 0))
const parts = [Int32Array.from({ length: 14 }, (_, u) => (u < 8 ? 0 : 1))]
const trust = sybilRank(g, [1, 5])
const scar = sybilScar(g, known)
const { belief } = sybilBelief(g, known, parts)
const mean = (xs: ArrayLike<number>, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => xs[first + i]!).reduce((sum, x) => sum + x, 0) / (last - first + 1)
for (const [name, xs] of [
  ['trust', trust],
  ['scar', scar],
  ['belief', belief],
] as const)
  console.log(name, 'honest', mean(xs, 0, 7).toFixed(2), 'others', mean(xs, 8, 13).toFixed(2))

// Two who answer alike where everybody else says something else.
const answers = { task: [] as number[], person: [] as number[], answer: [] as number[] }
for (let t = 0; t < 40; t++)
  for (let p = 0; p < 6; p++) {
    answers.task.push(t)
    answers.person.push(p)
    answers.answer.push(p < 2 ? (t % 3 === 0 ? 1 : 0) : t % 7 === p ? 1 : 0)
  }
const { a, b, copy } = excessAgreement({ tasks: 40, people: 6, classes: 2, ...answers })
const most = copy.indexOf(Math.max(...copy))
console.log('most alike beyond chance:', a[most], 'and', b[most])

// One reviewer had a twentieth of a chance at each of forty tasks of one author, and was given nine.
const [met] = affinityOf([{ author: 0, reviewer: 1, chances: Array.from({ length: 40 }, () => 0.05), met: 9 }], 500)
console.log('expected', met!.expected.toFixed(1), 'met', met!.met, 'p', met!.p.toExponential(0))
