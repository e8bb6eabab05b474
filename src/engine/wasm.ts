/**
 * The least of an assembler that a vector kernel needs: bytes of a WebAssembly module with one memory, per the core specification 2.0. Code is nested arrays of bytes, flattened once.
 */
export type Code = number | readonly Code[]
export type ValueType = 'i32' | 'f64' | 'v128'

const TYPE: Record<ValueType, number> = { i32: 0x7f, f64: 0x7c, v128: 0x7b }
const EMPTY = 0x40

const u32 = (n: number): number[] => {
  const bytes: number[] = []
  let rest = n >>> 0
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return bytes
}
const s32 = (n: number): number[] => {
  const bytes: number[] = []
  let rest = n | 0
  for (;;) {
    const byte = rest & 0x7f
    rest >>= 7
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)
    bytes.push(done ? byte : byte | 0x80)
    if (done) return bytes
  }
}
const doubles = (...xs: number[]): number[] => [...new Uint8Array(Float64Array.from(xs).buffer)]
const memory = (offset: number) => [0, u32(offset)]
const simd = (op: number) => [0xfd, u32(op)]
const flat = (code: Code): number[] => (typeof code === 'number' ? [code] : code.flatMap(flat))
const counted = (items: readonly Code[]): Code => [u32(items.length), ...items]
const sized = (code: Code): Code => {
  const bytes = flat(code)
  return [u32(bytes.length), bytes]
}
const text = (s: string): Code => counted([...s].map((c) => c.charCodeAt(0)))

/** Instructions; operands come first, as they are pushed. Comparisons and arithmetic take what lies on the stack. */
export const op = {
  block: (...body: Code[]): Code => [0x02, EMPTY, body, 0x0b],
  loop: (...body: Code[]): Code => [0x03, EMPTY, body, 0x0b],
  when: (condition: Code, ...body: Code[]): Code => [condition, 0x04, EMPTY, body, 0x0b],
  either: (condition: Code, yes: Code, no: Code): Code => [condition, 0x04, EMPTY, yes, 0x05, no, 0x0b],
  br: (depth: number): Code => [0x0c, u32(depth)],
  brIf: (condition: Code, depth: number): Code => [condition, 0x0d, u32(depth)],
  get: (local: number): Code => [0x20, u32(local)],
  set: (local: number, value: Code): Code => [value, 0x21, u32(local)],
  select: (yes: Code, no: Code, condition: Code): Code => [yes, no, condition, 0x1b],
  i32: (n: number): Code => [0x41, s32(n)],
  f64: (x: number): Code => [0x44, doubles(x)],
  i32Load: (at: Code, offset = 0): Code => [at, 0x28, memory(offset)],
  f64Load: (at: Code, offset = 0): Code => [at, 0x2b, memory(offset)],
  f64Store: (at: Code, value: Code, offset = 0): Code => [at, value, 0x39, memory(offset)],
  i32Add: (a: Code, b: Code): Code => [a, b, 0x6a],
  i32Mul: (a: Code, b: Code): Code => [a, b, 0x6c],
  i32Shl: (a: Code, bits: number): Code => [a, 0x41, s32(bits), 0x74],
  i32LtU: (a: Code, b: Code): Code => [a, b, 0x49],
  i32GeS: (a: Code, b: Code): Code => [a, b, 0x4e],
  i32Eq: (a: Code, b: Code): Code => [a, b, 0x46],
  i32Or: (a: Code, b: Code): Code => [a, b, 0x72],
  f64Lt: (a: Code, b: Code): Code => [a, b, 0x63],
  f64Add: (a: Code, b: Code): Code => [a, b, 0xa0],
  f64Mul: (a: Code, b: Code): Code => [a, b, 0xa2],
  f64Div: (a: Code, b: Code): Code => [a, b, 0xa3],
  f64Min: (a: Code, b: Code): Code => [a, b, 0xa4],
  load: (at: Code, offset = 0): Code => [at, simd(0), memory(offset)],
  loadHalf: (at: Code, offset = 0): Code => [at, simd(93), memory(offset)],
  loadQuarter: (at: Code, offset = 0): Code => [at, simd(92), memory(offset)],
  storeQuarter: (at: Code, value: Code, offset = 0): Code => [at, value, simd(90), memory(offset), 0],
  store: (at: Code, value: Code, offset = 0): Code => [at, value, simd(11), memory(offset)],
  storeHalf: (at: Code, value: Code, offset = 0): Code => [at, value, simd(91), memory(offset), 0],
  pair: (a: number, b: number): Code => [simd(12), doubles(a, b)],
  /** All bits of the first lane, none of the second. */
  firstOnly: [simd(12), Array<number>(8).fill(0xff), Array<number>(8).fill(0)] as Code,
  /** The low halves of two vectors, one after the other. */
  joinLow: (a: Code, b: Code): Code => [a, b, simd(13), [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]],
  splat: (x: Code): Code => [x, simd(20)],
  lane: (v: Code, lane: 0 | 1): Code => [v, simd(33), lane],
  eq: (a: Code, b: Code): Code => [a, b, simd(71)],
  lt: (a: Code, b: Code): Code => [a, b, simd(73)],
  and: (a: Code, b: Code): Code => [a, b, simd(78)],
  pick: (yes: Code, no: Code, mask: Code): Code => [yes, no, mask, simd(82)],
  xor: (a: Code, b: Code): Code => [a, b, simd(81)],
  anyTrue: (v: Code): Code => [v, simd(83)],
  demote: (v: Code): Code => [v, simd(94)],
  promote: (v: Code): Code => [v, simd(95)],
  f32Add: (a: Code, b: Code): Code => [a, b, simd(228)],
  abs: (v: Code): Code => [v, simd(236)],
  add: (a: Code, b: Code): Code => [a, b, simd(240)],
  sub: (a: Code, b: Code): Code => [a, b, simd(241)],
  mul: (a: Code, b: Code): Code => [a, b, simd(242)],
  div: (a: Code, b: Code): Code => [a, b, simd(243)],
  min: (a: Code, b: Code): Code => [a, b, simd(244)],
  max: (a: Code, b: Code): Code => [a, b, simd(245)],
  or: (a: Code, b: Code): Code => [a, b, simd(80)],
}

/** A function's parameters (all i32) and locals, numbered as they are asked for. */
export class Locals {
  readonly types: ValueType[] = []
  readonly parameters: number
  constructor(parameters: number) {
    this.parameters = parameters
  }
  add(type: ValueType): number {
    this.types.push(type)
    return this.parameters + this.types.length - 1
  }
}

/** A module that imports its memory as `m.m` and exports functions without results, by name. */
export function assemble(functions: Readonly<Record<string, { locals: Locals; body: Code }>>): Uint8Array<ArrayBuffer> {
  const names = Object.keys(functions)
  const all = Object.values(functions)
  const section = (id: number, content: Code): Code => [id, sized(content)]
  const type = ({ locals }: { locals: Locals }): Code => [
    0x60,
    counted(Array<number>(locals.parameters).fill(TYPE.i32)),
    counted([]),
  ]
  const code = ({ locals, body }: { locals: Locals; body: Code }): Code =>
    sized([counted(locals.types.map((t) => [u32(1), TYPE[t]])), body, 0x0b])
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, counted(all.map(type))),
      section(2, counted([[text('m'), text('m'), 0x02, 0x00, u32(1)]])),
      section(3, counted(all.map((_, i) => u32(i)))),
      section(7, counted(names.map((name, i) => [text(name), 0x00, u32(i)]))),
      section(10, counted(all.map(code))),
    ]),
  )
}
