/** Kinds of evidence that say much the same thing: together they count no more than their family's cap. */
export const FAMILIES = ['money', 'device', 'rhythm', 'text', 'answers', 'invitation', 'declared'] as const
export type Family = (typeof FAMILIES)[number]

/** One nat of log-likelihood, in the whole numbers that links are kept in. */
export const NAT = 65_536
export const fromNats = (nats: number): number => Math.round(nats * NAT)

export type Kind = {
  family: Family
  /** What one sighting says, in units of 2^-16 nats: how much likelier between accounts of one person than of two. */
  strength: number
  /** What the kind says at most, however often it is seen. */
  cap: number
  /** What all kinds of the family say at most, together. */
  family_cap: number
  /** Whether making it costs something that farms run short of: what trust may travel along. */
  costly: boolean
  /** For so many days after it was last seen. */
  keeps_days: number
  /** In plain words, after "N other accounts", for the person it is about. */
  says: string
}

const kind = (k: Omit<Kind, 'strength' | 'cap' | 'family_cap'> & { nats: number; most: number }): Kind => {
  const { nats, most, ...rest } = k
  return { ...rest, strength: fromNats(nats), cap: fromNats(most), family_cap: FAMILY_CAPS[k.family] }
}

/** None but money and devices can say much alone; only what their owner says of them needs nothing else. */
export const FAMILY_CAPS: Readonly<Record<Family, number>> = {
  money: fromNats(6), device: fromNats(6), rhythm: fromNats(3), text: fromNats(4), answers: fromNats(4), invitation: fromNats(0.5), declared: fromNats(8),
} // prettier-ignore

/** Every kind of evidence that two accounts belong together. Ours to choose; a campaign of labelled pairs would fit them. */
export const KINDS = {
  payout_shared: kind({
    family: 'money', nats: 5, most: 5, costly: true, keeps_days: 365,
    says: 'proved the same wallet as you, or were paid out to the same place',
  }),
  place_named: kind({
    family: 'money', nats: 2, most: 2, costly: false, keeps_days: 60,
    says: 'name the same place to be paid out to as you',
  }),
  wallet_shared_funder: kind({
    family: 'money', nats: 4, most: 4, costly: true, keeps_days: 365,
    says: 'have a wallet that was paid by the same wallet as yours, and both paid it back',
  }),
  wallet_swept_to: kind({
    family: 'money', nats: 2.5, most: 2.5, costly: true, keeps_days: 365,
    says: 'have a wallet that, like yours, mostly paid one address',
  }),
  credential_shared: kind({
    family: 'device', nats: 6, most: 6, costly: true, keeps_days: 180,
    says: 'signed in with a passkey that was yours',
  }),
  device_shared: kind({
    family: 'device', nats: 2, most: 2, costly: false, keeps_days: 60,
    says: 'used the same kind of device on the same network as you',
  }),
  session_handoff: kind({
    family: 'device', nats: 3, most: 3, costly: false, keeps_days: 60,
    says: 'came within a minute of your leaving, again and again, and were never here together with you',
  }),
  lockstep: kind({
    family: 'rhythm', nats: 2.5, most: 2.5, costly: false, keeps_days: 60,
    says: 'did the same work in the same minutes as you, on several days',
  }),
  copied_text: kind({
    family: 'text', nats: 1, most: 4, costly: false, keeps_days: 180,
    says: 'handed in texts that are nearly yours, which nobody here had shown them',
  }),
  excess_agreement: kind({
    family: 'answers', nats: 4, most: 4, costly: false, keeps_days: 90,
    says: 'gave the same answers as you more often than two people do who answer alone',
  }),
  author_reviewer_affinity: kind({
    family: 'answers', nats: 2, most: 2, costly: false, keeps_days: 90,
    says: 'met you as author and reviewer more often than chance brings people together',
  }),
  invited: kind({
    family: 'invitation', nats: 0.5, most: 0.5, costly: false, keeps_days: 180,
    says: 'came by your invitation, or invited you',
  }),
  declared: kind({
    family: 'declared', nats: 8, most: 8, costly: true, keeps_days: 3650,
    says: 'are yours, as you said yourself',
  }),
} as const satisfies Record<string, Kind> // prettier-ignore
export type KindName = keyof typeof KINDS
export const KIND_NAMES = Object.keys(KINDS) as KindName[]

/** What one kind of evidence says of a pair, account_id < other_id by number. */
export type Link = { kind: KindName; strength: number }

/**
 * How strongly a pair's links say that it is one person, in units of 2^-16 nats: each kind within its cap, each family
 * within its own. More evidence never says less, and its order says nothing.
 */
export function weightOf(links: readonly Link[]): number {
  const kinds = new Map<KindName, number>()
  for (const { kind: name, strength } of links)
    kinds.set(name, Math.max(kinds.get(name) ?? 0, Math.min(KINDS[name].cap, Math.max(0, strength))))
  const families = new Map<Family, number>()
  for (const [name, strength] of kinds) {
    const { family } = KINDS[name]
    families.set(family, (families.get(family) ?? 0) + strength)
  }
  let sum = 0
  for (const [family, strength] of families) sum += Math.min(FAMILY_CAPS[family], strength)
  return sum
}
