import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkProblems, checkedQuestions } from '../campaigns/check-rules.ts'
import { CHECK_KINDS, type Check } from '../campaigns/checks/contract.ts'
import type { Question } from '../templates/contract.ts'
import { CHECK_CODES } from './contract.ts'
import { checkLanguage } from './language.ts'
import { linkFinding } from './link-rules.ts'
import { coveragePpm, likeness, nearFinding, printOf } from './novelty-rules.ts'
import { outcomeOf, pauseAfter, reasonsOf, rejectedQuestions, resultOf, type Finding, type Result } from './rules.ts'
import {
  checkGibberish,
  checkLength,
  checkOddText,
  checkPace,
  checkPersonalData,
  checkProfanity,
  countWords,
} from './text-rules.ts'

const check = (given: Partial<Check> = {}): Check => ({ kind: 'length', on_fail: 'reject', ...given })
const codeOf = (f: Finding) => (f.found === 'nothing' ? undefined : (f.code ?? f.found))
const PLAIN =
  'Honey bees dance on the comb to tell their sisters in which direction and how far away the flowers are that they found.'

describe('what follows from a finding', () => {
  const something: Finding = { found: 'something', code: 'too_short' }
  test.each([
    ['a check that may reject fails', check(), something, 'fail'],
    ['one that may not only points out', check({ on_fail: 'flag' }), something, 'flag'],
    ['so does evidence that carries no more', check(), { ...something, evidence: { flag_only: true } }, 'flag'],
    ['what is unknown is left to people', check(), { found: 'unknown' }, 'undecided'],
    ['nothing is nothing', check(), { found: 'nothing' }, 'pass'],
  ] as const)('%s', (_, c, finding, verdict) => {
    expect(resultOf(c, 'q', finding, 10).verdict).toBe(verdict)
  })

  const verdicts = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', ''), fc.constantFrom('pass', 'fail', 'flag', 'undecided')), { maxLength: 8 }) // prettier-ignore
  const results = verdicts.map((all) => all.map(([question, verdict]) => ({ ...resultOf(check(), question, { found: 'nothing' }, 0), verdict }) as Result)) // prettier-ignore
  test('only a failure rejects, whatever else is found; and then a judged question is rejected', () => {
    fc.assert(
      fc.property(results, (all) => {
        const fails = all.some((r) => r.verdict === 'fail')
        expect(outcomeOf(all)).toBe(fails ? 'reject' : 'review')
        expect(reasonsOf(all)).toHaveLength(all.filter((r) => r.verdict === 'fail').length)
        const decided = rejectedQuestions(all, ['a', 'b'])
        expect(Object.keys(decided)).toEqual(['a', 'b'])
        if (fails) expect(Object.values(decided)).toContain(false)
      }),
    )
  })
  test('planted fault: an outcome that goes by flags would reject what it may not', () => {
    const flagged = [resultOf(check({ on_fail: 'flag' }), 'a', something, 0)]
    const planted = (all: readonly Result[]) => (all.some((r) => r.verdict !== 'pass') ? 'reject' : 'review')
    expect([outcomeOf(flagged), planted(flagged)]).toEqual(['review', 'reject'])
  })
  test('a failed question alone is rejected; a failure of something that nobody judges rejects all', () => {
    const failed = (question: string) => [resultOf(check(), question, something, 0)]
    expect(rejectedQuestions(failed('a'), ['a', 'b'])).toEqual({ a: false, b: true })
    expect(rejectedQuestions(failed('source'), ['a', 'b'])).toEqual({ a: false, b: false })
    expect(rejectedQuestions(failed(''), ['a', 'b'])).toEqual({ a: false, b: false })
  })
  test('another try comes later each time, and not in years', () => {
    expect([1, 2, 3].map(pauseAfter)).toEqual([5_000, 20_000, 80_000])
    expect(pauseAfter(1_000)).toBeLessThan(86_400_000)
  })
})

