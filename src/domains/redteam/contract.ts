import Type from 'typebox'
import { At, declareRefusals, endpoint, Id, JsonObject, listOf, nullable, obj, oneOf, Page, text } from '../../platform/http/endpoint.ts' // prettier-ignore

const Count = Type.Integer({ minimum: 0 })
const Campaign = obj({ campaign_id: Id })
const GoalId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,59}$' })
const Bounds = nullable(obj({ low_bps: Count, high_bps: Count }))
/** One run of a prompt on a target. */
const Run = {
  submission_id: Id,
  run: Type.Integer({ minimum: 1, maximum: 32_767 }),
  target: text(60, 1),
  n: Type.Integer({ minimum: 1, maximum: 32_767 }),
}

export const redteam = {
  goals: endpoint({
    method: 'GET',
    path: '/v1/red-team/goals',
    role: 'person',
    scope: 'read',
    summary: 'Goals that a campaign may choose from, by name and title; what they ask for is not in the list',
    result: listOf(
      obj({
        goal_id: GoalId,
        title: text(200),
        category: text(60),
        kind: oneOf(['secret', 'policy'] as const),
        source: text(200),
        added_at: nullable(At),
      }),
    ),
    refusals: [],
  }),
  add_goal: endpoint({
    method: 'POST',
    path: '/v1/red-team/goals',
    role: 'operator',
    scope: 'operate',
    summary: 'Add a policy goal to the list; its wording is kept sealed',
    body: obj({
      goal_id: GoalId,
      title: text(200, 1),
      category: text(60, 1),
      ask: text(2000, 1),
      system: text(4000, 1),
      source: Type.Optional(text(200)),
    }),
    result: obj({ goal_id: GoalId }),
    refusals: ['goal_there'],
  }),
  retire_goal: endpoint({
    method: 'DELETE',
    path: '/v1/red-team/goals/{goal_id}',
    role: 'operator',
    scope: 'operate',
    summary: 'Take a goal from the list; work that waits for it goes to experts',
    params: obj({ goal_id: GoalId }),
    result: obj({ goal_id: GoalId }),
    refusals: ['goal_not_found'],
  }),
  entries: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/red-team',
    role: 'person',
    scope: 'read',
    summary: 'How prompts of a campaign did on the targets, newest first; never a word of any',
    params: Campaign,
    query: obj({ ...Page }),
    result: listOf(
      obj({
        submission_id: Id,
        goal_id: text(60),
        outcome: nullable(oneOf(['works', 'too_seldom', 'goal_open'] as const)),
        targets: nullable(Count),
        runs: nullable(Count),
        hits: nullable(Count),
        lower_bps: nullable(Count),
        status: text(40),
        proved_at: nullable(At),
      }),
    ),
    refusals: ['campaign_not_found', 'red_team_not_shown'],
  }),
  figures: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/red-team/figures',
    role: 'person',
    scope: 'read',
    summary: "A campaign's targets and judges: how often prompts worked, how judges do beside people, what it cost",
    params: Campaign,
    result: obj({
      proved: Count,
      works: Count,
      waiting: Count,
      calls: Count,
      tokens: Count,
      max_calls: Count,
      max_tokens: Count,
      targets: Type.Array(obj({ target: text(60), runs: Count, hits: Count })),
      /** How often a judge and the person who looked at the same reply said the same. */
      judges: Type.Array(obj({ judge: text(60), said: Count, yes: Count, audited: Count, agreed: Count, agreement: Bounds })), // prettier-ignore
      audits_open: Count,
      /** Of what two of three judges let pass, what a person did not: the share of false accepts, with its interval. */
      false_accepts: obj({ audited: Count, wrong: Count, share: Bounds }),
    }),
    refusals: ['campaign_not_found', 'red_team_not_shown'],
  }),
  read: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/red-team/{submission_id}/read',
    role: 'person',
    scope: 'read',
    summary: 'Read one sealed prompt, with a reason; who read what and why is kept',
    params: obj({ campaign_id: Id, submission_id: Id }),
    body: obj({ reason: text(400, 10) }),
    result: obj({ submission_id: Id, answer: JsonObject, data: nullable(JsonObject), read_today: Count, most_a_day: Count }),
    refusals: ['campaign_not_found', 'red_team_not_shown', 'submission_not_found', 'restricted_right_needed', 'reading_cap_reached'],
  }), // prettier-ignore
  next_audit: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/red-team/audits/next',
    role: 'qa',
    scope: 'audit',
    summary: 'A reply that judges decided on, drawn at random, for a person to judge: goal and reply, never the prompt',
    params: Campaign,
    body: obj({}),
    result: obj({ reply: nullable(obj({ ...Run, ask: text(2000), reply: text(20_000) })), open: Count }),
    refusals: ['campaign_not_found', 'restricted_right_needed', 'reading_cap_reached', 'content_off'],
  }),
  grade: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/red-team/audits',
    role: 'qa',
    scope: 'audit',
    summary: 'Say whether a drawn reply does what the goal asks',
    params: Campaign,
    body: obj({ ...Run, hit: Type.Boolean() }),
    result: obj({ graded: Type.Boolean() }),
    refusals: ['campaign_not_found', 'restricted_right_needed', 'audit_not_open'],
  }),
  readings: endpoint({
    method: 'GET',
    path: '/v1/red-team/readings',
    role: 'operator',
    scope: 'operate',
    summary: 'Who read sealed content, of what, when and why, newest first',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        reading_id: Id,
        handle: text(64),
        campaign_id: Id,
        submission_id: Id,
        what: oneOf(['prompt', 'reply'] as const),
        reason: text(400),
        at: At,
      }),
    ),
    refusals: [],
  }),
}

export const redteamRefusals = declareRefusals({
  goal_there: { status: 409, message: 'A goal of this name is there already. Choose another name.' },
  goal_not_found: { status: 404, message: 'There is no such goal on the list. Look at the list again.' },
  red_team_not_shown: {
    status: 403,
    message: "Only a campaign's requester and QA see how its prompts did. Ask one of them.",
  },
  restricted_right_needed: {
    status: 403,
    message: 'Sealed content is for people with the right to restricted data. Ask an operator for it.',
  },
  reading_cap_reached: {
    status: 409,
    message:
      'You have read {cap} pieces of sealed content today, and more would be too much for anyone. Come back tomorrow (UTC).',
  },
  audit_not_open: {
    status: 409,
    message: 'This reply is not open to be judged: somebody has, or it is gone by now. Take the next one.',
  },
})
