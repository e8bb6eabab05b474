import Type, { type Static } from 'typebox'
import { At, declareRefusals, endpoint, Id, nullable, obj, oneOf, text } from '../../platform/http/endpoint.ts'

export const SCAN_STATES = ['waiting', 'scanning', 'done', 'failed', 'stopped'] as const
export const COMPLETENESS = ['proved', 'contiguous', 'gaps'] as const
export const SCAN_FAILURES = [
  'unreachable',
  'rate_limited',
  'bad_answer',
  'untrusted',
  'window',
  'no_archive',
  'wrong_chain',
  'refused',
  'reorganised',
] as const
export const QUEST_STATES = ['not_started', 'ready', 'claimed'] as const
export const THEMES = ['light', 'dark'] as const

const Wei = Type.String({ pattern: '^(0|[1-9][0-9]{0,77})$', description: 'whole wei, as a decimal string' })
const Whole = Type.String({ pattern: '^(0|[1-9][0-9]{0,77})$' })
const Address = Type.String({ pattern: '^0x[0-9a-f]{40}$' })
const Level = obj({ key: text(40), name: text(40), from_wei: Wei })
const Key = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' })
const CardId = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })
const ChainName = { chain_id: Type.Integer(), name: text(40), layer: oneOf(['l1', 'l2'] as const) }

const Scan = obj({
  wallet_id: Id,
  chain_id: Type.Integer(),
  state: oneOf(SCAN_STATES),
  done_ppm: Type.Integer(),
  found: Type.Integer(),
  /** Why it failed, or why the last step did and is tried again. */
  why: nullable(oneOf(SCAN_FAILURES)),
  tries: Type.Integer(),
  asked_at: At,
  next_at: nullable(At),
  ended_at: nullable(At),
})
/** What a wallet paid on a chain. `null`: the source does not say. */
const History = obj({
  wallet_id: Id,
  ...ChainName,
  wei: Wei,
  burned_wei: nullable(Wei),
  tip_wei: nullable(Wei),
  blob_wei: nullable(Wei),
  l1_wei: nullable(Wei),
  transactions: Type.Integer(),
  failed: Type.Integer(),
  failed_wei: Wei,
  years: Type.Array(obj({ year: Type.Integer(), wei: Wei, transactions: Type.Integer(), failed: Type.Integer() })),
  contracts: Type.Array(obj({ address: nullable(Address), transactions: Type.Integer(), wei: Wei })),
  other_contracts: Type.Integer(),
  first_at: nullable(At),
  last_at: nullable(At),
  block: Type.Integer(),
  block_hash: text(66),
  block_at: At,
  provider: oneOf(['explorer', 'receipts', 'bisection'] as const),
  completeness: oneOf(COMPLETENESS),
  missing: Type.Integer(),
  authorisations: Type.Integer(),
  scanned_at: At,
})
export type History = Static<typeof History>

const CardFacts = {
  card_id: CardId,
  created_at: At,
  revoked_at: nullable(At),
}
export const Overview = obj({
  /** Chains that are looked up here; none: Gas ID is switched off. */
  chains: Type.Array(obj(ChainName)),
  wallets: Type.Array(
    obj({ wallet_id: Id, address: Address, kind: oneOf(['eoa', 'contract'] as const), linked_at: At }),
  ),
  scans: Type.Array(Scan),
  histories: Type.Array(History),
  total_wei: Wei,
  /** Whether every wallet's list is proved to be whole. */
  completeness: nullable(oneOf(COMPLETENESS)),
  level: Level,
  next_level: nullable(Level),
  levels: Type.Array(Level),
  beans: obj({ from_gas: Whole, balance: Whole }),
  quests: Type.Array(
    obj({
      quest: Key,
      kind: oneOf(['wallet_linked', 'scan_complete', 'level_reached', 'work_accepted'] as const),
      beans: Whole,
      state: oneOf(QUEST_STATES),
      level: nullable(text(40)),
      count: nullable(Type.Integer()),
      claimed_at: nullable(At),
    }),
  ),
  season: nullable(obj({ season_id: Id, name: text(100) })),
  bonus: obj({
    beans: Whole,
    from_level: text(40),
    wallets: Type.Array(obj({ wallet_id: Id, state: oneOf(['ready', 'claimed', 'used', 'too_little'] as const) })),
  }),
  trust: obj({
    burned_wei: Wei,
    /** The wallet that speaks for me this season. */
    wallet_id: nullable(Id),
    given_at: nullable(At),
    wallets: Type.Array(
      obj({
        wallet_id: Id,
        state: oneOf(['ready', 'given', 'used', 'too_little', 'unknown'] as const),
        burned_wei: nullable(Wei),
      }),
    ),
  }),
  cards: Type.Array(obj(CardFacts)),
})
export type Overview = Static<typeof Overview>