describe('settings of checks', () => {
  const questions: Question[] = [
    { key: 'fact', required: true, widget: 'long_text' },
    { key: 'source', required: false, widget: 'link' },
    { key: 'kind', required: true, widget: 'choice' },
  ]
  const codes = (checks: Check[], mode: 'review' | 'redundancy' = 'review', asked = questions) =>
    checkProblems(checks, mode, asked).map((p) => `${p.field.replace('/settings/checks/', '')} ${p.code}`)
  test.each([
    ['length without a limit', [check()], ['0/min_words required']],
    ['turned around', [check({ min_words: 5, max_words: 4 })], ['0/max_words bad_range']],
    ['twice the same', [check({ min_words: 1 }), check({ min_words: 2 })], ['1/kind named_twice']],
    ['rejecting rude words', [check({ kind: 'profanity' })], ['0/on_fail flag_only']],
    ['rejecting personal data', [check({ kind: 'personal_data' })], ['0/on_fail flag_only']],
    ["another check's limit", [check({ kind: 'pace', max_words_per_minute: 9, min_words: 1 })], ['0/min_words not_of_this_check']], // prettier-ignore
    ['pace without a limit', [check({ kind: 'pace' })], ['0/max_words_per_minute required']],
    ['a judge without rubric and cap', [check({ kind: 'model_judge' })], ['0/rubric required', '0/max_calls required']],
    ['new above same', [check({ kind: 'near_duplicate', new_bps: 7_000 })], ['0/new_bps bad_range']],
    ['no such question', [check({ min_words: 1, questions: ['nothing'] })], ['0/questions/0 unknown_question']],
    ['a question it cannot read', [check({ kind: 'link', questions: ['fact'] })], ['0/questions/0 not_readable']],
    ['all that is right', [check({ min_words: 1 }), check({ kind: 'link' }), check({ kind: 'model_judge', rubric: 'r', max_calls: 1 })], []], // prettier-ignore
  ] as const)('%s', (_, checks, wrong) => {
    expect(codes([...checks])).toEqual([...wrong])
  })
  test('nothing to read, and nobody to review', () => {
    expect(codes([check({ kind: 'link' })], 'review', [questions[0]!])).toEqual(['0/kind nothing_to_check'])
    expect(codes([check({ min_words: 1 })], 'redundancy')).toEqual(['0/kind review_only'])
  })
  test('a judge reads what reviewers judge; others what they can read', () => {
    const read = (kind: Check['kind']) => checkedQuestions(check({ kind }), questions)
    expect(CHECK_KINDS.map((k) => read(k).join())).toEqual([
      ...Array.from({ length: 9 }, () => 'fact'),
      'source',
      'fact,kind',
      'fact',
    ])
  })
})

describe('reading texts', () => {
  test.each([
    ['', 0],
    ["It's well-known, isn't it?", 4],
    ['蜜蜂是一种昆虫', 4],
    ['मधुमक्खी एक कीट है', 4],
    ['!!! ...', 0],
  ])('%s has %d words', (text, words) => {
    expect(countWords(text)).toBe(words)
  })
  test('length', () => {
    const limits = check({ min_words: 3, max_words: 4 })
    expect(['one two', 'one two three', 'a b c d e'].map((t) => codeOf(checkLength(limits, t)))).toEqual(['too_short', undefined, 'too_long']) // prettier-ignore
  })
  test('pace, by the seconds that the server counted', () => {
    const limits = check({ kind: 'pace', max_words_per_minute: 60 })
    const twenty = 'word '.repeat(20)
    expect([19, 20, 0].map((s) => codeOf(checkPace(limits, [twenty], s)))).toEqual(['too_quick', undefined, 'too_quick']) // prettier-ignore
    expect(codeOf(checkPace(limits, ['only a few words'], 0))).toBeUndefined()
  })
  test.each([
    [PLAIN, undefined],
    ['See https://example.org/a/very/long/path?with=many&parts=1234567890&and=more&of=them&until=it&is=long&enough=now for it', undefined], // prettier-ignore
    ['مرحبا بالعالم، هذه جملة عادية', undefined],
    ['नमस्ते दुनिया, यह एक साधारण वाक्य है', undefined],
    ['蜜蜂'.repeat(200), undefined],
    ['Family: 👩‍👩‍👧‍👦 and flag 🏳️‍🌈', undefined],
    ['safe \u202etxt.exe', 'odd_direction'],
    [`z${'\u0300'.repeat(8)}algo`, 'odd_marks'],
    ['h\u200be\u200bl\u200bl\u200bo', 'odd_hidden'],
    ['pаypаl sесure lоgin аccount', 'odd_look_alikes'],
    ['a'.repeat(121), 'odd_word'],
  ])('odd text: %s', (text, code) => {
    expect(codeOf(checkOddText(text))).toBe(code)
  })
  test.each([
    [PLAIN, undefined],
    ['The BBC, CNN and HTTPS: rhythm, strengths and crypts in NYC.', undefined],
    ['Die Selbstverständlichkeit des Angstschweißes überrascht niemanden.', undefined],
    ['qwerty asdfgh zxcvbn qwertyuiop', 'gibberish'],
    ['sdkfjh wlkrjt xcvnmb qprtzs', 'gibberish'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'gibberish'],
    [
      'good good very good good very good good very good good very good good very good good very good good very good',
      'gibberish',
    ],
    ['ok', 'too_little_text'],
  ])('gibberish: %s', (text, code) => {
    expect(codeOf(checkGibberish(text))).toBe(code)
  })
  test.each([
    ['Scunthorpe is a classic assessment of Dickens.', undefined],
    ['what the f\u200bu c k is this', undefined],
    ['what the FUСK', 'profanity'],
    ['sh1t', 'profanity'],
    ['the zorgon said', 'profanity'],
  ])('rude words: %s', (text, code) => {
    expect(codeOf(checkProfanity(check({ kind: 'profanity', words: ['Zorgon'] }), text))).toBe(code)
  })
  test.each([
    ['Write to jo.doe+x@mail.example.org', 'email'],
    ['Call +49 30 1234567', 'phone'],
    ['4111 1111 1111 1111 is a card', 'card'],
    ['4111 1111 1111 1112 is not', undefined],
    ['DE89 3704 0044 0532 0130 00', 'iban'],
    ['DE89 3704 0044 0532 0130 01', undefined],
    ['123-45-6789', 'social_security'],
    ['In 1984 there were 12,345,678 of them, 3.14159265358979 at a time.', undefined],
  ])('personal data: %s', (text, kind) => {
    const finding = checkPersonalData(text)
    expect(finding.evidence?.['kinds'] ?? []).toEqual(kind ? [kind] : [])
    expect(JSON.stringify(finding)).not.toMatch(/4111|jo\.doe|1234567|6789/)
  })
  test.each([
    ['en', PLAIN, undefined],
    ['en-GB', PLAIN, undefined],
    ['de', PLAIN, 'other_language'],
    ['ar', PLAIN, 'other_language'],
    ['hi', 'मधुमक्खियाँ नृत्य करके अपनी बहनों को बताती हैं कि फूल किस दिशा में हैं', undefined],
    ['en', 'मधुमक्खियाँ नृत्य करके अपनी बहनों को बताती हैं', 'other_language'],
    ['en', 'Una abeja baila', 'too_little_text'],
    ['en', '12 345', 'too_little_text'],
    ['tlh', PLAIN, 'language_unknown'],
  ])('language %s: %s', (tag, text, code) => {
    expect(codeOf(checkLanguage(tag, text))).toBe(code)
  })

  test('hostile text is read in a time that grows with its length', () => {
    const floods = ['z\u0300', '\u202e', 'a', '1 ', '1-', 'a@', 'a.', '+1 ', 'DE89 ', '\u200b', 'ab', '蜜', '\ud83d\ude00', '-a', "'a"].map((s) => s.repeat(50_000)) // prettier-ignore
    for (const text of floods)
      for (const read of [
        checkOddText,
        checkGibberish,
        checkPersonalData,
        countWords,
        (t: string) => checkProfanity(check(), t),
        (t: string) => checkLanguage('en', t),
      ])
        // prettier-ignore
        expect(read(text)).toBeDefined()
  }, 20_000)
  test('whatever the text, every check says something, and its sentence is there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const f of [
          checkOddText(text),
          checkGibberish(text),
          checkLength(check({ min_words: 3 }), text),
          checkLanguage('en', text),
        ])
          // prettier-ignore
          if (f.found === 'something') expect(CHECK_CODES).toHaveProperty(f.code!)
      }),
    )
  })
})

