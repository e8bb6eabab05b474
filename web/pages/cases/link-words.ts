import { useT } from '../../app/i18n.ts'
import type { Tone } from '../../ui/badge.tsx'
import { useNumbers } from '../desk/numbers.ts'
import type { DrawnNode } from './link-graph.tsx'

export const STRENGTH_TONE: Record<'weak' | 'fair' | 'strong', Tone> = { weak: 'plain', fair: 'warn', strong: 'bad' }

/** Accounts, kinds of links and their strength in words. */
export function useLinkWords(nodes: readonly DrawnNode[]) {
  const t = useT('links')
  const n = useNumbers()
  const name = (number: number): string => {
    const node = nodes[number - 1]
    return node?.handle
      ? t('links:account.named', { number: n.int(number), handle: node.handle })
      : t('links:account.numbered', { number: n.int(number) })
  }
  return {
    name,
    node: (number: number): string => {
      const node = nodes[number - 1]
      const what = node?.is_subject ? 'subject' : node?.in_cluster ? 'member' : 'linked'
      return `${name(number)}: ${t(`links:account.${what}`)}`
    },
    kind: (kind: string): string => t(`links:kind.${kind}`, { defaultValue: kind.replaceAll('_', ' ') }),
    /** A likelihood ratio as a person says it: about so many times likelier. */
    odds: (hundredths: number): string => {
      const times = 10 ** (hundredths / 100)
      const round = times >= 10 ? Number(times.toPrecision(1)) : Math.round(times * 10) / 10
      return t(times >= 100_000 ? 'links:odds.most' : 'links:odds.about', {
        times: n.decimal(String(Math.min(round, 100_000)), round >= 10 ? 0 : 1),
      })
    },
  }
}
