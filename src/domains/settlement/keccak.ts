import { createKeccak } from 'hash-wasm'
import type { Hash } from '../../engine/epoch-tree.ts'

let made: Promise<Hash> | undefined

/** Keccak-256 as Ethereum has it: half a microsecond for 64 bytes, where plain JavaScript takes ten times as long. */
export const keccak = (): Promise<Hash> =>
  (made ??= createKeccak(256).then((k) => (data: Uint8Array) => k.init().update(data).digest('binary')))
