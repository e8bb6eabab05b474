import type { Campaigns } from './campaigns.ts'
import { judge, type Basis } from './decisions.ts'
import type { Fact, Line } from './facts.ts'
import type { Counted, Findings } from './report.ts'
import { owed, textOf } from './rewards.ts'

type Of<K extends Fact[1]> = Extract<Fact, [string, K, ...unknown[]]>
const of = <K extends Fact[1]>(facts: readonly Fact[], kind: K): Of<K>[] =>
  facts.filter((f): f is Of<K> => f[1] === kind)

export type Checks = {
  campaigns: Campaigns
  basis: Basis
  findings: Findings
  counted: Counted
  undecided: { n: number }
}

/** Checks all that the log says of one piece of work: its decisions from its votes, its pay from its decisions. */
export function checkWork(work: string, facts: readonly Fact[], c: Checks): void {
  const [made] = of(facts, 'submitted')
  const [gold] = of(facts, 'gold')
  const reviews = of(facts, 'reviewed')
  const decisions = of(facts, 'decided')
  if (gold) return checkGold(gold, facts, c)
  if (!made) {
    const first = facts.find((f) => f[2] >= 0)
    if (first && first[1] !== 'in_window')
      c.findings.add({
        code: 'entry_removed',
        campaign: first[3],
        entry: first[2],
        message: `Entry ${first[2]} (${first[1]}) is about work ${work}, which was never handed in and is no gold item that was opened.`,
      })
    return
  }
  const [, , , campaign, version] = made
  const terms = c.campaigns.of(campaign).versions.get(version)
  const models = of(facts, 'model').map((f) => f[4])
  const added_ppm = of(facts, 'added')[0]?.[4] ?? 0
  const paid = of(facts, 'rewarded').map((f) => ({ at: f[2], lines: f[4] }))
  if (decisions.length === 0) c.undecided.n += 1

  for (const [, , at, , d] of decisions) {
    c.counted.decisions += 1
    const votes = reviews.filter((r) => r[4].round === d.round).map((r) => ({ ...r[4], at: r[2] }))
    for (const problem of judge(
      d,
      votes,
      models.filter((m) => m.round === d.round),
      c.basis,
    ))
      c.findings.add({
        code: problem.code,
        campaign,
        entry: problem.at ?? at,
        message: `Decision in entry ${at} (campaign ${campaign}, work ${work}, round ${d.round}): ${problem.message}`,
      })
    if (!terms) {
      c.findings.add({
        code: 'decision_differs',
        campaign,
        entry: at,
        message: `Decision in entry ${at}: version ${version} of campaign ${campaign} is not in the log.`,
      })
      continue
    }
    const limits = d.policy === 'redundancy' ? terms.redundancy : terms.reviews
    if (d.min !== limits.min || d.max !== limits.max)
      c.findings.add({
        code: 'decision_differs',
        campaign,
        entry: at,
        message: `Decision in entry ${at}: it was made with ${d.min} to ${d.max} votes, and version ${version} says ${limits.min} to ${limits.max}.`,
      })
    const factors = c.campaigns
      .of(campaign)
      .factors.filter((f) => f.day <= d.day)
      .map((f) => f.ppm)
    const may = owed(terms, {
      accepted: d.accepted,
      reviews: votes.filter((v) => !v.expert).length,
      added_ppm,
      factors: [1_000_000, ...factors],
    })
    comparePay(at, campaign, may, paid, c)
  }
  for (const p of paid)
    c.findings.add({
      code: 'reward_extra',
      campaign,
      entry: p.at,
      message: `Entry ${p.at} (campaign ${campaign}) pays ${textOf(p.lines)} for work ${work}, and no decision owes it.`,
    })
  checkWindows(facts, c)
}

/** A decision's pay is one of the entries on its work: the one that fits, else the nearest after it. */
function comparePay(
  at: number,
  campaign: string,
  may: readonly string[],
  paid: { at: number; lines: Line[] }[],
  c: Checks,
): void {
  const fits = paid.findIndex((p) => may.includes(textOf(p.lines)))
  if (fits >= 0) {
    paid.splice(fits, 1)
    c.counted.rewards += 1
    return
  }
  if (may.includes('nothing')) return
  const next = paid.findIndex((p) => p.at > at)
  const found = paid.splice(next < 0 ? 0 : next, 1)[0]
  if (found)
    c.findings.add({
      code: 'reward_differs',
      campaign,
      entry: found.at,
      message: `Entry ${found.at} (campaign ${campaign}) pays ${textOf(found.lines)}; the decision in entry ${at} owes ${may.join(', or ')}.`,
    })
  else
    c.findings.add({
      code: 'reward_missing',
      campaign,
      entry: at,
      message: `The decision in entry ${at} (campaign ${campaign}) owes ${may.join(', or ')}, and no entry pays it.`,
    })
}

