import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raiseSignal } from '../../src/domains/integrity/cases/open.ts'
import { saveLinks } from '../../src/domains/integrity/signals/queries.ts'
import { fromNats, type KindName } from '../../src/domains/integrity/signals/rules.ts'
import { ensureSeason } from '../../src/domains/seasons/ensure.ts'
import { webDir } from '../../src/server/web.ts'
import { topUp } from '../draft.ts'
import { addMoney } from '../person-money.ts'
import { createWorld, type Person, type World } from '../world.ts'
import { look, SOON } from './look.ts'
import { launch, sitDown } from './sit.ts'

const DAY = 86_400_000
const REASON = 'Several accounts were paid out to one wallet and worked in the same minutes.'
const STATEMENT = 'We are two sisters. We share a laptop and our mother keeps one wallet for both of us.'
let w: World
let browser: Browser
let url: string
let operator: Person
let qa: Person[]

beforeAll(async () => {
  if (!webDir()) throw new Error('build the web pages first: npm run build')
  w = await createWorld({ at: new Date(Date.now() - 2 * DAY).toISOString() })
  await ensureSeason(w.ctx())
  operator = await w.person('olive', { roles: ['operator'] })
  qa = await Promise.all(['quinn', 'quentin', 'quiana'].map((h) => w.person(h, { roles: ['qa'] })))
  url = await w.app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launch()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await w?.close()
})

/** A farm as signals find it: six accounts joined by wallets, devices and pace, and two friends who were only invited. */
async function farm(name: string): Promise<Person[]> {
  const people = await Promise.all(Array.from({ length: 9 }, (_, i) => w.person(`${name}-${i + 1}`)))
  const link = (a: number, b: number, kind: KindName, nats: number, times = 3) => ({
    a: people[a]!.account_id,
    b: people[b]!.account_id,
    kind,
    strength: fromNats(nats),
    times,
  })
  await saveLinks(
    w.db,
    [
      ...[1, 2, 3, 4].map((i) => link(0, i, 'payout_shared', 5)),
      ...[1, 2, 3].map((i) => link(0, i, 'session_handoff', 3)),
      link(1, 2, 'payout_shared', 5),
      link(2, 3, 'lockstep', 2.5),
      link(3, 4, 'device_shared', 2),
      link(4, 5, 'excess_agreement', 4),
      link(0, 5, 'copied_text', 3),
      link(0, 6, 'invited', 0.5, 1),
      link(0, 7, 'invited', 0.5, 1),
      link(6, 8, 'device_shared', 2),
    ],
    w.clock.now(),
  )
  const at = w.clock.now()
  const id = w.parts.newId()
  await w.db
    .insertInto('cluster')
    .values({
      id,
      found_at: at,
      changed_at: at,
      strength: fromNats(6),
      members: 6,
      explained: JSON.stringify({
        pairs: 15,
        joined: 7,
        kinds: {
          payout_shared: { pairs: 5, members: 5, strength: fromNats(5) },
          session_handoff: { pairs: 3, members: 4, strength: fromNats(3) },
        },
      }),
    })
    .execute()
  await w.db
    .insertInto('cluster_member')
    .values(people.slice(0, 6).map((p) => ({ account_id: p.account_id, cluster_id: id, since: at })))
    .execute()
  await addMoney(w, people[0]!, { thawed: [120, 80], frozen: 60, held: [40, 35] })
  return people
}

async function signal(person: Person): Promise<void> {
  await w.db.transaction().execute((db) =>
    raiseSignal(w.ctx(), db, {
      account_id: person.account_id,
      why: 'This account and five others seem to be one person.',
      suspect_since: new Date(w.clock.now().getTime() - DAY),
      evidence: {
        kind: 'alike_accounts',
        strength: 'strong',
        says: 'Five accounts were paid out to one wallet; three come within a minute of each other’s leaving.',
      },
    }),
  )
}
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })
const seat = (person: Person, width: number, more: { theme?: 'dark'; language?: 'ar' } = {}) =>
  sitDown(browser, { w, url, person }, { width, ...more })

