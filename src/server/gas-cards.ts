import type { FastifyInstance } from 'fastify'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { escaped, etherOf } from '../domains/gasid/card-rules.ts'
import { linkTo, publicCard } from '../domains/gasid/cards.ts'
import type { SignedCard } from '../domains/gasid/contract.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Parts } from './app.ts'
import { webDir } from './web.ts'

const CARD_ID = /^[A-Za-z0-9_-]{22}$/

/** A card's page with what other sites read from it to show a preview; they run no scripts. */
export function serveGasCards(app: FastifyInstance, parts: Pick<Parts, 'db' | 'config'>): void {
  const dir = webDir()
  if (!dir) return
  app.get<{ Params: { cardId: string } }>('/gas/:cardId', async (request, reply) => {
    const { cardId } = request.params
    const page = readFileSync(join(dir, 'index.html'), 'utf8')
    const body = CARD_ID.test(cardId) ? await publicCard(parts, cardId).catch(unlessGone) : undefined
    const origin = `${request.protocol}://${request.host}`
    const link = linkTo({ config: parts.config, http: { origin } as never }, cardId)
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(body ? page.replace('</head>', `${previewOf(JSON.parse(body) as SignedCard, link)}</head>`) : page)
  })
}

/** A card that is not there still has its page, which says so in the reader's language. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error
  return undefined
}

/** Open Graph: a title, a sentence and the picture. */
export function previewOf({ card }: SignedCard, link: string): string {
  const title = `${card.level.name}: ${etherOf(BigInt(card.total_wei))} ETH gas spent, ${card.beans} Beans earned`
  const image = link.replace(/\/gas\/[^/]*$/, `/v1/gas-cards/${card.card_id}/card.png`)
  const facts: [string, string][] = [
    ['og:type', 'website'],
    ['og:url', link],
    ['og:title', title],
    ['og:description', 'What a wallet paid in gas, as a signed card. Claim your own Gas ID.'],
    ['og:image', image],
    ['og:image:type', 'image/png'],
    ['og:image:width', '1200'],
    ['og:image:height', '630'],
    ['og:image:alt', `Gas ID card. ${title}`],
  ]
  return [
    ...facts.map(([name, content]) => `<meta property="${name}" content="${escaped(content)}" />`),
    '<meta name="twitter:card" content="summary_large_image" />',
    '<meta name="robots" content="noindex" />',
  ].join('\n')
}
