import Type, { type Static } from 'typebox'
import {
  Amount,
  At,
  CurrencyCode,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  Minor,
  nullable,
  obj,
  oneOf,
  Page,
  text,
} from '../../../platform/http/endpoint.ts'
import { PositiveMinor } from '../../ledger/contract.ts'

export const DRIVE_KINDS = ['reports', 'amnesty'] as const
/** How somebody knows that accounts are one person's. */
export const METHODS = ['was_told', 'offered_accounts', 'same_wallet', 'same_words', 'same_times', 'other'] as const
/** What a reporter is told, and nothing more. */
export const REPORT_STATES = ['under_review', 'confirmed', 'not_confirmed'] as const

const Terms = {
  drive_id: Id,
  kind: oneOf(DRIVE_KINDS),
  title: text(120),
  words: text(2000),
  opens_at: At,
  closes_at: At,
  currency: nullable(CurrencyCode),
  reward_minor: nullable(Minor),
  min_group: nullable(Type.Integer()),
  keep_bps: nullable(Type.Integer()),
}
const Drive = obj({
  ...Terms,
  is_open: Type.Boolean(),
  /** Of an amnesty: how many accounts one has declared, with this one; null: none. */
  declared: nullable(Type.Integer()),
})
const RunDrive = obj({
  ...Terms,
  cap_minor: nullable(Minor),
  left_minor: nullable(Minor),
  paid_at: nullable(At),
  reports: Type.Integer(),
  waiting: Type.Integer(),
  confirmed: Type.Integer(),
  declarations: Type.Integer(),
  declared_accounts: Type.Integer(),
})
export type Drive = Static<typeof Drive>
export type RunDrive = Static<typeof RunDrive>

const Report = obj({
  report_id: Id,
  reporter: text(100),
  /** How the reports of this person went so far. */
  confirmed_before: Type.Integer(),
  wrong_before: Type.Integer(),
  /** What one of its accounts' cases gets as evidence from it. */
  strength: oneOf(['weak', 'fair'] as const),
  method: oneOf(METHODS),
  says: text(2000),
  state: oneOf(['under_review', 'with_cases', 'confirmed', 'not_confirmed'] as const),
  reported_at: At,
  settled_at: nullable(At),
  reward_minor: nullable(Minor),
  accounts: Type.Array(
    obj({
      account_id: Id,
      handle: text(100),
      case_id: nullable(Id),
      confirmed: Type.Boolean(),
      declared: Type.Boolean(),
    }),
  ),
})
export type ReportView = Static<typeof Report>
const OwnReport = obj({
  report_id: Id,
  drive_id: Id,
  title: text(120),
  accounts: Type.Integer(),
  state: oneOf(REPORT_STATES),
  reported_at: At,
})
const DrivePlace = obj({ drive_id: Id })
const ReportPlace = obj({ report_id: Id })
const Handle = text(100, 1)

/** Reports with evidence and amnesties: what operators run for a while, and what people do in it. */
export const drives = {
  list: endpoint({
    method: 'GET',
    path: '/v1/report-drives',
    role: 'person',
    scope: 'read',
    summary: 'Drives for reports and amnesties that are open or about to open, and amnesties that I took part in',
    result: obj({ items: Type.Array(Drive), next: Type.Null() }),
    refusals: [],
  }),
  report: endpoint({
    method: 'POST',
    path: '/v1/report-drives/{drive_id}/reports',
    role: 'person',
    scope: 'account',
    summary:
      'Report accounts that are one person’s, by their public names, with how you know; the same group counts once',
    params: DrivePlace,
    body: obj({
      accounts: Type.Array(Handle, { minItems: 2, maxItems: 50, uniqueItems: true }),
      method: oneOf(METHODS),
      says: text(2000, 20),
    }),
    result: OwnReport,
    refusals: [
      'drive_not_found',
      'drive_not_open',
      'report_own',
      'report_too_few',
      'report_unknown',
      'report_too_many',
    ],
  }),
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/account-reports',
    role: 'person',
    scope: 'read',
    summary: 'Reports of mine, newest first: under review, confirmed or not confirmed',
    query: obj({ ...Page }),
    result: listOf(OwnReport),
    refusals: [],
  }),
  declare: endpoint({
    method: 'POST',
    path: '/v1/report-drives/{drive_id}/declaration',
    role: 'person',
    scope: 'account',
    summary:
      'Declare other accounts of mine: answers a code with which each joins, signed in as itself; an earlier code ends',
    params: DrivePlace,
    body: obj({}),
    result: obj({ code: text(60), accounts: Type.Integer(), closes_at: At }),
    refusals: ['drive_not_found', 'drive_not_open', 'amnesty_case_open', 'amnesty_joined'],
  }),
  join: endpoint({
    method: 'POST',
    path: '/v1/report-drives/{drive_id}/join',
    role: 'person',
    scope: 'account',
    summary:
      'Join the person whose code this is: this account is theirs, keeps its share of held pay, and stands as one with them',
    params: DrivePlace,
    body: obj({ code: text(60, 8) }),
    result: obj({ accounts: Type.Integer(), given_back: Type.Array(Amount), kept: Type.Array(Amount) }),
    refusals: ['drive_not_found', 'drive_not_open', 'amnesty_case_open', 'amnesty_joined', 'amnesty_code_wrong'],
    limits: [{ name: 'amnesty_codes', by: 'account', times: 10, seconds: 3600 }],
  }),
  run: endpoint({
    method: 'GET',
    path: '/v1/operator/report-drives',
    role: 'operator',
    scope: 'operate',
    summary: 'Drives for reports and amnesties, newest first, with how they go',
    query: obj({ ...Page }),
    result: listOf(RunDrive),
    refusals: [],
  }),
  open: endpoint({
    method: 'POST',
    path: '/v1/operator/report-drives',
    role: 'operator',
    scope: 'operate',
    summary: 'Open a drive for reports, funded from my balance as a requester up to its cap, or an amnesty',
    body: obj({
      kind: oneOf(DRIVE_KINDS),
      title: text(120, 3),
      words: text(2000, 10),
      opens_at: Type.Optional(At),
      closes_at: At,
      currency: Type.Optional(CurrencyCode),
      reward_minor: Type.Optional(PositiveMinor),
      cap_minor: Type.Optional(PositiveMinor),
      min_group: Type.Optional(Type.Integer({ minimum: 2, maximum: 50 })),
      /** Of an amnesty: ten-thousandths of held pay that stay; the installation's own share when absent. */
      keep_bps: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    }),
    result: RunDrive,
    refusals: ['drive_dates', 'drive_terms', 'currency_unknown', 'currency_not_money', 'balance_too_small'],
  }),
  reports: endpoint({
    method: 'GET',
    path: '/v1/operator/report-drives/{drive_id}/reports',
    role: 'operator',
    scope: 'operate',
    summary: 'Reports of a drive: those that wait first, whoever was right most often first among them',
    params: DrivePlace,
    result: obj({ items: Type.Array(Report), next: Type.Null() }),
    refusals: ['drive_not_found'],
  }),
  take: endpoint({
    method: 'POST',
    path: '/v1/operator/account-reports/{report_id}/cases',
    role: 'operator',
    scope: 'operate',
    summary: 'Open a case about each of these accounts with the report as evidence; cases decide whether it was right',
    params: ReportPlace,
    body: obj({ account_ids: Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true }) }),
    result: Report,
    refusals: [
      'account_report_not_found',
      'report_settled',
      'report_is_mine',
      'report_not_named',
      'case_own',
      'case_declared',
      'person_erased',
    ],
  }),
  decline: endpoint({
    method: 'POST',
    path: '/v1/operator/account-reports/{report_id}/decline',
    role: 'operator',
    scope: 'operate',
    summary: 'Not confirmed, without any case; later reports of the same person say less only where it was made up',
    params: ReportPlace,
    body: obj({ made_up: Type.Boolean() }),
    result: Report,
    refusals: ['account_report_not_found', 'report_settled', 'report_is_mine'],
  }),
}

export const driveRefusals = declareRefusals({
  drive_not_found: { status: 404, message: 'There is no such drive. Choose one from the list.' },
  drive_not_open: { status: 409, message: 'This is open from {from} until {until}, and not now.' },
  drive_dates: { status: 422, message: 'A drive ends after it begins, in the future, and within a year.' },
  drive_terms: {
    status: 422,
    message:
      'A drive for reports names a currency, a reward, a cap that is at least one reward, and a smallest group; an amnesty only the share that stays.',
  },
  report_own: {
    status: 422,
    message: 'You are among these accounts. Whoever has several can declare them in an amnesty, and nothing follows.',
  },
  report_too_few: { status: 422, message: 'Name at least {least} accounts of one person.' },
  report_unknown: {
    status: 422,
    message: 'There is no account called {handle}. Names are as they stand in the leaderboard.',
  },
  report_too_many: { status: 409, message: 'Five of your reports wait to be read. Send more when those are answered.' },
  account_report_not_found: { status: 404, message: 'There is no such report. Reload the list.' },
  report_settled: { status: 409, message: 'This report was answered already.' },
  report_is_mine: { status: 403, message: 'This is your own report, so somebody else answers it.' },
  report_not_named: { status: 422, message: 'One of these accounts does not stand in this report.' },
  case_declared: {
    status: 409,
    message:
      'This account was declared in an amnesty and stands as one person with the others, so that it is like them opens no case. Evidence of another kind does.',
  },
  amnesty_case_open: {
    status: 409,
    message:
      'A case about this account was opened before, or something was decided on it, so it is too late to declare it. Say it in the case: whoever decides reads it first.',
  },
  amnesty_joined: { status: 409, message: 'This account was declared with others already.' },
  amnesty_code_wrong: { status: 422, message: 'This is not a code of this amnesty. Codes end when a new one is made.' },
})
