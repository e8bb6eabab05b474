import { fixed } from '../../engine/fixed.ts'
import type { Diversity, TextDiversity } from '../checks/diversity/contract.ts'

const share = (ppm: number | null): string => (ppm === null ? '–' : `${fixed(ppm / 10_000, 1)} %`)
const number = (n: number): string => n.toLocaleString('en-US')

/** The card's section on how varied a release is. */
export function varietyOf(d: Diversity): string {
  const texts = d.questions.filter((q) => q.texts > 0)
  return [
    ...(texts.length === 0
      ? ['No question of this release is answered in text, so how varied its answers are is not measured.']
      : [
          '| question | texts | effectively different (RKE) | of all texts | distinct-1 | distinct-2 | distinct-3 |\n|---|---|---|---|---|---|---|\n' +
            texts
              .map(
                (q) =>
                  `| \`${q.question}\` | ${number(q.texts)} | ${effective(q)} | ${share(q.effective_ppm)} | ${share(q.distinct_1_ppm)} | ${share(q.distinct_2_ppm)} | ${share(q.distinct_3_ppm)} |`,
              )
              .join('\n'),
          "*RKE*, the order-2 Vendi score, says how many entirely different texts would be as varied: n² / Σ k², k being the cosine of two texts' runs of five characters, spelling apart. *distinct-n* is the share of distinct runs of n words. Both fall as texts on one subject grow in number: compare them at equal numbers. A paraphrase counts as different.",
          `Languages, guessed from letters${d.languages.length === 0 ? ': not known.' : ` of a spread of datapoints: ${d.languages.map((l) => `${l.language === 'und' ? 'too short to tell' : l.language} ${number(l.texts)}`).join(', ')}.`}`,
        ]),
    [
      d.duplicates_avoided > 0
        ? `Checks before review found ${number(d.duplicates_avoided)} ${d.duplicates_avoided === 1 ? '(near) copy' : '(near) copies'} in the campaign, not in the data, that nobody had to read.`
        : 'Checks before review kept no copies out of the campaign.',
      ...(d.coverage_bps === null
        ? []
        : [
            `A datapoint is ${fixed(d.coverage_bps / 100, 1)} % new on average, beside all that came before it (*coverage*).`,
          ]),
    ].join(' '),
  ].join('\n\n')
}

function effective(q: TextDiversity): string {
  if (q.effective_texts === null || q.effective_low === null || q.effective_high === null) return '–'
  const of = (n: number) => (n >= 1_000 ? number(Math.round(n)) : fixed(n, 1))
  return q.effective_low === q.effective_high
    ? of(q.effective_texts)
    : `${of(q.effective_texts)} (${of(q.effective_low)} to ${of(q.effective_high)})`
}
