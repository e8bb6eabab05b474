import { pino } from 'pino'

export type Log = {
  info(fields: object, message?: string): void
  warn(fields: object, message?: string): void
  error(fields: object, message?: string): void
}

const SECRET_FIELDS = ['authorization', 'cookie', 'token', 'secret', 'code', 'password', 'key', 'answer', 'votes']

/** Structured lines on standard error. Secrets and content are never written, whatever field they come in. */
export function createLog(level: string): Log {
  const paths = SECRET_FIELDS.flatMap((f) => [f, `*.${f}`, `*.*.${f}`])
  return pino({ level, redact: { paths, censor: '[hidden]' } }, pino.destination(2))
}

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }
