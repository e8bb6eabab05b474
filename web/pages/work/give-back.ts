import { client } from '../../app/api.ts'
import { refusalCode } from '../../app/problem.ts'

/** Skips what one holds. A lease that is over is as good as given back; any other failure is the caller's to tell. */
export async function giveBack(campaign_id: string, target_id: string): Promise<void> {
  try {
    await client.assignments.give_back({ params: { campaign_id, target_id }, body: {} })
  } catch (error) {
    const code = refusalCode(error)
    if (code !== 'lease_over' && code !== 'lease_not_found') throw error
  }
}