describe.each([360, 1280])('a Sybil case at %i', (width) => {
  test('goes from its signal to the answer of its appeal', async () => {
    const [person] = (await farm(`sib${width}`)) as [Person]
    await signal(person)

    // Somebody of QA finds it, looks at the links with the keyboard alone, and proposes.
    const first = await seat(qa[0]!, width)
    await first.page.goto(`${url}/qa/cases`)
    await look(first.page, `cases-list-${width}`)
    await first.page
      .getByRole('link', { name: /This account and five others/ })
      .first()
      .click()
    const drawing = first.page.getByRole('group', { name: 'Accounts and the links between them' })
    await drawing.waitFor()
    expect(await drawing.getByRole('button').count()).toBe(8)
    await drawing.getByRole('button', { name: /^Account 1:/ }).focus()
    await first.page.keyboard.press('ArrowRight')
    await expect.poll(() => first.page.getByRole('heading', { name: 'Account 2: in the same cluster' }).count()).toBe(1)
    expect(await drawing.getByRole('button', { name: /^Account 2:/ }).getAttribute('aria-pressed')).toBe('true')
    expect(await first.page.locator('main').innerText(), 'QA read no names of the linked').not.toMatch(/sib\d+-\d/)
    expect(await first.page.getByText('Amounts are for operators').count()).toBeGreaterThan(0)
    await look(first.page, `case-qa-${width}`)
    await button(first.page, 'Sanction').click()
    const dialog = first.page.locator('dialog[open]')
    await dialog.getByRole('radio', { name: /All pay waits/ }).check()
    await dialog.getByText('What this would do').waitFor()
    await dialog.getByLabel(/Reason, as the person reads it/).fill(REASON)
    await look(first.page, `case-decide-${width}`)
    await button(dialog as unknown as Page, 'Sanction').click()
    await first.page.getByText(/quinn proposes: All pay waits/).waitFor()
    await first.leave()

    // The person reads what it is about, and speaks.
    const own = await seat(person, width)
    await own.page.goto(`${url}/my-standing`)
    await look(own.page, `standing-${width}`)
    await own.page.getByRole('link', { name: 'Read it and answer' }).click()
    await button(own.page, 'Say something to this').click()
    await own.page.getByLabel(/What whoever decides should know/).fill(STATEMENT)
    await look(own.page, `own-case-${width}`)
    await button(own.page, 'Send').click()
    await own.page.getByText(STATEMENT).waitFor()
    expect(await own.page.locator('main').innerText()).not.toMatch(/proposes|one wallet; three|quinn/)

    // The second person reads their words, sees what they see, and confirms.
    const second = await seat(operator, width)
    const case_id = (await person.client.standing.mine()).cases[0]!.case_id
    await second.page.goto(`${url}/qa/cases/${case_id}`)
    await second.page.getByText(STATEMENT).first().waitFor()
    const beside = second.page.getByRole('complementary', { name: 'What the person sees' })
    await beside.getByText('A case is open').waitFor()
    expect(await beside.getByRole('button').count(), 'it is read, not used').toBe(0)
    await second.page.getByText('5 other accounts are in the same cluster', { exact: false }).waitFor()
    await second.page
      .getByText(/75 points of held pay is taken|of held pay is taken/)
      .first()
      .waitFor()
    await look(second.page, `case-operator-${width}`)
    await button(second.page, 'Confirm').click()
    const confirm = second.page.locator('dialog[open]')
    await confirm.getByLabel(/^Reason/).fill('The wallet and the pace carry it.')
    await button(confirm as unknown as Page, 'Confirm').click()
    await beside.getByText('The case is decided').waitFor()
    await beside.getByText(REASON).waitFor()

    // The person reads the reason and appeals; somebody who had no part finds that they are right.
    await own.page.reload()
    await own.page.getByText(REASON).waitFor()
    await button(own.page, 'Appeal').click()
    await own.page
      .getByLabel(/Why this is wrong/)
      .fill('Both of us were on a video call with your support at one time.')
    await button(own.page, 'Send the appeal').click()
    await own.page.getByText('Your appeal is being looked at').waitFor()
    await look(own.page, `own-appeal-${width}`)
    await second.page.goto(`${url}/qa/cases`)
    await second.page.getByText('Others answer this: you had a part in it.').waitFor()
    const fresh = await seat(qa[2]!, width)
    await fresh.page.goto(`${url}/qa/cases`)
    await button(fresh.page, 'They are right').click()
    const answer = fresh.page.locator('dialog[open]')
    await answer.getByLabel(/^Answer/).fill('The call is in our records, and both were on it.')
    await look(fresh.page, `appeal-answer-${width}`)
    await button(answer as unknown as Page, 'Send the answer').click()
    await expect.poll(() => fresh.page.getByText('None waits.').count(), SOON).toBe(1)
    await own.page.reload()
    await own.page.getByText('Your appeal was right').first().waitFor()
    await second.page.goto(`${url}/qa/cases/${case_id}`)
    await second.page.getByText('The appeal was right', { exact: true }).waitFor()
    for (const words of [
      /Proposed: All pay waits/,
      /Said something to the case/,
      /Confirmed: All pay waits/,
      /Appealed: All pay waits/,
    ])
      await second.page.getByText(words).first().waitFor()
    await look(second.page, `case-trail-${width}`)
    expect([first, own, second, fresh].flatMap((s) => s.errors)).toEqual([])
    await Promise.all([own, second, fresh].map((s) => s.leave()))
  })
})

