import { join } from 'node:path'
import { valuesIn } from './lines.ts'
import type { Read } from './entries.ts'
import type { InWindow } from './facts.ts'
import { WindowVotes, type WindowVote } from './window-votes.ts'
import { windowPay, type WindowHead, type WindowLabel } from './windows.ts'

type Taken = Omit<InWindow, 'window'> & { work: string }

/** Reads a window's file, reckons its bonuses again, and holds them against what the log paid. */
export async function readWindow(
  dir: string,
  name: string,
  read: Read,
): Promise<{ key: string; kept_apart: boolean } | undefined> {
  let head: WindowHead | undefined
  const votes = new WindowVotes()
  const labels: WindowLabel[] = []
  // Rows of one piece of work stand together.
  let open: Taken | undefined
  const flush = (of: WindowHead, { work, ...taken }: Taken) => {
    read.facts.add([work, 'in_window', -1, of.campaign, { window: of.window, ...taken }])
    open = undefined
  }
  for await (const { value } of valuesIn(join(dir, name))) {
    if (!head) head = value as WindowHead
    else if (typeof (value as WindowVote | undefined)?.person === 'string') {
      const v = value as WindowVote
      votes.push(v)
      if (
        open &&
        (open.work !== v.work ||
          open.round !== v.round ||
          open.accepted !== v.accepted ||
          open.correct !== v.correct ||
          open.chance_ppm !== (v.chance_ppm ?? null))
      )
        flush(head, open)
      open ??= {
        work: v.work,
        round: v.round,
        accepted: v.accepted,
        correct: v.correct,
        chance_ppm: v.chance_ppm ?? null,
        votes: 0,
        approvals: 0,
      }
      open.votes += 1
      open.approvals += v.approves ? 1 : 0
    } else labels.push(value as WindowLabel)
  }
  if (!head) return undefined
  if (open) flush(head, open)
  const campaign = read.campaigns.of(head.campaign)
  const found = { key: `${head.campaign}/${head.window}`, kept_apart: head.kept_apart }
  if (head.kept_apart) return found
  const paid = (campaign.windows.get(head.window) ?? []).toSorted()
  const owed = windowPay(head, votes, labels, campaign.versions).toSorted()
  const missing = minus(owed, paid)
  const extra = minus(paid, owed)
  if (missing.length + extra.length > 0)
    read.findings.add({
      code: 'window_differs',
      campaign: head.campaign,
      file: name,
      message: `Window ${head.window} of campaign ${head.campaign}: ${[missing[0] && `somebody is owed ${missing[0]}, and no entry pays it`, extra[0] && `an entry pays ${extra[0]}, and nobody is owed it`].filter(Boolean).join('; ')}. In all ${missing.length} owed and not paid, ${extra.length} paid and not owed.`,
    })
  return found
}

/** Windows that entries pay for, and whose file is not in the folder. */
export function checkWindowsThere(seen: ReadonlySet<string>, read: Pick<Read, 'campaigns' | 'findings'>): void {
  for (const c of read.campaigns.all.values())
    for (const n of c.windows.keys())
      if (!seen.has(`${c.id}/${n}`))
        read.findings.add({
          code: 'window_differs',
          campaign: c.id,
          message: `Entries pay for window ${n} of campaign ${c.id}, and what it was reckoned from is not in the folder.`,
        })
}

function minus(a: readonly string[], b: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const x of b) left.set(x, (left.get(x) ?? 0) + 1)
  return a.filter((x) => {
    const n = left.get(x) ?? 0
    left.set(x, n - 1)
    return n <= 0
  })
}
