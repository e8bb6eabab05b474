import type { Tone } from '../../ui/badge.tsx'
import type { StageState } from '../../ui/stage-track.tsx'
import type { client } from '../../app/api.ts'

export type Status = Awaited<ReturnType<typeof client.reviews.status>>
export type State = Status['status']

/** How a state of a submission looks. */
export const STATE_TONE: Record<State, Tone> = {
  in_review: 'info',
  answered: 'info',
  accepted: 'good',
  rejected: 'bad',
  rejected_final: 'bad',
  withdrawn: 'plain',
}

export type Step = {
  key: 'sent' | 'check' | 'review' | 'expert' | 'decided' | 'appeal' | 'revision' | 'paid'
  state: StageState
  at?: string
  expected?: string
}

/**
 * A submission's way as steps: what is behind it, where it is now, what comes. Appeal, expert and revision appear only
 * when they are part of this submission's way.
 */
export function stepsOf(
  s: Pick<
    Status,
    | 'status'
    | 'stage'
    | 'submitted_at'
    | 'decided_at'
    | 'expected_by'
    | 'checks'
    | 'rewards'
    | 'appeal'
    | 'may_revise_until'
    | 'revised_by'
  >,
): Step[] {
  const decided = s.decided_at !== null
  const accepted = s.status === 'accepted'
  const refused = s.status === 'rejected' || s.status === 'rejected_final'
  const expected = s.expected_by ? { expected: s.expected_by } : {}
  const steps: Step[] = [{ key: 'sent', state: 'done', at: s.submitted_at }]
  if (s.status === 'withdrawn') return [...steps, { key: 'decided', state: 'stopped' }]
  const reviewing = s.stage === 'in_review' || s.stage === 'submitted'
  // Work that checks rejected was reviewed by nobody.
  if (s.stage === 'checking' || s.checks.length > 0) steps.push({ key: 'check', state: decided ? 'done' : 'now' })
  if (s.checks.length === 0)
    steps.push({
      key: 'review',
      state: decided || s.stage === 'with_expert' ? 'done' : s.stage === 'checking' ? 'next' : 'now',
      ...(reviewing ? expected : {}),
    })
  if (s.stage === 'with_expert') steps.push({ key: 'expert', state: 'now', ...expected })
  steps.push({
    key: 'decided',
    state: !decided ? 'next' : refused ? 'stopped' : 'done',
    ...(s.decided_at && { at: s.decided_at }),
  })
  if (s.stage === 'in_appeal') steps.push({ key: 'appeal', state: 'now', ...expected })
  else if (s.appeal) steps.push({ key: 'appeal', state: s.appeal.upheld ? 'done' : 'stopped' })
  if (s.revised_by) steps.push({ key: 'revision', state: 'done' })
  else if (s.stage === 'revision_open' && s.may_revise_until)
    steps.push({ key: 'revision', state: 'now', expected: s.may_revise_until })
  if (!refused || s.stage === 'in_appeal')
    steps.push({ key: 'paid', state: accepted && s.rewards.length > 0 ? 'done' : 'next' })
  return steps
}