describe.each([360, 1280])('clusters, reports and amnesties at %i', (width) => {
  test('an operator opens cases from a cluster and a drive; people report, and declare their own', async () => {
    const people = await farm(`clu${width}`)
    await topUp(w, operator, 5_000, 'POINT')
    const at = await seat(operator, width)
    await at.page.goto(`${url}/operator/clusters`)
    await look(at.page, `clusters-${width}`)
    await at.page.getByRole('link', { name: '6 accounts' }).first().click()
    await at.page.getByRole('group', { name: 'Accounts and the links between them' }).waitFor()
    await look(at.page, `cluster-${width}`)
    for (const i of [1, 2]) await at.page.getByRole('checkbox', { name: new RegExp(`^Account ${i},`) }).check()
    await button(at.page, 'Open 2 cases').click()
    const why = at.page.locator('dialog[open]')
    await why.getByLabel(/^Why/).fill('They were paid out to one wallet.')
    await button(why as unknown as Page, 'Open 2 cases').click()
    await expect.poll(() => at.page.getByRole('link', { name: 'Open case' }).count(), SOON).toBe(2)

    await at.page.goto(`${url}/operator/drives`)
    await button(at.page, 'Open a drive').click()
    const form = at.page.locator('dialog[open]')
    await form.getByLabel('Title').fill(`Who comes as many? ${width}`)
    await form.getByLabel(/^What people read/).fill('Tell us of accounts that are one person’s, and how you know.')
    await form.getByLabel('Ends').fill(new Date(w.clock.now().getTime() + 5 * DAY).toISOString().slice(0, 16))
    await form.getByLabel(/^Currency/).selectOption('POINT')
    await form.getByLabel(/^For one confirmed group/).fill('100')
    await form.getByLabel(/^At most in all/).fill('300')
    await look(at.page, `drive-open-${width}`)
    await button(form as unknown as Page, 'Open a drive').click()
    await at.page.getByRole('link', { name: `Who comes as many? ${width}` }).waitFor()
    const amnesty = await operator.client.drives.open({
      body: {
        kind: 'amnesty',
        title: `Say it yourself ${width}`,
        words: 'Whoever has several accounts says so.',
        closes_at: new Date(w.clock.now().getTime() + 5 * DAY).toISOString(),
      },
    })

    const [reporter, main, other] = (await Promise.all(
      ['rosa', 'mona', 'otto'].map((h) => w.person(`${h}-${width}`)),
    )) as [Person, Person, Person]
    const by = await seat(reporter, width)
    await by.page.goto(`${url}/drives`)
    const drive = by.page.locator('section').filter({ hasText: `Who comes as many? ${width}` })
    await drive.getByLabel(/^Accounts/).fill(`clu${width}-5 clu${width}-6 clu${width}-7`)
    await drive.getByLabel(/^What you saw/).fill('All three wrote me the same words within a minute.')
    await button(drive as unknown as Page, 'Report 3 accounts').click()
    await by.page.getByText('Under review').first().waitFor()
    await look(by.page, `drives-${width}`)
    await at.page.goto(`${url}/operator/drives`)
    await at.page.getByRole('link', { name: `Who comes as many? ${width}` }).click()
    await at.page.getByText('All three wrote me the same words').waitFor()
    await look(at.page, `drive-reports-${width}`)
    await button(at.page, 'Open 3 cases').click()
    await expect.poll(() => at.page.getByRole('link', { name: 'Case', exact: true }).count(), SOON).toBe(3)
    await by.page.reload()
    // Of the cases nothing is told.
    await by.page.getByText('Under review').first().waitFor()

    await addMoney(w, other, { held: [20, 80] })
    const first = await seat(main, width)
    await first.page.goto(`${url}/drives`)
    const { code } = await main.client.drives.declare({ params: { drive_id: amnesty.drive_id }, body: {} })
    const second = await seat(other, width)
    await second.page.goto(`${url}/drives`)
    const card = second.page.locator('section').filter({ hasText: `Say it yourself ${width}` })
    await card.getByLabel('Code').fill(code)
    await button(card as unknown as Page, 'This account is mine too').click()
    await second.page.getByText('2 accounts are declared with this one').waitFor()
    await look(second.page, `amnesty-${width}`)
    const seats = [at, by, first, second]
    expect(seats.flatMap((s) => s.errors)).toEqual([])
    await Promise.all(seats.map((s) => s.leave()))
    expect(people).toHaveLength(9)
  })
})

