import type { ERASURES } from './contract.ts'

/** A kind of record in words: its title, why it is kept, and one row with its facts filled in. */
export type Words = { title: string; why: string; line: string }
export type About = { on_erasure: (typeof ERASURES)[number]; en: Words; ar: Words }

export const words = (title: string, why: string, line: string): Words => ({ title, why, line })
