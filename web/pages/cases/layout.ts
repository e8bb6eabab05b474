/** A place on the sheet, in its own units. */
export type Place = { x: number; y: number }
export type Sheet = { width: number; height: number; places: Place[] }

const WIDTH = 360
/** From the middle of a node to the edge of the sheet, and between two nodes: room for a finger. */
export const MARGIN = 26
export const APART = 44
const ROUNDS = 240

const heightFor = (count: number): number => (count <= 5 ? 220 : count <= 12 ? 320 : count <= 24 ? 480 : 700)

/**
 * Where each node stands: linked ones near each other, none upon another, the first in the middle. No chance is in it,
 * so that the same links are drawn the same for everybody who decides.
 */
export function layOut(count: number, links: readonly { a: number; b: number; weight: number }[]): Sheet {
  const height = heightFor(count)
  const middle = { x: WIDTH / 2, y: height / 2 }
  // Numbers in order on a spiral: the strongest begin nearest to the first.
  const at: Place[] = Array.from({ length: count }, (_, i) => {
    const turn = i * 2.399963
    const far = count > 1 ? Math.sqrt(i / (count - 1)) : 0
    return {
      x: middle.x + Math.cos(turn) * far * (WIDTH / 2 - MARGIN),
      y: middle.y + Math.sin(turn) * far * (height / 2 - MARGIN),
    }
  })
  const ideal = Math.max(APART * 1.25, 0.6 * Math.sqrt((WIDTH * height) / Math.max(1, count)))
  for (let round = 0; round < ROUNDS; round++) {
    const heat = 14 * (1 - round / ROUNDS) + 0.5
    const push: Place[] = at.map(() => ({ x: 0, y: 0 }))
    for (let i = 0; i < count; i++)
      for (let j = i + 1; j < count; j++) {
        const { dx, dy, d } = between(at[i]!, at[j]!, i, j)
        move(push, i, j, dx, dy, (ideal * ideal) / d / d)
      }
    for (const { a, b, weight } of links) {
      const { dx, dy, d } = between(at[a]!, at[b]!, a, b)
      move(push, a, b, dx, dy, (-d / ideal) * (0.4 + 0.6 * Math.min(1, weight)) * 0.35)
    }
    for (let i = 0; i < count; i++) {
      const f = push[i]!
      // What nobody pulls drifts to the middle and not to a corner.
      f.x += (middle.x - at[i]!.x) * 0.012
      f.y += (middle.y - at[i]!.y) * 0.02
      const size = Math.hypot(f.x, f.y) || 1
      const step = Math.min(heat, size)
      at[i] = within({ x: at[i]!.x + (f.x / size) * step, y: at[i]!.y + (f.y / size) * step }, height)
    }
  }
  for (let round = 0; round < 1500; round++) if (!separate(at, height)) break
  return {
    width: WIDTH,
    height,
    places: at.map((p) => ({ x: Math.round(p.x * 10) / 10, y: Math.round(p.y * 10) / 10 })),
  }
}

function between(p: Place, q: Place, i: number, j: number) {
  let dx = p.x - q.x
  let dy = p.y - q.y
  // Two at one place part in a direction that their numbers give.
  if (dx === 0 && dy === 0) {
    dx = Math.cos(i * 7 + j) * 0.1
    dy = Math.sin(i * 7 + j) * 0.1
  }
  return { dx, dy, d: Math.max(0.1, Math.hypot(dx, dy)) }
}

function move(push: Place[], i: number, j: number, dx: number, dy: number, by: number): void {
  push[i]!.x += dx * by
  push[i]!.y += dy * by
  push[j]!.x -= dx * by
  push[j]!.y -= dy * by
}

const within = (p: Place, height: number): Place => ({
  x: Math.min(WIDTH - MARGIN, Math.max(MARGIN, p.x)),
  y: Math.min(height - MARGIN, Math.max(MARGIN, p.y)),
})

/** Moves apart whatever stands too close; false once nothing does. */
function separate(at: Place[], height: number): boolean {
  let moved = false
  for (let i = 0; i < at.length; i++)
    for (let j = i + 1; j < at.length; j++) {
      const { dx, dy, d } = between(at[i]!, at[j]!, i, j)
      if (d >= APART) continue
      moved = true
      const by = (APART - d) / 2 / d + 0.001
      // A little to the side as well: two that push each other against the edge slide past each other.
      const [x, y] = [(dx - dy * 0.2) * by, (dy + dx * 0.2) * by]
      at[i] = within({ x: at[i]!.x + x, y: at[i]!.y + y }, height)
      at[j] = within({ x: at[j]!.x - x, y: at[j]!.y - y }, height)
    }
  return moved
}
