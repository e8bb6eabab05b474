import type { Db } from '../../platform/context.ts'
import type { Consent, Form, Instructions, Question } from '../templates/contract.ts'
import { questionsOf } from '../templates/rules.ts'
import type { Settings } from './contract.ts'

/** A campaign's own row, as every later domain reads it. */
export type Campaign = {
  id: string
  season_id: string
  requester_id: string
  title: string
  task_class: string
  mode: 'review' | 'redundancy'
  status: CampaignStatus
  restricted: boolean
  language: string
  version: number
  deadline: Date | null
  open_collection: boolean
}
export type CampaignStatus =
  | 'draft'
  | 'awaiting_approval'
  | 'pilot'
  | 'open'
  | 'paused'
  | 'closing'
  | 'closed'
  | 'cancelled'

/** What a submission is judged by. Rows never change. */
export type Version = {
  campaign_id: string
  version: number
  instructions: Instructions
  form: Form
  settings: Settings
  consent: Consent
  questions: Question[]
}

const CAMPAIGN = [
  'id',
  'season_id',
  'requester_id',
  'title',
  'task_class',
  'mode',
  'status',
  'restricted',
  'language',
  'version',
  'deadline',
  'open_collection',
] as const

/** One campaign by id, or nothing. */
export async function campaignOf(db: Db, id: string): Promise<Campaign | undefined> {
  return (await db.selectFrom('campaign').select(CAMPAIGN).where('id', '=', id).executeTakeFirst()) as
    | Campaign
    | undefined
}

const VERSIONS_KEPT = 500
const versions = new WeakMap<object, Map<string, Version>>()

/**
 * A version with its questions. Rows never change, so each is read once for each database; a transaction shares its
 * pool's adapter and so its cache. Not to be called in the transaction that writes the version.
 */
export async function versionOf(db: Db, campaignId: string, version: number): Promise<Version> {
  const database = db.getExecutor().adapter
  let kept = versions.get(database)
  if (!kept) versions.set(database, (kept = new Map()))
  const key = `${campaignId}/${version}`
  let one = kept.get(key)
  if (one) kept.delete(key)
  else {
    const row = await db
      .selectFrom('campaign_version')
      .select(['instructions', 'form', 'settings', 'consent'])
      .where('campaign_id', '=', campaignId)
      .where('version', '=', version)
      .executeTakeFirstOrThrow()
    const form = row.form as unknown as Form
    one = {
      campaign_id: campaignId,
      version,
      form,
      questions: questionsOf(form),
      instructions: row.instructions as unknown as Instructions,
      settings: row.settings as unknown as Settings,
      consent: row.consent as unknown as Consent,
    }
  }
  // Last in, last to go: the map's own order is the order of use.
  kept.set(key, one)
  if (kept.size > VERSIONS_KEPT) kept.delete(kept.keys().next().value!)
  return one
}

/**
 * Whether a person has a role in a campaign now. Who takes part must have agreed to the consent in force; work they
 * hold already is handed in without this question.
 */
export async function hasRole(db: Db, campaignId: string, accountId: string, role: string): Promise<boolean> {
  const row = await db
    .selectFrom('member as m')
    .innerJoin('campaign as c', 'c.id', 'm.campaign_id')
    .innerJoin('campaign_version as v', (j) =>
      j.onRef('v.campaign_id', '=', 'c.id').onRef('v.version', '=', 'c.version'),
    )
    .select('m.campaign_id')
    .where('m.campaign_id', '=', campaignId)
    .where('m.account_id', '=', accountId)
    .where('m.role', '=', role)
    .where('m.left_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('m.role', '=', 'requester'),
        eb('m.consent_version', '>=', eb.ref('v.consent_version')),
        eb('m.consent_version', 'is', null),
      ]),
    )
    .executeTakeFirst()
  return row !== undefined
}

/** Every role a person has in a campaign now. */
export async function rolesIn(
  db: Db,
  campaignId: string,
  accountId: string,
): Promise<('requester' | 'contributor' | 'reviewer')[]> {
  const rows = await db
    .selectFrom('member')
    .select('role')
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .where('left_at', 'is', null)
    .execute()
  return rows.map((r) => r.role as 'requester' | 'contributor' | 'reviewer')
}
