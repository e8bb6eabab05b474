import { fixed } from '../../engine/fixed.ts'
import { estimate, type Figure } from '../../engine/intervals.ts'
import type { Form } from '../templates/contract.ts'
import type { Diversity } from '../checks/diversity/contract.ts'
import { varietyOf } from './card-variety-rules.ts'
import type { ReleaseCounts, ReleaseFile } from './contract.ts'
import { type Agreed, dayOf, licenceId } from './rules.ts'

/** What a version says that its card needs. */
type CardVersion = {
  version: number
  form: Form
  instructions: { body: string }
  settings: { reviews: { min: number; max: number }; redundancy: { min: number; max: number } }
  consent: { licence: string; personal_data: string | null }
}
export type CardFacts = {
  campaign: {
    id: string
    title: string
    task_class: string
    mode: 'review' | 'redundancy'
    language: string
    is_restricted: boolean
  }
  number: number
  note: string
  cut_at: Date
  counts: ReleaseCounts
  agreed: readonly Agreed[]
  newest: CardVersion
  used: readonly CardVersion[]
  files: readonly ReleaseFile[]
  predecessor: number | null
  figures: { first_accepted: number; first_decided: number; items_done: number; items_unresolved: number }
  audits: readonly { accepted: boolean; population: number; n: number; right: number; unresolved: number }[]
  diversity: Diversity
}

/** The dataset card: front matter that Hugging Face reads, then what a person should know before using the data. */
export const cardOf = (f: CardFacts): string => `---\n${frontMatter(f)}---\n\n${body(f)}`

/** The card without its front matter. */
export const withoutFrontMatter = (card: string): string => card.replace(/^---\n[\s\S]*?\n---\n+/, '')