/** A gold item is reviewed once and pays that review, and nothing decides on it. */
function checkGold(gold: Of<'gold'>, facts: readonly Fact[], c: Checks): void {
  const [work, , line, , { version }] = gold
  const reviews = of(facts, 'reviewed')
  const wrong = (message: string) =>
    c.findings.add({
      code: 'gold_differs',
      file: 'gold.jsonl',
      message: `Line ${-line} of gold.jsonl (work ${work}): ${message}`,
    })
  if (of(facts, 'submitted').length > 0 || of(facts, 'decided').length > 0)
    return wrong('this is work that was handed in, not a gold item.')
  if (reviews.length !== 1) return wrong(`it was reviewed ${reviews.length} times; a gold item is made for one person.`)
  const campaign = reviews[0]![3]
  const terms = c.campaigns.of(campaign).versions.get(version)
  const paid = of(facts, 'rewarded').map((f) => ({ at: f[2], lines: f[4] }))
  if (!terms) return wrong(`version ${version} of campaign ${campaign} is not in the log.`)
  const may = owed(terms, { accepted: false, reviews: 1, added_ppm: 0, factors: [] })
  comparePay(reviews[0]![2], campaign, may, paid, c)
  for (const p of paid)
    c.findings.add({
      code: 'reward_extra',
      campaign,
      entry: p.at,
      message: `Entry ${p.at} pays ${textOf(p.lines)} for gold work ${work}, which is paid already.`,
    })
  for (const w of of(facts, 'in_window'))
    if (w[4].correct !== gold[4].right)
      wrong(`window ${w[4].window} takes it for ${String(w[4].correct)}, and it is ${gold[4].right}.`)
  checkWindows(facts, c)
}

/** What a window's file says of this work is what its votes, decision and audits say. */
function checkWindows(facts: readonly Fact[], c: Checks): void {
  const rows = of(facts, 'in_window')
  if (rows.length === 0) return
  const decisions = of(facts, 'decided')
  const isGold = of(facts, 'gold').length > 0
  const audits = of(facts, 'audited').map((a) => a[4])
  const reviews = of(facts, 'reviewed').filter(
    (r) => !r[4].expert && r[4].approvals && Object.keys(r[4].approvals).length > 0,
  )
  const groups = new Map<string, Of<'in_window'>[]>()
  for (const row of rows) {
    const key = `${row[4].window}/${row[4].round}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  for (const group of groups.values()) {
    const [, , , campaign, { window, round }] = group[0]!
    const wrong = (message: string) =>
      c.findings.add({
        code: 'window_differs',
        campaign,
        file: `windows/${campaign}-${window}.jsonl`,
        message: `Window ${window} of campaign ${campaign}, work ${group[0]![0]}, round ${round}: ${message}`,
      })
    const said = reviews.filter((r) => r[4].round === round).map((r) => Object.values(r[4].approvals!).every(Boolean))
    const taken = { votes: sum(group.map((g) => g[4].votes)), approvals: sum(group.map((g) => g[4].approvals)) }
    if (said.filter(Boolean).length !== taken.approvals || said.length !== taken.votes)
      wrong(
        `it counts ${taken.approvals} approvals in ${taken.votes} votes; the log has ${said.filter(Boolean).length} in ${said.length}.`,
      )
    const decided = decisions.find((d) => d[4].round === round)
    if (!isGold && group.some((g) => g[4].accepted !== decided?.[4].accepted))
      wrong(`it takes the work for ${group[0]![4].accepted ? 'accepted' : 'rejected'}, and the log does not.`)
    if (!isGold && group.some((g) => g[4].correct !== null && audits.every((a) => a.correct !== g[4].correct)))
      wrong(`it takes the work for ${group[0]![4].correct ? 'right' : 'wrong'}, and no audit in the log found that.`)
    // How much an audit counts follows from the chance that took it.
    for (const { correct, chance_ppm } of group.map((g) => g[4]))
      if (correct !== null && !isGold && audits.length > 0 && audits.every((a) => a.chance_ppm !== chance_ppm))
        wrong(`it says the audit was drawn by the chance ${saidChance(chance_ppm)}, and the log says ${saidChance(audits[0]!.chance_ppm)}.`) // prettier-ignore
  }
}

const saidChance = (ppm: number | null): string => (ppm === null ? 'of all' : `${ppm} in a million`)
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
