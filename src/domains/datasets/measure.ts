import { setImmediate as breathe } from 'node:timers/promises'
import { addText, newDiversity, type Diversity as Measured } from '../../engine/diversity.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Store } from '../../platform/files/store.ts'
import { assert } from '../../platform/refusal.ts'
import type { Campaign } from '../campaigns/queries.ts'
import { languageOf } from '../checks/language.ts'
import type { Diversity } from '../checks/diversity/contract.ts'
import { figuresOf, languagesOf, textQuestions } from '../checks/diversity/rules.ts'
import { noveltyOf } from './measure-queries.ts'
import { type ReleaseRow, saveProgress } from './queries.ts'
import type { Shape } from './rows.ts'
import { next, placesOf, readState } from './state.ts'

/** Bytes of one step, and datapoints after which others have their turn. */
const STEP_BYTES = 8 << 20
const BREATH = 20
/** Datapoints whose language is guessed, spread over the release. */
const GUESSED = 2_000

/** How far measuring is: bytes of data.jsonl read, and what is known of each question's texts. */
type MeasureState = {
  bytes: number
  seen: number
  questions: Record<string, Measured>
  languages: Record<string, number>
}

const placeOf = (release: ReleaseRow): string => `${placesOf(release).state}/diversity.json`

/** Reads the next stretch of data.jsonl and adds its texts. A step that is cut short is done again from the last state. */
export async function measure(
  ctx: Ctx,
  store: Store,
  { release, campaign, shape, most }: { release: ReleaseRow; campaign: Campaign; shape: Shape; most: number },
): Promise<'more'> {
  const { partial, state: dir } = placesOf(release)
  const written = await readState(store, dir)
  const keys = textQuestions([...shape.versions.values()].map((v) => v.form))
  const kept = await readMeasured(store, release)
  const size = written?.files['data.jsonl']?.bytes ?? 0
  const state = kept ?? { bytes: keys.length === 0 ? size : 0, seen: 0, questions: {}, languages: {} }
  if (!written?.closed) {
    await saveProgress(ctx.db, release, next(release.progress, 'write', release.progress.total))
    return 'more'
  }
  if (kept && state.bytes >= size) {
    await saveProgress(ctx.db, release, next(release.progress, 'finish'))
    return 'more'
  }
  for (const key of keys) state.questions[key] ??= newDiversity()
  const every = Math.max(1, Math.ceil(written.datapoints / GUESSED))
  const from = { bytes: state.bytes, seen: state.seen }
  for await (const line of linesFrom(store, `${partial}/data.jsonl`, state.bytes)) {
    const { answer } = JSON.parse(line.toString('utf8')) as { answer: Record<string, unknown> }
    const texts = keys.flatMap((key) => {
      const text = answer[key]
      return typeof text === 'string' ? [[key, text] as const] : []
    })
    for (const [key, text] of texts) addText(state.questions[key]!, text)
    if (texts.length > 0 && state.seen % every === 0) {
      const language = languageOf(campaign.language, texts.map(([, text]) => text).join('\n'))
      state.languages[language] = (state.languages[language] ?? 0) + 1
    }
    state.seen += 1
    state.bytes += line.length + 1
    if (state.seen - from.seen >= most || state.bytes - from.bytes >= STEP_BYTES) break
    if (state.seen % BREATH === 0) await breathe()
  }
  await store.put(placeOf(release), JSON.stringify(state))
  await saveProgress(ctx.db, release, {
    ...release.progress,
    done: state.seen,
    total: written.datapoints,
    tries: 0,
  })
  return 'more'
}

async function readMeasured(store: Store, release: ReleaseRow): Promise<MeasureState | undefined> {
  const text = await store.read(placeOf(release))
  return text === undefined ? undefined : (JSON.parse(text) as MeasureState)
}

/** What measuring found, with what checks know; nothing while it is not over. */
export async function diversityFor(ctx: Ctx, store: Store, release: ReleaseRow): Promise<Diversity | undefined> {
  const state = await readMeasured(store, release)
  if (!state) return undefined
  return {
    questions: Object.entries(state.questions).map(([key, measured]) => figuresOf(key, measured)),
    ...(await noveltyOf(ctx.db, release)),
    languages: languagesOf(state.languages),
  }
}

/** Lines of a file from a place on, as bytes, so that the place of each is known. */
async function* linesFrom(store: Store, path: string, from: number): AsyncGenerator<Buffer> {
  const file = await store.stream(path, from)
  assert(file, `${path} was written`)
  let rest = Buffer.alloc(0)
  try {
    for await (const piece of file.stream as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, piece])
      let start = 0
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
        yield rest.subarray(start, end)
        start = end + 1
      }
      rest = rest.subarray(start)
    }
  } finally {
    file.stream.destroy()
  }
}