/** What a card says. Canonical JSON of it is what is signed. */
export const Card = obj({
  format: Type.Literal('assay-gas-card'),
  format_version: Type.Literal(1),
  card_id: CardId,
  issued_at: At,
  installation_id: text(40),
  /** Nothing unless the owner chose to be named. */
  handle: nullable(text(60)),
  level: obj({ key: text(40), name: text(40) }),
  /** Rounded down to four digits, unless wallets are shown. */
  total_wei: Wei,
  exact: Type.Boolean(),
  beans: Whole,
  completeness: oneOf(COMPLETENESS),
  chains: Type.Array(
    obj({
      ...ChainName,
      total_wei: Wei,
      as_of_block: Type.Integer(),
      as_of_hash: text(66),
      as_of_at: At,
      completeness: oneOf(COMPLETENESS),
    }),
  ),
  /** Nothing unless the owner chose to show them. */
  wallets: nullable(Type.Array(Address)),
})
export type Card = Static<typeof Card>
export const SignedCard = obj({
  card: Card,
  signature: obj({
    algorithm: Type.Literal('Ed25519'),
    key_id: text(32),
    public_key: Type.String({ description: '32 bytes in base64' }),
    value: Type.String({ description: 'of the canonical JSON of `card`, in base64' }),
  }),
})
export type SignedCard = Static<typeof SignedCard>
const Shown = obj({ ...SignedCard.properties, share_text: text(1000), link: text(2000) })

const OFF = ['gas_off', 'no_wallet'] as const
const often = { name: 'gas_scan', by: 'account', times: 30, seconds: 3600 } as const

