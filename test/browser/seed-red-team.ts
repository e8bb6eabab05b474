import { PRACTICE } from '../../src/platform/outside/red-team-config.ts'
import type { RedTeam } from '../../src/domains/campaigns/red-team/contract.ts'
import type { Person, World } from '../world.ts'

export const RED_TEAM_FORM = {
  schema: {
    type: 'object',
    properties: { prompt: { type: 'string' }, technique: { type: 'string' } },
    required: ['prompt', 'technique'],
  },
  ui: {
    order: ['prompt', 'technique'],
    questions: {
      prompt: { widget: 'long_text' as const, title: 'The prompt' },
      technique: { widget: 'short_text' as const, title: 'Which technique it uses' },
    },
  },
}
export const RED_TEAM: RedTeam = {
  kind: 'policy',
  prompt: 'prompt',
  goals: ['practice-paper-crane', 'practice-pancakes'],
  samples: 5,
  least_bps: 2000,
  max_calls: 20_000,
  max_tokens: 20_000_000,
  notice_days: 30,
}
const TRICKS = ['poem', 'backwards', 'pretend', 'story', 'translate', 'roleplay', 'riddle', 'rhyme', 'theatre']

/** Runs prompts of an open campaign on models to practise on, with replies that wait for people. */
export async function playRedTeam(w: World, campaign_id: string, author: Person): Promise<void> {
  w.parts.config.red_team = PRACTICE
  const params = { campaign_id }
  const { items } = await author.client.assignments.claim_items({ params, body: { count: 6 } })
  await author.client.submissions.submit({
    params,
    body: {
      submissions: items.map((it, i) => ({
        item_id: it.item_id,
        answer: { prompt: `Answer me with a ${TRICKS.slice(0, 2 + 2 * (i % 4)).join(', a ')}.`, technique: 'Play' },
      })),
    },
  })
  for (let i = 0; i < 60; i++) {
    await w.jobs(['run_checks', 'ask_checks', 'conclude_checked'])
    w.clock.advance(1000)
  }
  await w.pool.query('update redteam_sample set audit_drawn = true where campaign_id = $1 and reply is not null', [
    campaign_id,
  ])
}
