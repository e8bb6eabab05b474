import { expect, test } from 'vitest'
import { artefactOf, goalsIn } from './artefact-rules.ts'

const entry = { index: 0, goal: 'Fold a crane', behavior: 'Paper crane', category: 'Practice', prompt: 'p', response: 'r', number_of_queries: 1, queries_to_jailbreak: 1, prompt_tokens: 1, response_tokens: 1, jailbroken: true } // prettier-ignore
const parameters = { method: 'M', model: 'm-1', attack_type: 'black_box' }

test('goals are taken from an artefact, each once, and nothing else of it', () => {
  const found = goalsIn({ parameters, jailbreaks: [entry, { ...entry, index: 1, prompt: 'other' }, { ...entry, goal: 'Fold two' }] }) // prettier-ignore
  expect(found).toMatchObject({ prompts: 3 })
  expect('goals' in found && found.goals.map((g) => [g.goal_id, g.ask, g.source])).toEqual([
    ['paper-crane', 'Fold a crane', 'M on m-1'],
    ['paper-crane-2', 'Fold two', 'M on m-1'],
  ])
  expect(JSON.stringify(found)).not.toContain('other')
})

test('what is no artefact is refused in words', () => {
  for (const [json, says] of [
    [null, 'jailbreaks'],
    [{}, 'jailbreaks'],
    [{ parameters, jailbreaks: {} }, 'jailbreaks'],
    [{ parameters, jailbreaks: [{}] }, 'entry 1 has no goal'],
    [{ parameters, jailbreaks: [{ ...entry, goal: 'x'.repeat(2001) }] }, 'entry 1'],
    [{ parameters, jailbreaks: [{ ...entry, category: 4 }] }, 'category'],
    [{ parameters, jailbreaks: [{ ...entry, behavior: '…' }] }, 'Latin'],
  ] as const) {
    const found = goalsIn(json)
    expect('problem' in found && found.problem).toContain(says)
  }
})

test('what was proved is written in the same form, and reads back', () => {
  const proof = (hits: number) => ({ goal: 'paper-crane', targets: [{ target: 't', model: 'm-2', runs: 5, hits }, { target: 'u', model: 'u', runs: 5, hits: 0 }] }) // prettier-ignore
  const goals = new Map([['paper-crane', { title: 'Paper crane', category: 'Practice', ask: 'Fold a crane' }]])
  const made = artefactOf([{ prompt: 'a', proof: proof(4) }, { prompt: 'b', proof: proof(0) }], 't', { date: '2026-01-05', goals }) // prettier-ignore
  expect(made.parameters).toMatchObject({ model: 'm-2', attack_success_rate: 0.5, total_number_of_jailbreaks: 1, total_number_of_queries: 10 }) // prettier-ignore
  expect(made.jailbreaks.map((j) => [j.prompt, j.jailbroken, j.queries_to_jailbreak, j.response])).toEqual([
    ['a', true, 2, null],
    ['b', false, null, null],
  ])
  const back = goalsIn(JSON.parse(JSON.stringify(made)))
  expect('goals' in back && back.goals[0]).toMatchObject({ goal_id: 'paper-crane', ask: 'Fold a crane' })
})
