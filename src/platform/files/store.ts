import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

/** What was stored: the size and SHA-256 of a file's bytes. */
export type Stored = { bytes: number; sha256: string }

/** Something that is about to touch the disk. A test's probe throws here, as a killed process would stop here. */
export type Probe = (effect: string) => void

// Released data may be restricted: only the server's own user reads it on disk.
const FILE_MODE = 0o600
const DIR_MODE = 0o700

/**
 * Files under one directory, written so that a crash at any moment leaves either the old state or the new one: whole
 * files by temporary file, sync and rename; growing files by append to a known length; directories by one rename.
 */
export type Store = ReturnType<typeof createStore>

export function createStore(root: string, probe: Probe = () => {}) {
  const at = (...parts: string[]) => join(root, ...parts)

  /** Writes a whole file; readers see the old one or all of the new one. */
  const put = async (
    path: string,
    content: string | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ): Promise<Stored> => {
    const target = at(path)
    const temporary = `${target}.tmp`
    await mkdir(dirname(target), { recursive: true, mode: DIR_MODE })
    probe(`write ${path}`)
    const file = await open(temporary, 'w', FILE_MODE)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const piece of typeof content === 'string' ? [content] : content) {
        const data = Buffer.from(piece)
        hash.update(data)
        bytes += data.length
        await writeAll(file, data)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    probe(`rename ${path}`)
    await rename(temporary, target)
    await syncDir(dirname(target))
    return { bytes, sha256: hash.digest('hex') }
  }

  /** Cuts a file to a known length (what came after was never recorded), appends, and syncs. Returns the new length. */
  const append = async (path: string, length: number, pieces: readonly (string | Uint8Array)[]): Promise<number> => {
    const target = at(path)
    await mkdir(dirname(target), { recursive: true, mode: DIR_MODE })
    probe(`open ${path}`)
    const file = await open(target, length === 0 ? 'w' : 'r+', FILE_MODE)
    try {
      const found = (await file.stat()).size
      if (found < length) throw new Error(`${path} holds ${found} bytes, fewer than the ${length} that were synced`)
      if (found > length) await file.truncate(length)
      let end = length
      for (const piece of pieces) {
        const data = typeof piece === 'string' ? Buffer.from(piece) : piece
        probe(`append ${path}`)
        await writeAll(file, data, end)
        end += data.length
      }
      probe(`sync ${path}`)
      await file.sync()
      return end
    } finally {
      await file.close()
    }
  }

  return {
    root,
    put,
    append,
    /** A small file's text, or nothing when there is none. */
    read: (path: string): Promise<string | undefined> => readFile(at(path), 'utf8').catch(unlessMissing),
    /** A small file's bytes, or nothing when there is none. */
    bytes: (path: string): Promise<Buffer | undefined> => readFile(at(path)).catch(unlessMissing),
    /** Size and hash of a file, read in pieces. */
    async hash(path: string): Promise<Stored> {
      probe(`hash ${path}`)
      const hash = createHash('sha256')
      let bytes = 0
      for await (const piece of createReadStream(at(path), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(piece)
        bytes += piece.length
      }
      return { bytes, sha256: hash.digest('hex') }
    },
    /** Moves a finished directory to its final name in one step. */
    async publish(from: string, to: string): Promise<void> {
      await syncDir(at(from))
      probe(`publish ${to}`)
      await rename(at(from), at(to))
      await syncDir(dirname(at(to)))
    },
    async remove(path: string): Promise<void> {
      probe(`remove ${path}`)
      await rm(at(path), { recursive: true, force: true })
    },
    exists: (path: string): Promise<boolean> =>
      stat(at(path)).then(
        () => true,
        (error: unknown) => unlessMissing(error) ?? false,
      ),
    /** A file's bytes from a place on, up to another and including it, as for a download; opened before the answer starts, so that a missing file can still be refused. */
    async stream(path: string, from = 0, to?: number): Promise<{ stream: Readable; bytes: number } | undefined> {
      const file = await open(at(path), 'r').catch(unlessMissing)
      if (!file) return undefined
      const { size } = await file.stat()
      const end = to === undefined ? {} : { end: to }
      return { stream: file.createReadStream({ start: from, ...end, highWaterMark: 1 << 18 }), bytes: size }
    },
  }
}

function unlessMissing(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'ENOENT') throw error
  return undefined
}

async function writeAll(file: FileHandle, data: Uint8Array, position?: number): Promise<void> {
  let done = 0
  while (done < data.length) {
    const { bytesWritten } = await file.write(
      data,
      done,
      data.length - done,
      position === undefined ? null : position + done,
    )
    done += bytesWritten
  }
}

/** A rename survives a power cut only once its directory is synced. */
async function syncDir(path: string): Promise<void> {
  const dir = await open(path, 'r')
  try {
    await dir.sync()
  } finally {
    await dir.close()
  }
}
