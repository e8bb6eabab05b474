import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { consentInForce, consentOf, insertConsent, campaignRow, type CampaignRow } from '../campaigns/manage-queries.ts'
import { assignRoles, type Assigned } from '../campaigns/members.ts'
import { versionOf } from '../campaigns/queries.ts'
import { isPublic } from '../campaigns/rules.ts'
import { rolesOf } from '../campaigns/view-queries.ts'
import { enterSeason } from '../seasons/enter.ts'
import { seasonOf } from '../seasons/queries.ts'
import type { ExamState } from './contract.ts'
import { attemptsOf, examOf, needOf } from './queries.ts'
import { refuseJoin, rolesFor } from './rules.ts'
import { stateOf } from './state.ts'

export type Joining = { consent_version: number; adult?: boolean; country?: string }

/** Agrees to a campaign's terms and takes part: at once, or once its exam is passed. Joining again renews the consent. */
export async function join(ctx: Ctx, campaignId: string, given: Joining): Promise<ExamState> {
  return transact(ctx, campaignId, async (db) => {
    const who = callerOf(ctx).account_id
    // Load.
    const c = await campaignRow(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    const { consent, settings } = await versionOf(db, c.id, c.version)
    const { consent_version } = (await consentInForce(db, c.id))!
    const season = await seasonOf(db, c.season_id)

    // Decide.
    const refusal = refuseJoin({
      is_public: isPublic(c),
      status: c.status,
      season_over: !season || season.closed_at !== null || season.ends_at <= ctx.now,
      deadline_passed: c.deadline !== null && c.deadline <= ctx.now,
      // The example is there to be tried, by whoever set the platform up too.
      own: c.requester_id === who && !c.example,
      vetted_only: settings.red_team?.kind === 'policy',
      vetted: callerOf(ctx).roles.includes('restricted_data'),
      consent_version,
      agreed_version: given.consent_version,
      adults_only: consent.adults_only,
      adult: given.adult === true,
      countries: consent.countries,
      country: given.country,
    })
    if (refusal) throw new Refusal(refusal, { consent_version, country: given.country ?? '' })

    // Record. Only what this campaign's terms ask about is kept.
    await enterSeason(ctx, db, c.season_id, who)
    const before = await consentOf(db, c.id, who)
    await insertConsent(db, {
      campaign_id: c.id,
      account_id: who,
      consent_version,
      adult: consent.adults_only ? true : null,
      country: consent.countries === null ? null : given.country!,
      at: ctx.now,
    })
    if (before !== consent_version)
      await recordEvents(ctx, db, [
        { campaign_id: c.id, kind: 'consented', subject_id: who, body: { consent_version } },
      ])
    await takeIn(ctx, db, c, who, consent_version)
    return stateOf(ctx, db, c, who)
  })
}

/** Gives a person who qualifies their roles, or keeps those they have under the consent they just gave. */
export async function takeIn(
  ctx: Ctx,
  db: Db,
  c: CampaignRow,
  who: string,
  consentVersion: number,
): Promise<Assigned[]> {
  const held = (await rolesOf(db, c.id, who)).filter((r) => r.role !== 'requester')
  if (held.length > 0) {
    const roles = held as unknown as Assigned[]
    if (held.some((r) => r.consent_version !== consentVersion))
      await assignRoles(ctx, db, {
        campaign_id: c.id,
        account_id: who,
        roles: roles.map(({ role, why }) => ({ role, why })),
        consent_version: consentVersion,
      })
    return roles
  }
  const exam = await examOf(db, c.id)
  const passed = (await attemptsOf(db, c.id, who)).filter((a) => a.passed)
  if (exam && passed.length === 0) return []
  const { settings } = await versionOf(db, c.id, c.version)
  const roles = rolesFor({
    mode: c.mode,
    may_do_both: settings.may_do_both ?? false,
    score_bps: exam ? Math.max(...passed.map((a) => a.score_bps ?? 0)) : null,
    reviewer_bps: exam?.reviewer_bps ?? 0,
    need: await needOf(db, c.id, settings.reviews.max),
  })
  await assignRoles(ctx, db, { campaign_id: c.id, account_id: who, roles, consent_version: consentVersion })
  return roles
}
