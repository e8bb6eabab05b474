import { createDraw } from '../audits/rules.ts'
import { claimSaid, provenBy, type Classes } from './certificate-rules.ts'
import type { LogLine } from './audit-log-rules.ts'
import type { Certificate } from './contract.ts'
import {
  drawHash,
  emptyTally,
  LEAST_DOUBLE_BPS,
  METHOD,
  microOf,
  outcomeOf,
  planOf,
  standingOf,
  withPiece,
  type Claim,
} from './rules.ts'

/** Something about a certificate that is not as it says, in words. */
export type Finding = { code: string; message: string }

/** Decimals are printed with six places; the last may round differently where a logarithm's last bit does. */
const TOLERANCE = 2.5e-6

/** The claim in whole numbers, or what is wrong with how it is put. */
export function claimIn(certificate: Certificate): Claim | Finding {
  const at_least_micro = microOf(certificate.claim.at_least)
  const alpha_micro = microOf(certificate.claim.alpha)
  const lot = certificate.release.datapoints
  const { max_audits, audits } = certificate.sampling
  if (certificate.method !== METHOD)
    return { code: 'method', message: `It was made by the method ${certificate.method}; this program knows ${METHOD}.` }
  if (!at_least_micro || !alpha_micro || lot < 1 || max_audits < audits || max_audits > lot)
    return { code: 'claim', message: 'Its claim is none: shares lie between 0 and 1, and audits within the lot.' }
  const claim = { lot, at_least_micro, alpha_micro, max_audits }
  if (claimSaid(claim).confidence !== certificate.claim.confidence)
    return { code: 'claim', message: 'Its confidence and its alpha do not add up to one.' }
  return claim
}

/** Draws the order again from the seed and the release's own names. Names come in any order and any number. */
export function createOrder(certificate: Certificate) {
  const draw = createDraw<{ id: string }>(certificate.sampling.seed, certificate.sampling.max_audits)
  return {
    add: (id: string) => draw.add({ id }),
    population: () => draw.population(),
    names: () => draw.ordered().map((d) => d.id),
  }
}

/** Whether the log's pieces are those that the seed draws, one by one. */
export function checkOrder(
  certificate: Certificate,
  lines: readonly LogLine[],
  order: { population: number; names: readonly string[] },
): Finding[] {
  const out: Finding[] = []
  const { datapoints } = certificate.release
  if (order.population !== datapoints)
    out.push({
      code: 'datapoints',
      message: `The release holds ${order.population} datapoints; the certificate speaks of ${datapoints}.`,
    })
  if (drawHash(order.names) !== certificate.sampling.draw_hash)
    out.push({
      code: 'draw',
      message: 'The seed and the names in data.jsonl draw another order than the one that was recorded.',
    })
  if (lines.length !== certificate.sampling.audits)
    out.push({
      code: 'log_length',
      message: `The audit log has ${lines.length} pieces; the certificate rests on ${certificate.sampling.audits}.`,
    })
  const at = lines.findIndex((line, i) => line.position !== i + 1 || line.id !== order.names[i])
  if (at >= 0)
    out.push({
      code: 'log_order',
      message: `Place ${at + 1} of the audit log is ${lines[at]!.id}; the draw has ${order.names[at] ?? 'nothing'} there.`,
    })
  return out
}

/** Counts the log again, and everything that follows from it, and says what differs from the certificate. */
export function checkFigures(
  certificate: Certificate,
  claim: Claim,
  lines: readonly LogLine[],
  classes: Classes | undefined,
): Finding[] {
  const out: Finding[] = []
  let tally = emptyTally()
  const right: boolean[] = []
  lines.forEach((line, i) => {
    const grades = line.grades.map((g) => g.right)
    const outcome = outcomeOf(grades)
    if (outcome !== line.outcome)
      out.push({
        code: 'log_outcome',
        message: `Place ${i + 1} of the audit log says "${line.outcome}"; its grades say "${outcome}".`,
      })
    const unlike = line.grades.find((g) => g.right !== Object.values(g.questions ?? {}).every((q) => q))
    if (unlike)
      out.push({
        code: 'log_outcome',
        message: `Place ${i + 1} of the audit log has a grade that is not what its questions say.`,
      })
    right.push(outcome === 'right')
    tally = withPiece(tally, grades)
  })
  const { double_bps } = certificate.grading
  if (double_bps < LEAST_DOUBLE_BPS)
    out.push({ code: 'doubles', message: 'Fewer than a tenth of the audits were to be graded twice.' })
  const proven = provenBy(
    { ...claim, double_bps },
    { number: certificate.release.number, title: certificate.release.title },
    tally,
    classes,
    right,
  )
  for (const part of ['grading', 'precision', 'by_class', 'statement'] as const)
    for (const d of differences(part, certificate[part], proven[part]))
      out.push({
        code: part,
        message: `${d.at}: the certificate says ${d.said}; the release and its audit log give ${d.found}.`,
      })
  if (standingOf(claim, planOf(claim), tally).state !== 'proved')
    out.push({
      code: 'not_proved',
      message: `The audit log does not prove that at least ${certificate.claim.at_least} is right, at confidence ${certificate.claim.confidence}.`,
    })
  return out
}

type Difference = { at: string; said: string; found: string }

/** Where two values differ, by path. */
function differences(at: string, said: unknown, found: unknown): Difference[] {
  if (said === found) return []
  if (typeof said === 'string' && typeof found === 'string' && isDecimal(said) && isDecimal(found))
    return Math.abs(Number(said) - Number(found)) <= TOLERANCE ? [] : [{ at, said, found }]
  if (isRecord(said) && isRecord(found)) {
    const keys = [...new Set([...Object.keys(said), ...Object.keys(found)])].toSorted()
    return keys.flatMap((key) => differences(`${at}.${key}`, said[key], found[key]))
  }
  return [{ at, said: JSON.stringify(said) ?? 'nothing', found: JSON.stringify(found) ?? 'nothing' }]
}

const isDecimal = (text: string): boolean => /^\d\.\d{6}$/.test(text)
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
