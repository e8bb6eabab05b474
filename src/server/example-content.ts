import type { Draft } from '../domains/campaigns/contract.ts'
import type { BankQuestion, ExamSettings } from '../domains/exams/contract.ts'
import type { Form } from '../domains/templates/contract.ts'

const form: Form = {
  schema: {
    type: 'object',
    properties: {
      claim: { type: 'string', minLength: 20, maxLength: 240 },
      topic: { type: 'string', enum: ['nature', 'places', 'history', 'science', 'daily_life', 'culture'] },
      source: { type: 'string', format: 'uri' },
      support: { type: 'string', minLength: 30, maxLength: 800 },
      confidence: { type: 'integer', minimum: 1, maximum: 5 },
      surprise: { type: 'string', maxLength: 240 },
    },
    required: ['claim', 'topic', 'source', 'support', 'confidence'],
    additionalProperties: false,
  },
  ui: {
    order: ['claim', 'topic', 'source', 'support', 'confidence', 'surprise'],
    questions: {
      claim: {
        widget: 'short_text',
        title: 'A fact, in one sentence',
        help: 'Something that anyone can check. One fact only, in your own words.',
        placeholder: 'The Nile flows from south to north.',
      },
      topic: {
        widget: 'choice',
        title: 'What is it about?',
        labels: {
          nature: 'Nature and animals',
          places: 'Places',
          history: 'History',
          science: 'Science',
          daily_life: 'Everyday life',
          culture: 'Culture',
        },
      },
      source: {
        widget: 'link',
        title: 'Where can a reviewer check it?',
        help: 'A page that says this very thing and opens without signing in.',
        placeholder: 'https://',
      },
      support: {
        widget: 'long_text',
        title: 'How does the page support it?',
        help: 'Name the part of the page, and quote or retell the sentence that matters.',
      },
      confidence: { widget: 'scale', title: 'How sure are you?', min_label: 'Not sure', max_label: 'Certain' },
      surprise: {
        widget: 'short_text',
        title: 'What surprised you about it?',
        help: 'You may leave this out; reviewers do not judge it.',
      },
    },
  },
}

/** The campaign that every new installation shows: small, friendly, open to all, in our own words. */
export const EXAMPLE: Draft = {
  title: 'Everyday facts, well sourced',
  task_class: 'simple_research',
  mode: 'review',
  difficulty: 'beginner',
  knowledge_area: 'general knowledge',
  language: 'en',
  open_collection: true,
  quota: 200,
  pilot_size: 0,
  deadline: null,
  form,
  instructions: {
    body: [
      'Write down one fact that you find worth knowing, and show where it can be checked. Short is fine; right is what counts.',
      '',
      '1. Choose a fact that does not depend on opinion, and that will still be true next year.',
      '2. Find a page that says it: an encyclopaedia, a museum, a public office, a scientific paper. Open the link once more before you hand it in.',
      '3. Say in a sentence or two how the page supports the fact.',
      '4. Say honestly how sure you are. A modest answer is never marked down for being modest.',
      '',
      'When you review: open the link and look for the fact. Approve a question when it holds up; disapprove it when it does not, and say why. A link that does not open is a disapproval. You are paid for reviewing with care, whatever you decide.',
      '',
      'This is a campaign to try things out with: points are not money, one review decides, and the first few submissions are samples that we wrote, some of them wrong on purpose.',
    ].join('\n'),
    good_examples: [
      {
        text: 'Claim: The Great Barrier Reef lies off the coast of Queensland, Australia.\nSource: https://en.wikipedia.org/wiki/Great_Barrier_Reef\nSupport: The first paragraph says that the reef is in the Coral Sea, off the coast of Queensland.',
        why: 'One fact, a page that says exactly this, and the place on the page where it says so.',
      },
      {
        text: 'Claim: Water boils at a lower temperature on a high mountain than at the sea.\nSource: https://en.wikipedia.org/wiki/Boiling_point\nSupport: The page explains that a liquid boils where its vapour pressure equals the pressure around it, which falls with height.',
        why: 'An everyday fact, checked against a page that gives the reason as well.',
      },
    ],
    bad_examples: [
      { text: 'Claim: Paris is the most beautiful city in the world.', why: 'An opinion. Nobody can check it.' },
      {
        text: 'Claim: Honey never goes off.\nSource: https://example.org\nSupport: Everyone knows this.',
        why: 'The page says nothing about honey, and "everyone knows" supports nothing.',
      },
      {
        text: 'Claim: The Amazon is long, it has many fish, and it was explored in the 16th century.',
        why: 'Three facts in one sentence: if one is wrong, what should the reviewer say?',
      },
    ],
  },
  settings: {
    prices: [{ currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 500 }],
    bonus_benchmark: { min_decided: 3, accepted_bps: 8_000 },
    reviews: { min: 1, max: 3 },
    redundancy: { min: 1, max: 1 },
    attempts_per_item: 3,
    lease_seconds: 3_600,
    revision_seconds: 86_400,
    decision_deadline_seconds: 3 * 86_400,
    min_seconds_contribute: 20,
    min_seconds_review: 5,
    batch_size: 1,
    caps: { contribute_total: 50, contribute_daily: 20, review_total: null, review_daily: 100 },
    may_do_both: true,
  },
  consent: {
    terms:
      'Write your own words, about things that are public, and about no private person. What is accepted may be published under the licence below, under a pseudonym. You can take your work back at any time.',
    licence: 'CC-BY-4.0',
    adults_only: false,
    countries: null,
    personal_data: null,
  },
}

