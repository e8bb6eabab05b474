const two = (n: number) => String(n).padStart(2, '0')

/** A moment as a date field of the reader's own time zone wants it. */
export function toLocal(at: string): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`
}

/** What such a field holds, as a moment in UTC; undefined when it holds none. */
export function fromLocal(typed: string): string | undefined {
  const at = typed === '' ? Number.NaN : Date.parse(typed)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
