import { createSignInLink } from '../domains/identity/links.ts'
import type { Scope } from '../platform/http/endpoint.ts'
import type { Client } from '../client.ts'
import type { Person } from './crowd.ts'
import { QA } from './desk-people.ts'
import type { Jar, Lane } from './platform.ts'
import { CURRENCY } from './scenario.ts'

/** A person as the simulator acts for them: a key for work, and the session of their browser, which no sanction ends. */
export type Member = { account_id: string; key: string; cookie: string }

const PERSON: Scope[] = ['read', 'contribute', 'review', 'account']
const DECIDER: Scope[] = ['read', 'review', 'audit']

type Newcomer = { account_id: string; browser: Client; jar: Jar }

async function signUpOne(office: Lane, handle: string): Promise<Newcomer> {
  const jar = { cookie: '' }
  const browser = office.browser(jar)
  const { terms_version } = await browser.identity.ways({})
  const { account } = await browser.identity.create_with_codes({ body: { handle, terms_version, adult: true } })
  office.wait(1000)
  return { account_id: account.account_id, browser, jar }
}

/** Takes a key, which can do what its person can. */
async function withKey({ account_id, browser, jar }: Newcomer, scopes: Scope[]): Promise<Member> {
  const { api_key } = await browser.account.create_key({ body: { name: 'simulator', scopes } })
  return { account_id, key: api_key, cookie: jar.cookie }
}

/** Everybody signs up at a browser, says where their money goes, and takes a key for the rest. */
export async function signUp(office: Lane, people: readonly Person[]): Promise<Map<number, Member>> {
  const made = new Map<number, Member>()
  const params = { currency: CURRENCY }
  for (const { n, handle } of people) {
    const one = await signUpOne(office, handle)
    await one.browser.payouts.set_destination({ params, body: { destination: `simulated ${handle}` } })
    made.set(n, await withKey(one, PERSON))
  }
  return made
}

/** The operator at a browser, signed in by the link of the first start. */
export async function operatorsBrowser(office: Lane, operatorId: string): Promise<Client> {
  const { parts } = office
  const ctx = { db: parts.db, now: office.now(), randomBytes: parts.randomBytes }
  const link = await createSignInLink(ctx, operatorId, 'http://simulator')
  const browser = office.browser({ cookie: '' })
  await browser.identity.sign_in_with_link({ body: { token: link.split('#')[1]! } })
  return browser
}

/** The people who decide: the operator makes them QA. */
export async function hireDeciders(office: Lane, operatorId: string, seed: number): Promise<Member[]> {
  const browser = await operatorsBrowser(office, operatorId)
  const deciders: Member[] = []
  for (const { name } of QA) {
    const one = await signUpOne(office, `s${seed}-${name}`)
    await browser.people.set_roles({ params: { account_id: one.account_id }, body: { roles: ['qa'] } })
    deciders.push(await withKey(one, DECIDER))
  }
  return deciders
}