export const EXAMPLE_EXAM: ExamSettings = {
  draw_count: 3,
  pass_bps: 6_600,
  cooldown_seconds: 60,
  reviewer_bps: 6_600,
  time_limit_seconds: 1_800,
}

const choose = (
  prompt: string,
  title: string,
  options: Record<string, string>,
  right: string,
  explanation: string,
): BankQuestion => ({
  prompt,
  explanation,
  answer: { answer: right },
  form: {
    schema: {
      type: 'object',
      properties: { answer: { type: 'string', enum: Object.keys(options) } },
      required: ['answer'],
    },
    ui: { order: ['answer'], questions: { answer: { widget: 'choice', title, labels: options } } },
  },
})

/** Ten easy questions; each person is asked three of them. */
export const EXAMPLE_QUESTIONS: readonly BankQuestion[] = [
  choose(
    'Somebody hands in: "Vienna is nicer than Rome."',
    'What is the matter with it?',
    { opinion: 'It is an opinion', short: 'It is too short', old: 'It is out of date', fine: 'Nothing' },
    'opinion',
    'Nobody can check what is nicer.',
  ),
  choose(
    'The claim is right, but the link opens an error page.',
    'What does a reviewer do with the source?',
    {
      disapprove: 'Disapprove it and say that the link is broken',
      approve: 'Approve it, since the claim is right',
      skip: 'Nothing',
      search: 'Replace it by a better link',
    },
    'disapprove',
    'A link that does not open is a disapproval.',
  ),
  choose(
    'You want to show that Mount Everest is the highest mountain above sea level.',
    'Which source is best?',
    {
      survey: 'The page of a national mapping agency that gives its height',
      forum: 'A forum where somebody says so',
      film: 'The trailer of a film about climbing',
      own: 'A photo that you took',
    },
    'survey',
    'It is closest to the measurement and can be checked by anyone.',
  ),
  choose(
    '"The Pacific is the largest ocean, and it is the deepest, and Magellan named it."',
    'How would you hand this in?',
    {
      one: 'As one fact; the others as separate submissions',
      all: 'As it is',
      none: 'Not at all',
      longer: 'With more facts, to make it worth while',
    },
    'one',
    'One fact for each submission, so that each can be judged.',
  ),
  choose(
    'You are fairly sure of a fact, but the page leaves some doubt.',
    'What do you answer to "How sure are you?"',
    {
      three: 'Something in the middle',
      five: 'The highest, to look competent',
      leave: 'Nothing',
      one: 'Always the lowest',
    },
    'three',
    'Say what is true; modesty is never marked down.',
  ),
  choose(
    'A page says: "Octopuses have three hearts."',
    'Which claim does it support?',
    {
      three: 'An octopus has three hearts',
      blood: 'The blood of an octopus is blue',
      eight: 'An octopus has eight arms',
      old: 'Octopuses live for three years',
    },
    'three',
    'A source supports what it says, and nothing else.',
  ),
  choose(
    'You review a submission and guess who wrote it.',
    'Does that change your review?',
    {
      no: 'No, only the work counts',
      friend: 'Yes, if it is a friend',
      rival: 'Yes, if it is a rival',
      stop: 'Yes, I approve to be polite',
    },
    'no',
    'Reviews are blind in both directions for this reason.',
  ),
  choose(
    'Which of these will still be true next year?',
    'Choose the best fact to hand in.',
    {
      boil: 'Water is made of hydrogen and oxygen',
      price: 'A loaf of bread costs 3 euros',
      weather: 'It is raining in Oslo',
      score: 'The local team leads the league',
    },
    'boil',
    'The others change from day to day.',
  ),
  choose(
    'The claim is right and the link opens, but the page never mentions the claim.',
    'Is the source good?',
    {
      no: 'No, it does not support the claim',
      yes: 'Yes, it opens',
      half: 'Half',
      other: 'Yes, if the page is well known',
    },
    'no',
    'A source has to say the very thing.',
  ),
  choose(
    'You see a home address and a telephone number of a private person in a submission.',
    'What do you do?',
    {
      unsafe: 'Disapprove it as unsafe',
      approve: 'Approve it, if they are right',
      copy: 'Copy them into a comment',
      call: 'Call to check',
    },
    'unsafe',
    'Nothing about private persons belongs here.',
  ),
]

