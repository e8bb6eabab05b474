/** What somebody does on a day: each step does something at once and says how many milliseconds later the next one comes. */
export type Doing = AsyncGenerator<number, void, void>

type Entry = { at: number; order: number; doing: Doing }

/**
 * A day's doings in the order of their times. One thing happens after the other, as on a server with one clock: so the
 * minutes between people's requests are as they would be, and the same day is the same to the millisecond.
 */
export async function runAgenda(
  clock: { now(): Date; waitUntil(at: Date): void },
  starts: readonly { at: number; doing: Doing }[],
): Promise<void> {
  const heap: Entry[] = []
  let order = 0
  for (const { at, doing } of starts) push(heap, { at, order: order++, doing })
  for (let next = pop(heap); next; next = pop(heap)) {
    clock.waitUntil(new Date(next.at))
    const step = await next.doing.next()
    if (!step.done) push(heap, { at: clock.now().getTime() + step.value, order: order++, doing: next.doing })
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry)
  for (let i = heap.length - 1; i > 0;) {
    const parent = (i - 1) >> 1
    if (!isBefore(heap[i]!, heap[parent]!)) return
    ;[heap[i], heap[parent]] = [heap[parent]!, heap[i]!]
    i = parent
  }
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap
  const last = heap.pop()
  if (!first || heap.length === 0) return first
  heap[0] = last!
  for (let i = 0; ;) {
    const [l, r] = [2 * i + 1, 2 * i + 2]
    let least = i
    if (l < heap.length && isBefore(heap[l]!, heap[least]!)) least = l
    if (r < heap.length && isBefore(heap[r]!, heap[least]!)) least = r
    if (least === i) return first
    ;[heap[i], heap[least]] = [heap[least]!, heap[i]!]
    i = least
  }
}
