import { expect, test } from 'vitest'
import { makePeople } from '../crowd.ts'
import { topicsFor } from '../season.ts'
import { runAgenda, type Doing } from './agenda.ts'
import { ATTACKS, ATTACK_RULES, makeFolk } from './attackers.ts'
import { honestCrowd } from './crowds.ts'
import { attackStays, crowdStay, lengthOf } from './plans.ts'

const p = honestCrowd(100, 10)
const folk = (seed: number) => makeFolk(seed, makePeople(p, seed, topicsFor(p.people)), p, ATTACKS)

test('the same seed makes the same people, and another seed others', () => {
  expect(folk(1)).toEqual(folk(1))
  expect(folk(1).members.map((m) => m.gear)).not.toEqual(folk(2).members.map((m) => m.gear))
})

test('a farm has one device and network, a puppeteer one for each account, and invited ones come after who invites them', () => {
  const { members } = folk(1)
  const of = (attack: string) => members.filter((m) => m.attack === attack)
  const distinct = (attack: string) => new Set(of(attack).map((m) => m.gear.address)).size
  expect([distinct('farm'), distinct('puppeteer'), distinct('invite-farm')]).toEqual([
    1,
    ATTACK_RULES.puppeteer.accounts,
    3,
  ])
  expect(new Set(of('farm').map((m) => m.wallet)).size).toBe(4)
  expect(new Set(of('cartel').map((m) => m.owner)).size).toBe(ATTACK_RULES.cartel.accounts)
  for (const m of members) if (m.invited_by !== null) expect(m.invited_by).toBeLessThan(m.person.n)
  for (const m of members) expect(m.gear.address).toMatch(/^10(\.\d{1,3}){3}$/)
})

test('some honest people share a home, a device, a purse or a house of learning, most nothing', () => {
  const { members } = folk(1)
  const bonds = members.filter((m) => !m.attack).map((m) => m.bond)
  const count = (bond: string) => bonds.filter((b) => b === bond).length
  expect([count('purse'), count('device'), count('house'), count('campus')]).toEqual([2, 2, 8, 12])
  const [a, b] = members.filter((m) => m.bond === 'purse')
  expect([a!.gear, a!.wallet]).toEqual([b!.gear, b!.wallet])
})

test('a puppeteer is never at two accounts at once, and comes to the next within a minute', () => {
  const { members } = folk(1)
  const own = members.filter((m) => m.attack === 'puppeteer')
  const stays = attackStays(1, 'puppeteer', own, 3)
  expect(stays.length).toBeGreaterThan(2)
  for (const [i, next] of stays.slice(1).entries()) {
    const gap = next.starts * 60 - (stays[i]!.starts * 60 + lengthOf(stays[i]!))
    expect(gap).toBeGreaterThan(0)
    expect(gap).toBeLessThan(60)
  }
})

test('the crowd hands in what it is there for, spread over its days', () => {
  for (const m of folk(3).members.filter((x) => !x.attack)) {
    const stays = Array.from({ length: p.days }, (_, day) => crowdStay(3, m, day, p.days)).filter(
      (x) => x !== undefined,
    )
    expect(stays.reduce((sum, s) => sum + s.items, 0)).toBe(m.person.volume)
  }
})

test('an agenda goes by time, and the clock never goes back', async () => {
  let now = 0
  const seen: string[] = []
  const clock = { now: () => new Date(now), waitUntil: (at: Date) => void (now = Math.max(now, at.getTime())) }
  const doing = async function* (name: string, steps: number[]): Doing {
    for (const ms of steps) {
      seen.push(`${name}${now}`)
      yield ms
    }
  }
  await runAgenda(clock, [
    { at: 50, doing: doing('b', [1, 1]) },
    { at: 0, doing: doing('a', [50, 100]) },
    { at: 20, doing: doing('c', [500]) },
  ])
  expect(seen).toEqual(['a0', 'c20', 'b50', 'a50', 'b51'])
})
