import type { TextValues, Translate } from './translate.ts'
import { ApiError } from '../../src/client.ts'

export type Described = {
  kind: 'refusal' | 'fault' | 'offline'
  code: string
  sentence: string
  way: string | undefined
}

const known = (t: Translate, key: string, values: TextValues): string | undefined => {
  const text = t(key, { ...values, defaultValue: '' })
  return text === '' ? undefined : text
}

/** A failed fetch has no status: the line is down, or the server is. */
export const isOffline = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === 'NetworkError')

/** Puts any thrown thing into words. English sentences come from the server, with their figures; others from the catalogue. */
export function describeProblem(error: unknown, t: Translate, language: string): Described {
  if (isOffline(error))
    return {
      kind: 'offline',
      code: 'offline',
      sentence: t('common:problem.offline'),
      way: t('common:problem.offline_way'),
    }
  if (error instanceof ApiError) {
    if (error.status >= 500 && error.code !== 'shutting_down') {
      return {
        kind: 'fault',
        code: error.code,
        sentence: t('common:problem.fault'),
        way: t('common:problem.fault_way'),
      }
    }
    const sentence =
      language === 'en' ? error.message : (known(t, `refusals:${error.code}`, error.detail) ?? error.message)
    return { kind: 'refusal', code: error.code, sentence: sentence || t('common:problem.fault'), way: undefined }
  }
  return {
    kind: 'fault',
    code: error instanceof Error ? error.name : 'unknown',
    sentence: t('common:problem.here'),
    way: t('common:problem.here_way'),
  }
}

/** The code of a refusal, to branch on; undefined for anything else. */
export const refusalCode = (error: unknown): string | undefined => (error instanceof ApiError ? error.code : undefined)

/** Problems per field, as a form wants them: the last part of the JSON pointer names the field. */
export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || !error.fields) return {}
  return Object.fromEntries(error.fields.map((f) => [f.field.split('/').filter(Boolean).join('.'), f.message]))
}
