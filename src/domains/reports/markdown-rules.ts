import { fixedRatio } from '../../engine/fixed.ts'
import type { DoubleGrading, Estimate, QaReading } from '../audits/contract.ts'
import { percent } from './caution-rules.ts'
import { duration, grouped as number } from './chart-rules.ts'
import type { Chart, Cost, Flow, Report, Share } from './contract.ts'
import { DEFINITIONS, type DefinitionKey } from './definitions-rules.ts'

/** Text of people, made safe to stand in a line of Markdown. */
export const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_{}[\]<>|#~!&]/g, (c) => `\\${c}`)

const share = (s: Share): string =>
  s.share === null ? 'none yet' : `${percent(s.share)} (${number(s.count)} of ${number(s.of)})`
const seconds = (s: number | null): string => (s === null ? 'none yet' : duration(s))
const words = (key: string): string => key.replaceAll('_', ' ')

function estimate(e: Estimate): string {
  if (e.share === null || e.low === null || e.high === null) return 'not known'
  const size =
    e.n_effective !== null && e.n_effective !== fixedRatio(e.n, 1, 1)
      ? `n = ${number(e.n)}, worth ${e.n_effective}`
      : `n = ${number(e.n)}`
  return `${percent(e.share)} (${percent(e.low)} to ${percent(e.high)}; ${size})`
}

/** An amount in its currency's main unit, the decimals by its scale. */
export function money(minor: string, scale: number): string {
  const [whole = '0', rest = ''] = minor.split('.')
  const digits = whole.padStart(scale + 1, '0')
  const main = number(digits.slice(0, digits.length - scale))
  const decimals = digits.slice(digits.length - scale) + rest
  return decimals ? `${main}.${decimals}` : main
}

type Row = [title: string, value: string, key: DefinitionKey]
const table = (rows: readonly Row[]): string =>
  [
    '| figure | value | what it means |',
    '|---|---|---|',
    ...rows.map(([title, value, key]) => `| ${title} | ${value} | ${DEFINITIONS[key]} |`),
  ].join('\n')
const grid = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((r) => `| ${r.join(' | ')} |`)].join(
    '\n',
  )

const flowRows = (f: Flow): Row[] => [
  ['submitted', number(f.submitted), 'submitted'],
  ['first versions', number(f.first_versions), 'first_versions'],
  [
    'revisions',
    `${number(f.revisions)} (${number(f.revisions_accepted)} of ${number(f.revisions_judged)} judged accepted)`,
    'revisions',
  ],
  ['automatic refusals', number(f.automatic_refusals), 'automatic_refusals'],
  ['withdrawn', number(f.withdrawn), 'withdrawn'],
  ['judged by peers', number(f.judged), 'judged'],
  ['accepted', share(f.acceptance), 'acceptance'],
  ['filtered out', share(f.filter_rate), 'filter_rate'],
  ['not yet decided', number(f.undecided), 'undecided'],
  ['appeals', number(f.appeals), 'appeals'],
  ['appeals upheld', number(f.appeals_upheld), 'appeals_upheld'],
  ['decided by an expert', number(f.decided_by_expert), 'decided_by_expert'],
  ...(f.inferred_agreement.of > 0
    ? [['agree with the inferred answer', share(f.inferred_agreement), 'inferred_agreement'] satisfies Row as Row]
    : []),
  ['accepted datapoints', number(f.accepted_datapoints), 'accepted_datapoints'],
]
const qaRows = (q: QaReading): Row[] => [
  ['precision', estimate(q.precision), 'precision'],
  ['agreement', estimate(q.agreement), 'agreement'],
  ['recall', estimate(q.recall), 'recall'],
  ['base rate', estimate(q.base_rate), 'base_rate'],
  ['not covered', number(q.not_covered), 'not_covered'],
]
const costLine = (c: Cost): string =>
  `${money(c.total_minor, c.scale)} ${c.currency} for ${number(c.accepted)} accepted = ${c.per_accepted_minor === null ? 'none yet' : `${money(c.per_accepted_minor, c.scale)} ${c.currency} each`}`