/** Samples for the first reviewers: three that hold up and three that do not. */
export const EXAMPLE_SAMPLES: readonly Record<string, unknown>[] = [
  {
    claim: 'The Nile flows from south to north and ends in the Mediterranean Sea.',
    topic: 'places',
    source: 'https://en.wikipedia.org/wiki/Nile',
    support: 'The introduction says that the river flows northward and empties into the Mediterranean Sea.',
    confidence: 5,
  },
  {
    claim: 'The Sun is a planet of the Solar System, and the largest one.',
    topic: 'science',
    source: 'https://en.wikipedia.org/wiki/Sun',
    support: 'The page is about the Sun and says that it is the largest object of the Solar System.',
    confidence: 4,
  },
  {
    claim: 'An octopus has three hearts, two of which pump blood through the gills.',
    topic: 'nature',
    source: 'https://en.wikipedia.org/wiki/Octopus',
    support:
      'In the part on circulation: one systemic heart and two branchial hearts that pump blood through the gills.',
    confidence: 5,
  },
  {
    claim: 'Everybody agrees that tea tastes better than coffee in the morning.',
    topic: 'daily_life',
    source: 'https://en.wikipedia.org/wiki/Tea',
    support: 'Tea is the most widely drunk beverage after water, so it has to taste better.',
    confidence: 5,
  },
  {
    claim: 'The printing press with movable metal type came to Europe in the 15th century.',
    topic: 'history',
    source: 'https://en.wikipedia.org/wiki/Movable_type',
    support: 'The page says that Johannes Gutenberg introduced the metal movable-type press in Europe around 1450.',
    confidence: 4,
  },
  {
    claim: 'Honey was invented in Switzerland in 1901 by the chemist Hans Honig.',
    topic: 'culture',
    source: 'https://www.example.org/honey',
    support: 'It says so on the page, somewhere near the bottom, in a box on the right.',
    confidence: 3,
  },
]