export const gasId = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/gas-id',
    role: 'person',
    scope: 'account',
    summary: 'My Gas ID: wallets, scans, what they found, level, Beans, quests and cards',
    result: Overview,
    refusals: [],
  }),
  scan: endpoint({
    method: 'POST',
    path: '/v1/me/gas-id/scans',
    role: 'person',
    scope: 'account',
    summary: 'Look up the gas of my linked wallets, in the background; what was read before is not read again',
    body: obj({}),
    result: obj({ scans: Type.Array(Scan) }),
    limits: [often],
    refusals: [...OFF],
  }),
  claim_quest: endpoint({
    method: 'POST',
    path: '/v1/me/gas-id/quests/{quest}/claim',
    role: 'person',
    scope: 'account',
    summary: 'Claim the Beans of a quest that is done; claiming again changes nothing',
    params: obj({ quest: Key }),
    body: obj({}),
    result: obj({ quest: Key, beans: Whole, balance: Whole, claimed_at: At }),
    refusals: ['quest_unknown', 'quest_not_done', 'wallet_spent'],
  }),
  claim_bonus: endpoint({
    method: 'POST',
    path: '/v1/me/gas-id/bonus',
    role: 'person',
    scope: 'account',
    summary: "Claim a wallet's bonus of this season; claiming again changes nothing",
    body: obj({ wallet_id: Id }),
    result: obj({ wallet_id: Id, beans: Whole, balance: Whole, claimed_at: At }),
    refusals: ['gas_wallet_unknown', 'no_season', 'gas_too_little', 'wallet_spent'],
  }),
  give_trust: endpoint({
    method: 'POST',
    path: '/v1/me/gas-id/trust',
    role: 'person',
    scope: 'account',
    summary: 'Let one wallet speak for me this season; it then speaks for nobody else in it',
    body: obj({ wallet_id: Id }),
    result: obj({ wallet_id: Id, burned_wei: Wei, given_at: At }),
    refusals: ['gas_wallet_unknown', 'no_season', 'gas_too_little', 'burned_unknown', 'wallet_spent', 'trust_given'],
  }),
  make_card: endpoint({
    method: 'POST',
    path: '/v1/me/gas-id/cards',
    role: 'person',
    scope: 'account',
    summary: 'Make a signed card of my Gas ID as it is now; without my name and wallets unless I say so',
    body: obj({ show_handle: Type.Boolean(), show_wallets: Type.Boolean() }),
    result: Shown,
    refusals: ['gas_unknown', 'too_many_cards'],
  }),
  revoke_card: endpoint({
    method: 'DELETE',
    path: '/v1/me/gas-id/cards/{card_id}',
    role: 'person',
    scope: 'account',
    summary: 'Take a card back: its link then shows nothing',
    params: obj({ card_id: CardId }),
    result: obj(CardFacts),
    refusals: ['card_not_found'],
  }),
  card: endpoint({
    method: 'GET',
    path: '/v1/gas-cards/{card_id}',
    role: 'public',
    scope: 'read',
    summary: 'What a card says, signed',
    params: obj({ card_id: CardId }),
    result: Shown,
    refusals: ['card_not_found'],
  }),
  card_picture: endpoint({
    method: 'GET',
    path: '/v1/gas-cards/{card_id}/{name}',
    role: 'public',
    scope: 'read',
    answer: 'stream',
    summary: 'A card as a picture, 1200 by 630',
    params: obj({ card_id: CardId, name: oneOf(['card.svg', 'card.png'] as const) }),
    query: obj({ theme: Type.Optional(oneOf(THEMES)) }),
    result: Type.String({ description: 'the bytes of the picture' }),
    limits: [{ name: 'gas_card', by: 'address', times: 60, seconds: 60 }],
    refusals: ['card_not_found'],
  }),
}

export const gasRefusals = declareRefusals({
  gas_off: {
    status: 409,
    message: 'Gas is not looked up here. Whoever runs this installation can switch it on in its settings.',
  },
  no_wallet: {
    status: 409,
    message: 'There is no wallet to look up. Link one under your account first; a contract sends nothing itself.',
  },
  gas_wallet_unknown: {
    status: 404,
    message: 'This wallet is not linked to your account. Link it, or choose one that is.',
  },
  quest_unknown: { status: 404, message: 'There is no such quest. Choose one from the list.' },
  quest_not_done: { status: 409, message: 'This quest is not done yet. Its Beans wait until it is.' },
  wallet_spent: {
    status: 409,
    message: 'This wallet has served for this already, perhaps on another account. Use another wallet of yours.',
  },
  gas_too_little: {
    status: 409,
    message: 'This wallet has not paid enough gas for this. Nothing depends on it; choose another wallet if you like.',
  },
  burned_unknown: {
    status: 409,
    message:
      'The source of this installation does not say what this wallet burned, or its list is not proved to be whole. Look it up again later.',
  },
  trust_given: {
    status: 409,
    message: 'Another wallet speaks for you this season already. One does; it can be another one next season.',
  },
  gas_unknown: { status: 409, message: 'Nothing is known of your gas yet. Look up a wallet first.' },
  too_many_cards: { status: 409, message: 'You have {most} cards. Take one back to make another.' },
  card_not_found: { status: 404, message: 'There is no such card, or its owner took it back.' },
})
