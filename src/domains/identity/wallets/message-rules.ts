/** What a wallet is asked to sign for. */
export type WalletPurpose = 'sign_in' | 'create' | 'link' | 'fresh'

/** The parts of a text as EIP-4361 names them. */
export type WalletText = {
  domain: string
  /** With its checksum's capital letters. */
  address: string
  statement: string
  uri: string
  chain_id: number
  nonce: string
  issued_at: string
  expires_at: string
  not_before: string | null
}

/** A text counts for this long; the wallet, the phone beside it and a slow hand fit into it. */
export const TEXT_MS = 10 * 60_000

/** The text, byte for byte as wallets know it, so that they can show its parts and warn of a foreign domain. */
export const composeText = (t: WalletText): string =>
  [
    `${t.domain} wants you to sign in with your Ethereum account:`,
    t.address,
    '',
    t.statement,
    '',
    `URI: ${t.uri}`,
    'Version: 1',
    `Chain ID: ${t.chain_id}`,
    `Nonce: ${t.nonce}`,
    `Issued At: ${t.issued_at}`,
    `Expiration Time: ${t.expires_at}`,
    ...(t.not_before === null ? [] : [`Not Before: ${t.not_before}`]),
  ].join('\n')

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
// One expression for the whole text: a second `URI:` line, a missing nonce, an added line or another line end fits nowhere.
const FORM = new RegExp(
  [
    String.raw`^(?<domain>[^\s/?#@]{1,255}) wants you to sign in with your Ethereum account:`,
    '(?<address>0x[0-9a-fA-F]{40})',
    '',
    '(?<statement>[ -~]{1,400})',
    '',
    String.raw`URI: (?<uri>https?://[!-~]{1,400})`,
    'Version: 1',
    String.raw`Chain ID: (?<chain_id>[1-9]\d{0,14})`,
    'Nonce: (?<nonce>[0-9A-Za-z]{8,64})',
    `Issued At: (?<issued_at>${TIME})`,
    `Expiration Time: (?<expires_at>${TIME})(?:\\nNot Before: (?<not_before>${TIME}))?$`,
  ].join('\\n'),
)

/** Reads a text; undefined for whatever is not exactly of the one form that we write. */
export function parseText(text: string): WalletText | undefined {
  const parts = text.length <= 2000 ? FORM.exec(text)?.groups : undefined
  if (!parts) return undefined
  const times = [parts.issued_at!, parts.expires_at!, ...(parts.not_before ? [parts.not_before] : [])]
  if (times.some((t) => Number.isNaN(Date.parse(t)))) return undefined
  return {
    domain: parts.domain!,
    address: parts.address!,
    statement: parts.statement!,
    uri: parts.uri!,
    chain_id: Number(parts.chain_id),
    nonce: parts.nonce!,
    issued_at: parts.issued_at!,
    expires_at: parts.expires_at!,
    not_before: parts.not_before ?? null,
  }
}

/** Why this text may not count here and now, if so; the most telling reason first. */
export function refuseText(
  text: WalletText,
  here: { domain: string; uri: string; chains: readonly number[]; now: Date },
): string | undefined {
  if (text.domain !== here.domain || text.uri !== here.uri) return 'wallet_text_foreign'
  if (!here.chains.includes(text.chain_id)) return 'wallet_chain_unknown'
  const now = here.now.getTime()
  if (Date.parse(text.expires_at) <= now || Date.parse(text.expires_at) - Date.parse(text.issued_at) > TEXT_MS)
    return 'wallet_text_over'
  return text.not_before !== null && Date.parse(text.not_before) > now ? 'wallet_text_early' : undefined
}

/** What the wallet shows above the technical lines: one plain sentence of what follows from signing, and what does not. */
export function statementFor(purpose: WalletPurpose, handle: string | null): string {
  const free = 'This costs nothing and gives no access to your funds.'
  if (purpose === 'link') return `Link this wallet to the Assay account ${handle}. ${free}`
  if (purpose === 'fresh') return `Confirm that you are the owner of the Assay account ${handle}. ${free}`
  return purpose === 'create' ? `Create an Assay account with this wallet. ${free}` : `Sign in to Assay. ${free}`
}
