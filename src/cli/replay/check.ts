import { type Api } from '../connect.ts'
import { Problem } from '../problem.ts'
import { buildReport, downloadText } from '../report.ts'
import { digestOf, type Label, type Plan } from './data.ts'
import type { Place, Steps } from './drive.ts'
import type { Figures } from './figures.ts'
import { inLanes, patiently } from './lanes.ts'

type Export = {
  reviews: { rows: { campaign_id: string; submission_id: string; votes: Record<string, { approve: boolean }> }[] }
}

/**
 * What the database holds, read back through the public API: every reviewer's own export of what is kept about them.
 * Unlike a release it names each verdict with the person who gave it.
 */
export async function readBack(api: Api, plan: Plan, place: Place, steps: Steps): Promise<Label[]> {
  const taskOf = new Map([...place.submissions].map(([task, id]) => [id, task]))
  const labels: Label[] = []
  const progress = steps.progress('Reading back', plan.workers.length)
  let done = 0
  await inLanes(plan.workers, 4, async (worker) => {
    const text = await patiently(() => downloadText({ url: api.url, key: place.keys.get(worker)! }, '/v1/me/export'))
    for (const r of (JSON.parse(text) as Export).reviews.rows) {
      const task = taskOf.get(r.submission_id)
      if (r.campaign_id !== place.campaign_id || task === undefined)
        throw new Problem(`The account of worker ${worker} has a review that this replay did not send.`)
      for (const vote of Object.values(r.votes)) labels.push({ task, worker, label: vote.approve ? '1' : '0' })
    }
    progress.set((done += 1))
  })
  progress.end()
  return labels
}

/** Whether what was read back is exactly what was sent; says the counts and both digests. */
export function sameLabels(sent: readonly Label[], held: readonly Label[]): { same: boolean; text: string } {
  const [a, b] = [digestOf(sent), digestOf(held)]
  const row = (title: string, n: number, digest: string) =>
    `  ${title.padEnd(10)} ${String(n).padStart(8)} labels  sha256 ${digest}`
  return {
    same: a === b && sent.length === held.length,
    text: `${row('sent', sent.length, a)}\n${row('held', held.length, b)}`,
  }
}

/** The season report's figures for the campaign of this replay. */
export async function reportedFigures(
  api: Api,
  place: Place,
  steps: Steps,
): Promise<{ figures: Figures; says: string | undefined; report_id: string }> {
  const { report, report_id } = await buildReport(api.client, place.season_id, steps.progress)
  const own = report.by_campaign.find((c) => c.campaign_id === place.campaign_id)
  if (!own) throw new Problem('The season report does not have the campaign of this replay.')
  const { flow, qa } = own
  return {
    report_id,
    says: report.data.find((d) => d.campaign_id === place.campaign_id)?.says,
    figures: {
      submissions: flow.judged,
      accepted: flow.acceptance.count,
      acceptance: flow.acceptance.share ?? 'none',
      precision: qa.precision.share ?? 'none',
      agreement: qa.agreement.share ?? 'none',
      recall: qa.recall.share ?? 'none',
    },
  }
}
