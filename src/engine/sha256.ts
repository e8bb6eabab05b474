// FIPS 180-4. For browsers, whose own SHA-256 answers only later, while a proof is many small hashes one after another.

const PRIMES = (() => {
  const out: number[] = []
  for (let n = 2; out.length < 64; n++) if (out.every((p) => n % p !== 0)) out.push(n)
  return out
})()
const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0
const ROUND = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)))
const START = Int32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)))

/** The SHA-256 of some bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const state = Int32Array.from(START)
  const words = new Int32Array(64)
  const whole = Math.floor(data.length / 64)
  for (let i = 0; i < whole; i++) block(state, words, data, i * 64)
  const rest = data.length - whole * 64
  const last = new Uint8Array(rest < 56 ? 64 : 128)
  last.set(data.subarray(whole * 64))
  last[rest] = 0x80
  for (let i = 0, bits = data.length * 8; i < 7; i++, bits = Math.floor(bits / 256))
    last[last.length - 1 - i] = bits % 256
  for (let at = 0; at < last.length; at += 64) block(state, words, last, at)
  const out = new Uint8Array(32)
  for (let i = 0; i < 8; i++) for (let k = 0; k < 4; k++) out[4 * i + k] = state[i]! >>> (24 - 8 * k)
  return out
}

const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

function block(state: Int32Array, w: Int32Array, p: Uint8Array, from: number): void {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    w[i] = (p[at]! << 24) | (p[at + 1]! << 16) | (p[at + 2]! << 8) | p[at + 3]!
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!
    const y = w[i - 2]!
    w[i] =
      (w[i - 16]! + w[i - 7]! + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i]! + w[i]!) | 0
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i]! + x) | 0
}
