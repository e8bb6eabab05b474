import type { Campaigns } from './campaigns.ts'
import type { Findings, Money } from './report.ts'

/** Every campaign's books by currency: nothing is paid that was not funded, and nothing thaws that did not freeze. */
export function checkMoney(campaigns: Campaigns, findings: Findings): Money[] {
  const out: Money[] = []
  for (const c of campaigns.all.values()) {
    const currencies = new Set([c.funded, c.paid, c.held, c.returned, c.forfeited].flatMap((m) => [...m.keys()]))
    for (const currency of [...currencies].sort()) {
      const of = (m: Map<string, bigint>) => m.get(currency) ?? 0n
      const paid = of(c.paid) + of(c.held)
      const held = of(c.held) - of(c.released) - of(c.forfeited)
      const frozen = of(c.paid) + of(c.released) - of(c.thawed)
      const left = of(c.funded) - paid + of(c.forfeited) - of(c.returned)
      const wrong = (what: string) =>
        findings.add({ code: 'money_differs', campaign: c.id, message: `Campaign ${c.id}, ${currency}: ${what}` })
      if (left < 0n)
        wrong(
          `it was funded with ${of(c.funded)}; ${paid} is paid and ${of(c.returned)} returned, which is ${-left} more.`,
        )
      if (c.closed && left > of(c.forfeited))
        wrong(`it is closed, and ${left} of its money is neither paid nor returned.`)
      if (held < 0n) wrong(`${of(c.held)} was held, and ${of(c.released)} released and ${of(c.forfeited)} forfeited.`)
      if (frozen < 0n) wrong(`${of(c.paid) + of(c.released)} froze, and ${of(c.thawed)} thawed.`)
      out.push({
        campaign: c.id,
        currency,
        funded: `${of(c.funded)}`,
        paid: `${paid}`,
        forfeited: `${of(c.forfeited)}`,
        returned: `${of(c.returned)}`,
        left: `${left}`,
        held: `${held}`,
        frozen: `${frozen}`,
        thawed: `${of(c.thawed)}`,
        given_back: `${of(c.given_back)}`,
      })
    }
  }
  return out
}
