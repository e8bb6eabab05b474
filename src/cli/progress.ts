import cliProgress from 'cli-progress'

export type Progress = { set(done: number, note?: string, total?: number): void; end(note?: string): void }

const PLAIN_EVERY_MS = 5000

/**
 * How far long work is, on standard error: a bar at a terminal, a plain line every few seconds elsewhere. Shows the
 * rate and the time that is left.
 */
export function showProgress(title: string, total: number, out: NodeJS.WriteStream = process.stderr): Progress {
  const started = performance.now()
  let done = 0
  let first: number | undefined
  const rate = () => (done - (first ?? 0)) / Math.max(0.001, (performance.now() - started) / 1000)
  const left = () => (rate() > 0 ? `${duration((total - done) / rate())} left` : '')
  if (out.isTTY) {
    const bar = new cliProgress.SingleBar(
      {
        stream: out,
        format: '{title} {bar} {percentage}% {value}/{total} {rate}/s {left} {note}',
        hideCursor: true,
        clearOnComplete: false,
        barsize: 24,
      },
      cliProgress.Presets.shades_classic,
    )
    bar.start(total, 0, { title, rate: '-', left: '', note: '' })
    const show = (note: string) => bar.update(done, { title, rate: rate().toFixed(0), left: left(), note })
    return {
      set: (n, note = '', of = total) => {
        first ??= n
        done = n
        if (of !== total) bar.setTotal((total = of))
        show(note)
      },
      end: (note = '') => {
        show(note)
        bar.stop()
      },
    }
  }
  let spoke = performance.now()
  return {
    set(n, note = '', of = total) {
      first ??= n
      done = n
      total = of
      if (performance.now() - spoke < PLAIN_EVERY_MS) return
      spoke = performance.now()
      out.write(`${title}: ${done} of ${total}, ${rate().toFixed(0)} a second, ${left()} ${note}`.trimEnd() + '\n')
    },
    end: (note = '') =>
      void out.write(
        `${title}: ${done} of ${total} in ${duration((performance.now() - started) / 1000)} ${note}`.trimEnd() + '\n',
      ),
  }
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