describe('novelty', () => {
  const novelty = { same_bps: 7_000, new_bps: 3_000 }
  test('all of what is new, nothing of what is the same, a share in between, never more for more likeness', () => {
    expect([0, 0.3, 0.5, 0.7, 1].map((j) => coveragePpm(j, novelty))).toEqual([1_000_000, 1_000_000, 500_000, 0, 0])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        expect(coveragePpm(low, novelty)).toBeGreaterThanOrEqual(coveragePpm(high, novelty))
      }),
    )
  })
  test('thresholds belong to the upper side; a padded copy is pointed out and never fails', () => {
    const like = (jaccard: number, padded = 0) => nearFinding({ same: false, jaccard, padded, like: '1' }, novelty)
    expect([0.6999, 0.7].map((j) => codeOf(like(j)))).toEqual([undefined, 'near_duplicate'])
    expect(resultOf(check({ kind: 'near_duplicate' }), 'q', like(0.2, 0.6), 0)).toMatchObject({ verdict: 'flag', code: 'padded_copy' }) // prettier-ignore
  })
  test('the same text under another question has other keys; a text of nothing has no print', () => {
    const digest = () => '0123456789abcdef0123456789abcdef'
    const [a, b] = ['one', 'two'].map((q) => printOf(PLAIN, q, digest)!.keys)
    expect(a!.filter((k) => b!.includes(k))).toEqual([])
    expect(printOf('\u200b!!', 'one', digest)).toBeUndefined()
    expect(likeness(printOf(PLAIN, 'one', digest)!, [])).toMatchObject({ same: false, jaccard: 0 })
  })
})

test.each([
  [{ state: 'opened', status: 200 }, 'nothing'],
  [{ state: 'opened', status: 404 }, 'link_gone'],
  [{ state: 'opened', status: 410 }, 'link_gone'],
  [{ state: 'opened', status: 401 }, 'link_closed'],
  [{ state: 'opened', status: 503 }, 'again'],
  [{ state: 'failed', why: 'no_such_host' }, 'link_nowhere'],
  [{ state: 'failed', why: 'certificate' }, 'again'],
  [{ state: 'refused', why: 'private_address' }, 'link_private'],
  [{ state: 'refused', why: 'port' }, 'link_not_opened'],
] as const)('a link that is %o: %s', (opened, came) => {
  const finding = linkFinding(opened)
  expect('retry' in finding ? 'again' : (finding.code ?? finding.found)).toBe(came)
})