test('a party to the drawing is shown nothing, in words', async () => {
  const people = await farm('party')
  await signal(people[0]!)
  await saveLinks(
    w.db,
    [{ a: qa[1]!.account_id, b: people[0]!.account_id, kind: 'device_shared', strength: fromNats(2), times: 1 }],
    w.clock.now(),
  )
  const case_id = (await people[0]!.client.standing.mine()).cases[0]!.case_id
  const party = await seat(qa[1]!, 360)
  await party.page.goto(`${url}/qa/cases/${case_id}`)
  await party.page
    .getByText(/about you or somebody you are kept apart from/)
    .first()
    .waitFor()
  expect(await party.page.getByRole('group', { name: /Accounts and the links/ }).count()).toBe(0)
  await party.leave()
})

test.each([
  ['360-rtl-dark', 360, 'dark', 'ar'],
  ['1280-rtl-dark', 1280, 'dark', 'ar'],
  ['1280-dark', 1280, 'dark', 'en'],
] as const)('a case is read as well in %s', async (name, width, theme, language) => {
  const [person] = (await farm(`look${name}`)) as [Person]
  await signal(person)
  const case_id = (await person.client.standing.mine()).cases[0]!.case_id
  const s = await sitDown(browser, { w, url, person: operator }, { width, theme, language })
  await s.page.goto(`${url}/qa/cases/${case_id}`)
  await s.page.locator('svg[role=group]').waitFor()
  await look(s.page, `case-${name}`)
  if (language === 'ar') {
    const { items } = await operator.client.clusters.list({ query: { limit: 1 } })
    await s.page.goto(`${url}/operator/clusters/${items[0]!.cluster_id}`)
    await s.page.locator('svg[role=group]').waitFor()
    await look(s.page, `cluster-${name}`)
    await s.page.goto(`${url}/operator/drives`)
    await look(s.page, `drives-run-${name}`)
  }
  const own = await sitDown(browser, { w, url, person }, { width, theme, language })
  await own.page.goto(`${url}/my-standing/${case_id}`)
  await look(own.page, `own-${name}`)
  expect([...s.errors, ...own.errors]).toEqual([])
  await Promise.all([s.leave(), own.leave()])
})