const doubles = (d: DoubleGrading): string =>
  d.pairs === 0
    ? 'none'
    : `${number(d.pairs)} pairs, ${number(d.agreed)} agreed (${d.agreement === null ? '' : percent(`${d.agreement}00`)}), kappa ${d.kappa ?? 'not defined'}; ${number(d.third_grades)} third grades, ${number(d.unresolved)} unresolved`

const ALT: Record<Chart, string> = {
  acceptance: 'Bars: share of judged first versions that peers accepted, by task class',
  qa: 'Whiskers: precision, agreement, recall and base rate with their intervals',
  time_to_decision: 'Histogram: time from hand-in to first decision',
  reviews_each: 'Histogram: reviews given by one person',
  approval: 'Histogram: how often reviewers approve',
  timeline: 'Lines: submissions, decisions and acceptances over time',
}

/** The report as Markdown. Charts are referred to by relative address, so that a folder or the server can hold them. */
export function markdownOf(r: Report, contentHash: string): string {
  const chart = (name: Chart) => `![${ALT[name]}](charts/${name}.svg)`
  const parts = [
    `# Season report: ${plain(r.season.name)}`,
    `${r.season.starts_at.slice(0, 10)} to ${r.season.ends_at.slice(0, 10)}. Made from ${number(r.made_from.events)} events, up to place ${r.made_from.until_seq} of the season's log${r.made_from.last_event_at ? ` (${r.made_from.last_event_at})` : ''}. ${DEFINITIONS.made_from} SHA-256 of the JSON: \`${contentHash}\`.`,
    '## What the data are',
    r.data.map((d) => `- ${plain(d.says)}`).join('\n') || 'No campaigns yet.',
    ...(r.cautions.length > 0 ? ['## Read this first', r.cautions.map((c) => `- ${plain(c.says)}`).join('\n')] : []),
    '## What happened',
    table([
      ['contributors', number(r.contributors), 'contributors'],
      ['reviewers', number(r.reviewers), 'reviewers'],
      ...flowRows(r.flow),
    ]),
    chart('timeline'),
    chart('acceptance'),
    '### By task class',
    grid(
      [
        'task class',
        'judged',
        'accepted',
        'filtered out',
        'precision',
        'agreement',
        'recall',
        'cost for each accepted',
      ],
      r.by_task_class.map((c) => [
        words(c.task_class),
        number(c.flow.judged),
        share(c.flow.acceptance),
        share(c.flow.filter_rate),
        estimate(c.qa.precision),
        estimate(c.qa.agreement),
        estimate(c.qa.recall),
        c.costs.map(each).join('; ') || '–',
      ]),
    ),
    '### By campaign',
    grid(
      [
        'campaign',
        'judged',
        'accepted',
        'precision',
        'agreement',
        'recall',
        'base rate',
        'cost for each accepted',
        'median time to decision',
      ],
      r.by_campaign.map((c) => [
        plain(c.title) || c.campaign_id,
        number(c.flow.judged),
        share(c.flow.acceptance),
        estimate(c.qa.precision),
        estimate(c.qa.agreement),
        estimate(c.qa.recall),
        estimate(c.qa.base_rate),
        c.costs.map(each).join('; ') || '–',
        seconds(c.time_to_decision.median_seconds),
      ]),
    ),
    '## What QA finds',
    `"Met QA" can be read two ways. *Precision* asks of what was accepted; *agreement* asks of every decision. *Recall* asks what happened to good work. ${DEFINITIONS.interval}`,
    table([...qaRows(r.qa.overall), ['double grading', doubles(r.qa.double_grading), 'double_grading']]),
    chart('qa'),
    ...(r.qa.plans.length > 0
      ? [
          '### The samples',
          grid(
            [
              'plan',
              'campaign',
              'drawn at',
              'seed',
              'accepted: drawn of',
              'rejected: drawn of',
              'hash of the ids drawn',
            ],
            r.qa.plans.map((d) => [
              d.plan_id,
              d.campaign_id,
              d.drawn_at,
              d.seed,
              drawnOf(d, true),
              drawnOf(d, false),
              `\`${d.drawn_hash}\``,
            ]),
          ),
        ]
      : []),
    ...inferenceParts(r),
    ...dueParts(r),
    '## What it cost',
    r.costs
      .map(
        (c) =>
          `- ${costLine(c)} (contributors ${money(c.contributors_minor, c.scale)}, reviewers ${money(c.reviewers_minor, c.scale)})`,
      )
      .join('\n') || 'Nothing was paid yet.',
    DEFINITIONS.cost,
    ...valueParts(r),
    "## The reviewers' work",
    table([
      ['reviews', number(r.reviewer_work.reviews), 'reviews'],
      ['reviews for each decision', r.reviewer_work.reviews_per_decision ?? 'none yet', 'reviews_per_decision'],
      [
        'reviews by one person',
        `median ${number(r.reviewer_work.reviews_each.median ?? 0)}, 90th percentile ${number(r.reviewer_work.reviews_each.p90 ?? 0)}, most ${number(r.reviewer_work.reviews_each.most ?? 0)}`,
        'reviews_each',
      ],
      ['approve rate', share(r.reviewer_work.approve_rate), 'approve_rate'],
      ['approved everything', number(r.reviewer_work.approved_everything), 'approved_everything'],
    ]),
    chart('reviews_each'),
    ...(r.reviewer_work.approval.length > 0 ? [chart('approval')] : []),
    '## Time to decision',
    `Half of first versions were decided within ${seconds(r.time_to_decision.median_seconds)}, nine in ten within ${seconds(r.time_to_decision.p90_seconds)} (n = ${number(r.time_to_decision.decisions)}). ${DEFINITIONS.time_to_decision}`,
    chart('time_to_decision'),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What the season is short of and what it would have to pay; nothing in a report made before that was reckoned. */
function valueParts({ value }: Report): string[] {
  if (!value || value.length === 0) return []
  const amount = (minor: string | null, p: { currency: string; scale: number }) =>
    minor === null ? `none yet in ${p.currency}` : `${money(minor, p.scale)} ${p.currency}`
  const rows = value.map((v) => [
    words(v.task_class),
    v.wanted === null ? 'not known' : number(v.wanted),
    number(v.accepted),
    v.shortfall === null ? 'not known' : number(v.shortfall),
    share(v.acceptance),
    seconds(v.median_seconds),
    v.prices.map((p) => amount(p.per_accepted_minor, p)).join('; ') || '–',
    v.prices.map((p) => amount(p.hour_minor, p)).join('; ') || '–',
    v.prices.map((p) => amount(p.price_minor, p)).join('; ') || '–',
  ])
  const KEYS = ['wanted', 'shortfall', 'value_acceptance', 'task_time', 'hour', 'price_for_median'] as const
  const HEADS = ['wanted', 'short of', 'accepted share', 'median time', 'an hour earns', 'price for that hour']
  return [
    '## Scarcity and value',
    grid(
      [
        'task class',
        'wanted',
        'accepted',
        'short of',
        'accepted share',
        'median time',
        'cost for each accepted',
        'an hour earns',
        'price for that hour',
      ],
      rows,
    ),
    KEYS.map((key, i) => `- *${HEADS[i]}*: ${DEFINITIONS[key]}`).join('\n'),
  ]
}

/** What was held against people and how often that was wrong; nothing in a season in which nothing was. */
function dueParts({ due_process: d }: Report): string[] {
  if (!d || d.cases.opened + d.sanctions === 0) return []
  const wrong = (w: typeof d.wrong): string =>
    w.share === null || w.low === null || w.high === null
      ? 'none yet'
      : `${percent(w.share)} (${percent(w.low)} to ${percent(w.high)}; ${number(w.count)} of ${number(w.of)})`
  const took = (t: { median_seconds: number | null; p95_seconds: number | null }): string =>
    `median ${seconds(t.median_seconds)}, 95th percentile ${seconds(t.p95_seconds)}`
  const { cases: c, appeals: a } = d
  return [
    '## Due process',
    table([
      [
        'cases',
        `${number(c.opened)} (${number(c.by_signal)} by a signal): ${number(c.sanctioned)} sanctioned, ${number(c.dismissed)} dismissed, ${number(c.lapsed)} lapsed`,
        'cases',
      ],
      ['sanctions that were wrong', wrong(d.wrong), 'sanctions_wrong'],
      ...d.by_action.map((s): Row => [`of them: ${s.action}`, wrong(s.wrong), 'sanctions_wrong']),
      ['pay that waited for nothing', `${number(c.waited_for_nothing)} of ${number(c.waited)}`, 'waited_for_nothing'],
      ['a case took', took(c), 'case_time'],
      [
        'appeals of sanctions',
        `${number(a.opened)}: ${number(a.upheld)} upheld, ${number(a.overdue)} not answered in time; ${took(a)}`,
        'case_time',
      ],
    ]),
  ]
}

/** How sure adaptive decisions were and how right, the certificates; nothing in a season without them. */
function inferenceParts({ inference: i }: Report): string[] {
  const parts: string[] = []
  if (i.decisions > 0)
    parts.push(
      '## How sure, and how right',
      table([
        [
          'adaptive decisions',
          `${number(i.decisions)}, of ${number(i.reviews)} reviews, ${i.reviews_each ?? '–'} each`,
          'adaptive',
        ],
        ['say they are right', i.stated_right === null ? 'none yet' : percent(i.stated_right), 'stated_right'],
        ...i.by_campaign.map((c): Row => [
          `campaign ${c.campaign_id}: saved against a majority of ${c.fixed_reviews ?? 'more than 31'}`,
          c.saved_reviews === null ? 'not comparable' : `${number(c.saved_reviews)} reviews`,
          c.saved_reviews === null ? 'fixed_reviews' : 'saved_reviews',
        ]),
      ]),
      `### Stated and confirmed\n\n${DEFINITIONS.calibration}`,
      grid(
        ['stated', 'decisions', 'mean stated', 'audited', 'confirmed'],
        i.calibration
          .filter((b) => b.decisions > 0)
          .map((b) => [
            `${b.from_bps / 100} to ${b.to_bps / 100} %`,
            number(b.decisions),
            b.stated === null ? '–' : percent(b.stated),
            number(b.audited),
            b.right === null ? 'not known' : percent(b.right),
          ]),
      ),
    )
  if (i.certificates.length > 0)
    parts.push(
      `## Certificates\n\n${DEFINITIONS.certified}`,
      grid(
        ['campaign', 'release', 'at least right', 'confidence', 'datapoints', 'audits', 'found wrong', 'certificate'],
        i.certificates.map((c) => [
          c.campaign_id,
          number(c.number),
          percent(c.at_least),
          percent(c.confidence),
          number(c.datapoints),
          number(c.audits),
          number(c.wrong),
          `\`${c.certificate_hash}\``,
        ]),
      ),
      `Certified-right datapoints for each 1,000 reviews: ${i.certified_per_1000_reviews ?? 'none yet'}.`,
    )
  return parts
}

const each = (c: Cost): string =>
  c.per_accepted_minor === null ? `none yet in ${c.currency}` : `${money(c.per_accepted_minor, c.scale)} ${c.currency}`
function drawnOf(d: Report['qa']['plans'][number], accepted: boolean): string {
  const s = d.strata.find((x) => x.accepted === accepted)
  return s ? `${number(s.drawn)} of ${number(s.population)}` : '–'
}