/** YAML reads a JSON string as the same text, whatever is in it. */
const yaml = (s: string): string => JSON.stringify(s)
const oneLine = (s: string): string => s.replace(/\s+/g, ' ').trim()
/** Text of people inside Markdown: nothing in it can start a tag, a link or a table cell. */
const plain = (s: string): string => oneLine(s).replace(/[\\`*_[\]<>|#]/g, (c) => `\\${c}`)
const quoted = (s: string): string =>
  s
    .split(/\r\n?|\n/)
    .map((line) => `> ${line.replace(/[<>]/g, (c) => (c === '<' ? '&lt;' : '&gt;'))}`.trimEnd())
    .join('\n')

function frontMatter(f: CardFacts): string {
  const ids = [...new Set(f.agreed.map((a) => licenceId(a.licence) ?? 'other'))]
  const licences = ids.length === 1 ? ids[0]! : 'other'
  const has = (name: string) => f.files.some((file) => file.name === name)
  const configs = [
    ['items', 'data.parquet'],
    ['annotations', 'annotations.parquet'],
    ...(has('gold.parquet') ? [['gold', 'gold.parquet']] : []),
    ...(has('preferences.jsonl') ? [['preferences', 'preferences.jsonl']] : []),
  ] as [string, string][]
  return [
    `pretty_name: ${yaml(oneLine(f.campaign.title))}`,
    `license: ${licences}`,
    ...(licences === 'other'
      ? [`license_name: ${yaml(oneLine([...new Set(f.agreed.map((a) => a.licence))].join('; ')))}`]
      : []),
    'language:',
    `- ${yaml(f.campaign.language)}`,
    'annotations_creators:',
    '- crowdsourced',
    'language_creators:',
    `- ${f.campaign.mode === 'review' ? 'crowdsourced' : 'found'}`,
    'task_categories:',
    ...categoriesOf(f).map((c) => `- ${c}`),
    'size_categories:',
    `- ${sizeOf(f.counts.datapoints)}`,
    'tags:',
    '- assay',
    '- human-labelled',
    `- ${f.campaign.mode === 'review' ? 'peer-reviewed' : 'redundant-labels'}`,
    ...(f.campaign.is_restricted ? ['- not-for-all-audiences'] : []),
    'configs:',
    ...configs.flatMap(([name, file], i) => [
      `- config_name: ${name}`,
      `  data_files: ${file}`,
      ...(i === 0 ? ['  default: true'] : []),
    ]),
    '',
  ].join('\n')
}

/** Hugging Face's task names, from what the form asks and the item shows. */
function categoriesOf({ campaign, newest }: CardFacts): string[] {
  const widgets = new Set(newest.form.ui.order.map((key) => newest.form.ui.questions[key]?.widget))
  const showsImage = newest.form.ui.item?.some((i) => i.as === 'image') ?? false
  const found = [
    ...(widgets.has('choice') || widgets.has('choices') || widgets.has('scale')
      ? [showsImage ? 'image-classification' : 'text-classification']
      : []),
    ...(widgets.has('preference') || widgets.has('ranking') ? ['text-ranking'] : []),
    ...(widgets.has('long_text') || widgets.has('short_text')
      ? [campaign.task_class === 'labelling' ? 'text-generation' : 'question-answering']
      : []),
  ]
  return found.length > 0 ? found : ['other']
}

function sizeOf(n: number): string {
  const steps = [
    [1_000, 'n<1K'],
    [10_000, '1K<n<10K'],
    [100_000, '10K<n<100K'],
    [1_000_000, '100K<n<1M'],
    [10_000_000, '1M<n<10M'],
  ] as const
  return steps.find(([below]) => n < below)?.[1] ?? '10M<n<100M'
}

const percent = (share: number): string => `${fixed(share * 100, 1)} %`
const count = (n: number, one: string, many: string): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`

function body(f: CardFacts): string {
  const { campaign, counts, newest } = f
  const review = campaign.mode === 'review'
  const sections: [string, string][] = [
    [
      'What this is',
      [
        `Release ${f.number} of the campaign "${plain(campaign.title)}" (${campaign.task_class.replaceAll('_', ' ')}, language ${plain(campaign.language)}): ${count(counts.datapoints, 'datapoint', 'datapoints')}, ` +
          `with ${count(counts.annotations, 'row', 'rows')} of raw labels by ${count(counts.workers, 'person', 'people')}. It holds what was final on ${dayOf(f.cut_at)} and never changes; \`manifest.json\` has the SHA-256 of every file.`,
        ...(f.note ? [quoted(f.note)] : []),
        ...(f.predecessor === null ? [] : [`It succeeds release ${f.predecessor}.`]),
        ...(campaign.is_restricted
          ? [
              '**Restricted.** It may hold text written to make models misbehave. It is for people with the right to restricted data and is not published.',
            ]
          : []),
      ].join('\n\n'),
    ],
    [
      'How it was collected',
      [
        `Contributors worked in Assay under these instructions (version ${newest.version}):`,
        quoted(newest.instructions.body),
        review
          ? `Each submission was judged blind by independent reviewers, question by question, with ${policies(f, (v) => v.settings.reviews)} reviews; a split went to a fresh reviewer, then an expert. A submission was accepted when every required question was. Authors could revise rejected work once, or appeal to fresh reviewers.`
          : `Each item was answered by ${policies(f, (v) => v.settings.redundancy)} people who did not see each other's answers. The answer in \`data\` is inferred for each required question: the plurality for a choice or preference, the options that more than half chose, the median of numbers that agree, the Borda order of rankings. \`probability\` is the share of answers that agree with it.`,
      ].join('\n\n'),
    ],
    ['Questions', questionTable(newest.form)],
    ['Quality', quality(f)],
    ['Variety', varietyOf(f.diversity)],
    ['Files', filesTable(f)],
    ['Reading it', READING(review)],
    [
      'People and privacy',
      [
        `\`worker\`${review ? ' and `contributor`' : ''} are pseudonyms made for this release: the same person has the same one throughout, and another in every other release. Times are given by day. Names, addresses and accounts are not in the data.`,
        personal(f),
        'People may withdraw their work. `revocations.json` lists what earlier releases held and may not be used any more; please drop those datapoints from copies of them, and look for a successor of this release now and then.',
      ].join('\n\n'),
    ],
    [
      'Licence and consent',
      [...new Set(f.used.map((v) => v.consent.licence))]
        .map(
          (l) =>
            `- ${plain(l)} (version ${f.used
              .filter((v) => v.consent.licence === l)
              .map((v) => v.version)
              .join(', ')} of the campaign)`,
        )
        .join('\n') +
        '\n\nContributors agreed to these terms before they took part; `version` in `data` says which applied.',
    ],
    ['Limits', limits(f)],
  ]
  return `# ${plain(campaign.title)}\n\n${sections.map(([title, text]) => `## ${title}\n\n${text}\n`).join('\n')}`
}

/** "3 to 5", or each version's own when they differ. */
function policies(f: CardFacts, of: (v: CardVersion) => { min: number; max: number }): string {
  const said = [
    ...new Set(f.used.map((v) => (of(v).min === of(v).max ? `${of(v).min}` : `${of(v).min} to ${of(v).max}`))),
  ]
  return said.length > 0 ? said.join(' or ') : 'several'
}

function questionTable(form: Form): string {
  const required = new Set((form.schema as { required?: string[] }).required ?? [])
  const rows = form.ui.order.map((key) => {
    const q = form.ui.questions[key]!
    return `| \`${key}\` | ${q.widget.replaceAll('_', ' ')} | ${required.has(key) ? 'yes' : 'no'} | ${plain(q.title)} |`
  })
  return `| key | kind | required | question |\n|---|---|---|---|\n${rows.join('\n')}`
}

function quality(f: CardFacts): string {
  const { first_accepted, first_decided, items_done, items_unresolved } = f.figures
  const share = (part: number, of: number) =>
    of === 0
      ? 'nothing was decided yet'
      : `${percent(part / of)} (${part.toLocaleString('en-US')} of ${of.toLocaleString('en-US')})`
  const first =
    f.campaign.mode === 'review'
      ? `**Acceptance** of first versions that peers judged, revisions apart: ${share(first_accepted, first_decided)}.`
      : `**Resolved** items, of those that got their answers: ${share(items_done, items_done + items_unresolved)}. Raw labels of unresolved items are in \`annotations\` with \`resolved\` false.`
  const graded = f.audits.reduce((n, s) => n + s.n, 0)
  if (graded === 0)
    return `${first}\n\n**QA**: nobody has audited a random sample of this campaign yet, so nothing here says how much of the accepted work is right. Acceptance is not accuracy.`
  const strata = f.audits.map(({ accepted, population, n, right }) => ({ accepted, population, n, right }))
  const row = (name: string, figure: Figure, meaning: string) => {
    const e = estimate(figure, strata)
    return e.share === null || !e.interval
      ? `| ${name} | not measured | | 0 | ${meaning} |`
      : `| ${name} | ${percent(e.share)} | ${percent(e.interval.low)} to ${percent(e.interval.high)} | ${e.n} | ${meaning} |`
  }
  const unresolved = f.audits.reduce((n, s) => n + s.unresolved, 0)
  return (
    `${first}\n\n**QA** graded a random sample of decided work, blind to the verdict (${graded} pieces${unresolved > 0 ? `, and ${unresolved} more on which graders disagreed evenly` : ''}):\n\n` +
    '| figure | value | 95 % interval (Wilson) | n | meaning |\n|---|---|---|---|---|\n' +
    [
      row('precision', 'precision', 'of accepted work, how much is right'),
      row('agreement', 'agreement', 'of all verdicts, how many QA confirms'),
      row('recall', 'recall', 'of right work, how much was accepted'),
    ].join('\n')
  )
}

const ABOUT: Readonly<Record<string, string>> = {
  'data.jsonl': 'one datapoint a line, nested: the reference form',
  'data.csv': 'the same, flat',
  'data.parquet': 'the same, flat; config `items`',
  'annotations.csv': 'raw long table `task,worker,label`',
  'annotations.parquet': 'the same; config `annotations`',
  'gold.csv': 'aggregated answers with the share that agrees',
  'gold.parquet': 'the same; config `gold`',
  'preferences.jsonl': '`prompt`, `chosen`, `rejected` as TRL reads them; ties left out',
  'provenance.jsonl': 'where each datapoint comes from: version, policy, commitment in the evidence log',
  'label-studio.json': 'tasks with annotations for Label Studio',
  'label-studio.xml': 'the labeling configuration for them',
  'revocations.json': 'what of earlier releases may not be used any more',
}

const filesTable = (f: CardFacts): string =>
  `| file | records | what |\n|---|---|---|\n${f.files.map((file) => `| \`${file.name}\` | ${file.rows === null ? '' : file.rows.toLocaleString('en-US')} | ${ABOUT[file.name] ?? ''} |`).join('\n')}`

const READING = (review: boolean): string =>
  [
    '- `id` names a datapoint here and in later releases of this campaign; `task` in `annotations` is the same name. It says nothing about when or by whom it was made.',
    '- In CSV and Parquet an answer is a column `answer_<question>`; lists, and `data` (the item as it was given), are JSON text.',
    '- In CSV every text cell is quoted. A text that a spreadsheet could run as a formula, that begins with an apostrophe, or that is empty, has one apostrophe put before it: take one leading apostrophe off each text cell to get the text back. An empty cell is no value.',
    review
      ? '- `annotations` has one row for each vote of a reviewer: `label` 1 approves, 0 disapproves. Votes on work that was finally rejected are there too, with `accepted` false and without the work, because a table of accepted work alone would make every reviewer look alike. For Dawid–Skene take one `question` at a time.'
      : "- `annotations` has one row for each person's answer to each question; `label` is text, or JSON for numbers and lists.",
    '- Offsets and lengths in text count Unicode code points; text is kept exactly as it was written.',
  ].join('\n')

function personal(f: CardFacts): string {
  const asked = [...new Set(f.used.flatMap((v) => (v.consent.personal_data === null ? [] : [v.consent.personal_data])))]
  return asked.length === 0
    ? 'The task asked for no personal data. Free text may still hold some; please report it.'
    : `The task asked for personal data, and contributors were told:\n\n${asked.map(quoted).join('\n\n')}\n\nWhere it did, \`contributor\` is left out so that texts of one person cannot be put side by side.`
}

function limits(f: CardFacts): string {
  return [
    '- Contributors chose themselves; they are no sample of any population, and people or languages may be missing.',
    f.campaign.mode === 'review'
      ? '- Reviewers judged what they could check. Accepted means that peers found nothing wrong, and peers share blind spots.'
      : '- Agreement is not truth: people who err alike agree. Items that stayed unresolved are left out of `data`, so `data` is easier than the world.',
    ...(f.used.length > 1
      ? [
          `- Instructions or form changed while it was collected (versions ${f.used.map((v) => v.version).join(', ')}); compare by \`version\` before mixing.`,
        ]
      : []),
  ].join('\n')
}
