import { expect, test } from 'vitest'
import { graphOf } from '../../../engine/graph.ts'
import { clustersOf, densityOf, louvain, membersOf, partitionsOf, within } from './louvain.ts'

/** Rings of five, everybody joined to everybody, one after the other joined by one edge; and one person alone at the end. */
function chain(cliques: number) {
  const from: number[] = []
  const to: number[] = []
  const link = (a: number, b: number) => {
    from.push(a)
    to.push(b)
  }
  for (let c = 0; c < cliques; c++) {
    for (let a = 0; a < 5; a++) for (let b = 0; b < a; b++) link(5 * c + a, 5 * c + b)
    if (c > 0) link(5 * c, 5 * c - 1)
  }
  return graphOf(5 * cliques + 1, { from, to })
}

test('communities of a chain of rings are runs of whole rings; the same seed gives the same', () => {
  const g = chain(12)
  const found = louvain(g)
  for (let c = 0; c < 12; c++) expect(new Set(found.slice(5 * c, 5 * c + 5)).size).toBe(1)
  expect(louvain(g)).toEqual(found)
  expect(found[60]).toBe(Math.max(...found))
})

test('clusters are divided until they are dense', () => {
  const g = chain(40)
  const dense = (cluster: Int32Array) => [...membersOf(cluster).values()].every((m) => densityOf(within(g, m)) >= 0.2)
  // The planted fault: communities as Louvain leaves them are too thin to say that everybody belongs with everybody.
  expect(dense(louvain(g, { resolution: 0.2 }))).toBe(false)
  expect(dense(clustersOf(g, { resolution: 0.2 }))).toBe(true)
})

test('partitions are two scales for each seed, the finer within the coarser', () => {
  const [coarse, fine] = partitionsOf(chain(12), [1])
  const inside = new Map<number, number>()
  fine!.forEach((f, u) => {
    expect(inside.get(f) ?? coarse![u]).toBe(coarse![u])
    inside.set(f, coarse![u]!)
  })
})
