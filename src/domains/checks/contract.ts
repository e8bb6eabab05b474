import Type, { type Static } from 'typebox'
import { At, declareRefusals, endpoint, Id, listOf, nullable, obj, oneOf, text } from '../../platform/http/endpoint.ts'
import { CHECK_KINDS } from '../campaigns/checks/contract.ts'
import { Diversity } from './diversity/contract.ts'

/** Why a check fails work, and what its author can do; `check.<code>` in the catalogue. */
export const CHECK_CODES = {
  too_short: 'The text has {words} words; this task asks for {least} at least. Say more, then send it again.',
  too_long: 'The text has {words} words; this task allows {most} at most. Shorten it, then send it again.',
  odd_direction: 'The text holds signs that turn the direction of reading around. Take them out, then send it again.',
  odd_marks: 'The text stacks accents and marks on its letters. Write it plainly, then send it again.',
  odd_hidden: 'The text is full of invisible signs. Type it anew or paste it as plain text, then send it again.',
  odd_look_alikes:
    'Words of the text mix letters of two alphabets that look alike. Type them in one alphabet, then send it again.',
  odd_word: 'The text holds a run of signs far longer than any word. Put it into words, then send it again.',
  too_quick:
    'The text has {words} words and came {seconds} seconds after the task was opened: more than anyone writes. Take your time; if you had it ready, say so in an appeal.',
  other_language:
    'This task is in another language ({language}) than the text reads as. Write it in that language, then send it again.',
  gibberish:
    'The text reads like random keys or the same words again and again. Write it in sentences, then send it again.',
  duplicate:
    'The same text has been handed in for this task before, by you or by somebody else. Send something of your own that is new.',
  near_duplicate:
    'Nearly the same text has been handed in for this task before, by you or by somebody else. Send something of your own that is new.',
  link_gone:
    'The link did not open: its site says that there is no such page ({status}). Check it, then send one that opens.',
  link_nowhere: 'The link did not open: no site of that name exists. Check its spelling, then send it again.',
  link_private: 'The link leads to an address that is not on the public internet. Send one that anybody can open.',
  judge_rejected:
    'An automated judge found that the answer does not do what the task asks. Compare it with the instructions; if the judge is wrong, appeal and people will look.',
  too_seldom:
    'The prompt was run {runs} times on {targets} models and worked {hits} times: too seldom to count. Make it work more reliably, then send it again.',
  goal_open:
    'The models do what this goal asks without any prompt, so nothing can be proved with it. Choose another goal if the task offers one; otherwise tell the requester.',
} as const
export type CheckCode = keyof typeof CHECK_CODES

/** Why a check rejected work: for its author, and about this work alone. */
export const CheckReason = obj({
  kind: oneOf(CHECK_KINDS),
  question: nullable(text(40)),
  code: text(40),
  detail: Type.Record(text(40), Type.Union([text(100), Type.Number()])),
  message: text(400),
})

const Count = Type.Integer({ minimum: 0 })
/** How a check does in one campaign; never what it found in any one piece of work. */
const CheckRecord = obj({
  kind: oneOf(CHECK_KINDS),
  checker: Type.Integer(),
  /** 1: the run that counted; later ones are for comparison. */
  run: Type.Integer(),
  passed: Count,
  failed: Count,
  flagged: Count,
  undecided: Count,
  /** Of what it failed or flagged: what people decided in review or on appeal, and how much of that they rejected too. */
  judged: Count,
  confirmed: Count,
  /** The same beside what closed audits found. */
  audited: Count,
  audited_wrong: Count,
  /** Where its precision lies, in basis points (Wilson, 95 %), by audits and people together; null while nobody has looked. */
  precision: nullable(obj({ low_bps: Count, high_bps: Count })),
  mean_us: Count,
  calls: Count,
  tokens: Count,
})
export type CheckRecord = Static<typeof CheckRecord>

export const checks = {
  records: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/checks',
    role: 'person',
    scope: 'read',
    summary:
      "How a campaign's automated checks do beside people and audits, and what they cost; for its requester and QA",
    params: obj({ campaign_id: Id }),
    result: listOf(CheckRecord),
    refusals: ['campaign_not_found', 'checks_not_shown'],
  }),
  waiting: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/checks/state',
    role: 'person',
    scope: 'read',
    summary:
      'How much work waits for its checks, and how the last run of all checks again stands; for requester and QA',
    params: obj({ campaign_id: Id }),
    result: obj({
      waiting: Count,
      /** Copies and near copies that no reviewer had to read. */
      duplicates_avoided: Count,
      /** The mean of what work adds to what was there before it, in basis points; null where nothing measures it. */
      coverage_bps: nullable(Count),
      again: nullable(obj({ run: Type.Integer(), asked_at: At, done_at: nullable(At) })),
    }),
    refusals: ['campaign_not_found', 'checks_not_shown'],
  }),
  diversity: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/checks/diversity',
    role: 'person',
    scope: 'read',
    summary:
      'How varied the newest accepted work is, question by question, and the copies that checks kept out; for requester and QA',
    params: obj({ campaign_id: Id }),
    result: obj({
      /** Pieces of accepted work these figures are of: the newest, 2,000 at most. */
      measured: Count,
      ...Diversity.properties,
    }),
    refusals: ['campaign_not_found', 'checks_not_shown'],
  }),
  again: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/checks/runs',
    role: 'operator',
    scope: 'operate',
    summary:
      "Run a campaign's checks again over all its work, beside the results that counted; nothing decided changes",
    params: obj({ campaign_id: Id }),
    body: obj({
      /** Open links and ask models again too: that takes time and may cost money. */
      outside: Type.Optional(Type.Boolean()),
    }),
    result: obj({ run: Type.Integer() }),
    refusals: ['campaign_not_found', 'checks_running'],
  }),
}

export const checkRefusals = declareRefusals({
  checks_not_shown: {
    status: 403,
    message: "Only a campaign's requester and QA see how its checks do. Ask one of them.",
  },
  checks_running: {
    status: 409,
    message: "This campaign's checks are being run again already. Wait until that is done.",
  },
})
