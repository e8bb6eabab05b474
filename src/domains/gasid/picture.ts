import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { indexOfLevel } from '../../platform/chain/gas/level-rules.ts'
import type { Ctx } from '../../platform/context.ts'
import { cardSvg } from './card-rules.ts'
import { linkTo, publicCard } from './cards.ts'
import type { SignedCard } from './contract.ts'

/** Fonts of a free licence (OFL and Bitstream Vera), drawn into the picture: nothing is fetched, and every machine draws the same. */
const FONTS = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  '@expo-google-fonts/inter/800ExtraBold/Inter_800ExtraBold.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
]
const WASM = '@resvg/resvg-wasm/index_bg.wasm'
const here = dirname(fileURLToPath(import.meta.url))

/** A file beside the bundle, or in its package while there is none. */
function fileOf(path: string): Buffer {
  const beside = join(here, 'card', path.split('/').at(-1)!)
  return readFileSync(existsSync(beside) ? beside : createRequire(import.meta.url).resolve(path))
}

type Drawer = (svg: string) => Uint8Array
let drawer: Promise<Drawer> | undefined
/** The newest pictures by card and look: drawing one takes longer than all else that a request does. */
const drawn = new Map<string, Uint8Array>()
const MOST_DRAWN = 64

async function loadDrawer(): Promise<Drawer> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  await initWasm(fileOf(WASM)).catch((error: unknown) => {
    // Once for a process, however many copies of this module there are.
    if (!/already initialized/i.test(String(error))) throw error
  })
  const fontBuffers = FONTS.map((f) => new Uint8Array(fileOf(f)))
  return (svg) => {
    const picture = new Resvg(svg, {
      font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    } as never)
    const image = picture.render()
    const png = image.asPng()
    image.free()
    picture.free()
    return png
  }
}

/** A card as a picture, in the look that is asked for. */
export async function cardPicture(ctx: Ctx, cardId: string, name: 'card.svg' | 'card.png', theme: 'light' | 'dark') {
  const { card } = JSON.parse(await publicCard(ctx, cardId)) as SignedCard
  const { table } = ctx.config.gas
  const host = URL.canParse(linkTo(ctx, cardId)) ? new URL(linkTo(ctx, cardId)).host : ''
  const steps = { at: indexOfLevel(card.level.key, table), of: table.levels.length }
  const svg = cardSvg(card, { theme, steps, host })
  // A card that was taken back should be gone soon from wherever it is kept.
  const headers = {
    'cache-control': 'public, max-age=300',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  }
  if (name === 'card.svg') return { stream: bytesOf(svg), type: 'image/svg+xml; charset=utf-8', headers }
  const key = `${cardId} ${theme} ${host}`
  let png = drawn.get(key)
  if (!png) {
    png = (await (drawer ??= loadDrawer()))(svg)
    if (drawn.size >= MOST_DRAWN) drawn.delete(drawn.keys().next().value!)
    drawn.set(key, png)
  }
  return { stream: bytesOf(png), type: 'image/png', headers }
}

async function* bytesOf(data: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof data === 'string' ? Buffer.from(data) : data
}
