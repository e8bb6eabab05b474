import type { Card } from './contract.ts'

/** ETH for people: at least four decimal places, more only where the first four would be nothing; rounded down. */
export function etherOf(wei: bigint): string {
  const whole = wei / 10n ** 18n
  const part = (wei % 10n ** 18n).toString().padStart(18, '0')
  const first = part.search(/[1-9]/)
  const places = whole === 0n && first >= 4 ? Math.min(18, first + 2) : 4
  return `${whole}.${part.slice(0, places)}`
}

/** Rounded down to four digits, and to no finer than a ten-thousandth: the exact sum would lead to the wallet. */
export function roughly(wei: bigint): bigint {
  const digits = wei.toString().length
  const step = 10n ** BigInt(Math.max(14, digits - 4))
  return wei - (wei % step)
}

/** The words that people share with their card. */
export const shareText = (card: Pick<Card, 'level' | 'total_wei' | 'beans'>, link: string): string =>
  [
    'Leveled up in the Great Gas Reckoning with ETHGas! 💪',
    `${card.level.name} status: ${etherOf(BigInt(card.total_wei))} ETH gas spent, ${card.beans} Beans earned—supporting the Gasless Future!`,
    `Claim your Gas ID at ${link}`,
  ].join('\n')

type Look = {
  ground: string
  glow: string
  panel: string
  ink: string
  soft: string
  line: string
  warm: string
  hot: string
}
const LOOKS: Readonly<Record<'light' | 'dark', Look>> = {
  light: {
    ground: '#fbf7f0', glow: '#ffd9a8', panel: '#ffffff', ink: '#1c1712', soft: '#6a5f54', line: '#e6dccd', warm: '#b84a00', hot: '#e0700f',
  }, // prettier-ignore
  dark: {
    ground: '#14110e', glow: '#5a2b08', panel: '#1e1a16', ink: '#fbf4ea', soft: '#b3a698', line: '#372f27', warm: '#ffb066', hot: '#ff8a2a',
  }, // prettier-ignore
}

/** What XML would take for its own, and what it cannot hold at all, made harmless. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** A word keeps to itself, whichever way it is written; every line starts at the left, so that nothing leaves the card. */
const apart = (text: string): string => `\u2068${text}\u2069`
/** Letters that join: space between them would break the word. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

const cut = (text: string, most: number): string =>
  [...text].length <= most ? text : `${[...text].slice(0, most - 1).join('')}…`

/** Level names may be long: the size that lets them fit into the card's width. */
const sizeFor = (text: string, largest: number, width: number): number =>
  Math.round(Math.min(largest, width / (0.62 * Math.max(1, [...text].length))))

const SEAL: Readonly<Record<Card['completeness'], string>> = {
  proved: 'Complete: every nonce accounted for',
  contiguous: 'No gaps as far as the list goes',
  gaps: 'At least this much: the list has gaps',
}
const FONTS = `Inter, 'DejaVu Sans', 'Noto Sans', 'Segoe UI', system-ui, sans-serif`

/** The card as a picture of 1200 by 630, without scripts, links or anything from elsewhere. `steps`: where the level stands. */
export function cardSvg(
  card: Card,
  options: { theme: 'light' | 'dark'; steps: { at: number; of: number }; host: string },
): string {
  const look = LOOKS[options.theme]
  const level = cut(card.level.name, 24)
  const eth = etherOf(BigInt(card.total_wei))
  const name = card.handle === null ? 'Gas ID' : cut(card.handle, 32)
  const l1 = card.chains.find((c) => c.layer === 'l1')
  const asOf = l1
    ? `${cut(l1.name, 20)} up to block ${l1.as_of_block.toLocaleString('en')}, ${l1.as_of_at.slice(0, 10)}`
    : ''
  const text = (x: number, y: number, size: number, fill: string, words: string, more = '') =>
    `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${more && ` ${RTL.test(words) ? more.replace(/ letter-spacing="[^"]*"/, '') : more}`}>${escaped(apart(words))}</text>`
  const bold = 'font-weight="800" letter-spacing="-0.02em"'
  const { at, of } = options.steps
  const width = (1040 - (of - 1) * 8) / of
  const ladder = Array.from(
    { length: of },
    (_, i) =>
      `<rect x="${(80 + i * (width + 8)).toFixed(1)}" y="470" width="${width.toFixed(1)}" height="14" rx="7" fill="${i <= at ? 'url(#heat)' : look.line}"/>`,
  ).join('')
  const title = `${level}: ${eth} ETH gas spent, ${card.beans} Beans`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630" role="img" aria-label="${escaped(title)}" font-family="${FONTS}">
<title>${escaped(title)}</title>
<defs>
<linearGradient id="heat" gradientUnits="userSpaceOnUse" x1="80" y1="0" x2="1120" y2="0"><stop offset="0" stop-color="${look.hot}" stop-opacity="0.65"/><stop offset="1" stop-color="${look.hot}"/></linearGradient>
<radialGradient id="glow" cx="1010" cy="250" r="520" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="${look.glow}"/><stop offset="1" stop-color="${look.glow}" stop-opacity="0"/></radialGradient>
<linearGradient id="flame" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${look.warm}"/><stop offset="1" stop-color="${look.hot}"/></linearGradient>
</defs>
<rect width="1200" height="630" fill="${look.ground}"/>
<rect width="1200" height="630" fill="url(#glow)"/>
<path d="M1010 96c22 58 96 92 96 178a100 100 0 0 1-200 0c0-44 24-72 44-104 6 30 20 44 36 50 4-44 4-84 24-124z" fill="url(#flame)"/>
<path d="M1008 232c12 30 42 42 42 80a44 44 0 0 1-88 0c0-34 34-46 46-80z" fill="${look.ground}" fill-opacity="0.85"/>
${text(80, 118, 30, look.soft, name, 'font-weight="600"')}
${text(80, 226, sizeFor(level, 96, 780), look.ink, level, bold)}
${text(80, 330, 64, look.warm, `${eth} ETH`, bold)}
${text(80, 372, 26, look.soft, card.completeness === 'gaps' ? 'of gas spent, at least' : 'of gas spent')}
${text(80, 440, 30, look.ink, `${BigInt(card.beans).toLocaleString('en')} Beans earned`, 'font-weight="600"')}
${ladder}
<line x1="80" x2="1120" y1="524" y2="524" stroke="${look.line}" stroke-width="2"/>
${text(80, 562, 22, look.soft, SEAL[card.completeness])}
${text(80, 594, 22, look.soft, asOf)}
<text x="1120" y="562" font-size="22" fill="${look.soft}" text-anchor="end">signed, check it at</text>
<text x="1120" y="594" font-size="22" fill="${look.ink}" font-weight="600" text-anchor="end">${escaped(cut(options.host, 44))}</text>
</svg>
`
}
