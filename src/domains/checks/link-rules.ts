import type { Finding } from './rules.ts'

/** What opening a link came to, as `platform/outside/open-link.ts` says it. */
type Opened = { state: 'opened'; status: number } | { state: 'refused' | 'failed'; why: string }

/**
 * What follows from it. Gone, nowhere, or not on the public internet: the link is wrong. A server that is down, slow, or
 * does not talk to programs proves nothing about what a person would see.
 */
export function linkFinding(opened: Opened): Finding | { retry: Finding } {
  if (opened.state === 'opened') {
    const { status } = opened
    if (status < 400) return { found: 'nothing' }
    if (status === 404 || status === 410) return { found: 'something', code: 'link_gone', detail: { status } }
    if (status === 429 || status >= 500) return { retry: { found: 'unknown', code: 'link_no_answer' } }
    return { found: 'unknown', code: 'link_closed', evidence: { status } }
  }
  const evidence = { why: opened.why }
  if (opened.state === 'failed')
    return opened.why === 'no_such_host'
      ? { found: 'something', code: 'link_nowhere', evidence }
      : { retry: { found: 'unknown', code: 'link_no_answer', evidence } }
  if (opened.why === 'private_address') return { found: 'something', code: 'link_private', evidence }
  return { found: 'unknown', code: 'link_not_opened', evidence }
}
