import type { Api } from '../connect.ts'
import { duration } from '../progress.ts'
import { readBack, reportedFigures, sameLabels } from './check.ts'
import type { Plan } from './data.ts'
import { auditAll, prepare, reviewAll, type Steps } from './drive.ts'
import { besideFixed, compareFigures, independently } from './figures.ts'

/**
 * Replays a plan and checks it: the database holds exactly what was sent, and the season report's figures are those
 * that the files give by themselves. False when anything differs.
 */
export async function replay(api: Api, plan: Plan, steps: Steps): Promise<boolean> {
  steps.say(
    `Replay of ${plan.name} on ${api.url}: ${plan.tasks.length} tasks, ${plan.labels.length} labels of ${plan.workers.length} people. The question: ${plan.question}`,
  )
  for (const line of plan.left_out) steps.say(`  left out: ${line}`)
  const started = performance.now()
  const place = await prepare(api, plan, steps)
  const reviewing = performance.now()
  const { sent, there, recorded } = await reviewAll(api, plan, place, steps)
  const seconds = (performance.now() - reviewing) / 1000
  if (there > 0) steps.say(`${there} reviews were there from an earlier call; ${sent} were sent now.`)
  if (sent > 0)
    steps.say(
      `${sent} reviews in ${duration(seconds)}: ${(sent / seconds).toFixed(0)} a second, ${steps.lanes} at a time, over HTTP.`,
    )
  await auditAll(api, plan, place, steps)

  const held = sameLabels(recorded, await readBack(api, plan, place, steps))
  steps.say(
    `\nWhat was sent, and what the database holds (each reviewer's own export, task,worker,label):\n${held.text}\n  ${held.same ? 'equal' : 'DIFFERENT'}`,
  )
  const { figures, says } = await reportedFigures(api, place, steps)
  const fixed = independently(plan.labels, plan.truth)
  const { text, differing } = plan.stakes ? besideFixed(fixed, figures) : compareFigures(fixed, figures)
  if (plan.stakes)
    steps.say(
      `\n${recorded.length} reviews instead of ${plan.labels.length}: ${((1 - recorded.length / plan.labels.length) * 100).toFixed(1)} % fewer. A majority of ${plan.reviews} beside what the adaptive policy decided:\n${text}`,
    )
  else steps.say(`\nThe season report beside ten lines over the files:\n${text}`)
  if (says) steps.say(`\nWhat the data are: ${says}`)
  steps.say(
    held.same && differing.length === 0
      ? `\nEverything fits, after ${duration((performance.now() - started) / 1000)}.`
      : `\nNot everything fits: ${[...(held.same ? [] : ['the labels']), ...differing].join('; ')}.`,
  )
  return held.same && differing.length === 0
}
