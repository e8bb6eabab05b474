import { ApiError } from '../client.ts'

/** A mistake or a state that the person can do something about: one sentence and what to do; no stack trace. */
export class Problem extends Error {
  override name = 'Problem'
}

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
])

/** What to print for an error, in words for a person. */
export function sentenceFor(error: unknown): string {
  if (error instanceof ApiError)
    return [error.message, ...(error.fields ?? []).map((f) => `  ${f.field}: ${f.message}`)].join('\n')
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { code?: string } }
  const network = [code, cause?.code].find((c) => c && NETWORK.has(c))
  if (network) return `The server does not answer (${network}). Is it running? Start it with: npm start`
  if (code === 'EADDRINUSE')
    return 'Another program listens on that port. Give another one with --port, or stop that program.'
  if (code === 'EACCES' || code === 'EPERM') return `${message}. Run as the user who owns it, or choose another place.`
  if (code === 'ENOENT' && message) return `${message.replace(/^ENOENT: /, '')}. Check the name.`
  if (code === '28P01' || code === '28000') return `PostgreSQL refuses the sign-in: ${message}. Check DATABASE_URL.`
  if (code === '3D000') return `${message}. Create that database, or correct DATABASE_URL.`
  return message || String(error)
}
