import { buildEpochTree } from '../../engine/epoch-tree.ts'
import { accountAt, readClaims, unitsAt, type Claims } from './claims-file.ts'
import { keccak } from './keccak.ts'
import { bytesOf, hexOf, MOST_UNITS } from './rules.ts'

export type Finding = { code: string; message: string }
export type EpochCheck = {
  header: Claims['header'] | undefined
  sha256: string | undefined
  root: string | undefined
  total: bigint | undefined
  findings: Finding[]
  /** What was not looked at, and how to. */
  notes: string[]
}

/**
 * Recomputes an epoch from its published file alone: order, sum, root; and with the file before it, that nobody lost
 * anything. The contract cannot see an account that is missing, so this is what its window is for.
 */
export async function checkEpoch(path: string, previousPath?: string): Promise<EpochCheck> {
  const claims = await readClaims(path)
  if ('wrong' in claims) {
    const findings = [{ code: 'file', message: claims.wrong }]
    return { header: undefined, sha256: undefined, root: undefined, total: undefined, findings, notes: [] }
  }
  const { header } = claims
  const notes: string[] = []
  const findings: Finding[] = [...claims.problems]
  if (claims.rows !== header.rows)
    findings.push({ code: 'rows', message: `The first line says ${header.rows} rows; there are ${claims.rows}.` })
  if (claims.total.toString() !== header.total)
    findings.push({
      code: 'total',
      message: `The rows sum to ${claims.total}; the first line declares ${header.total}.`,
    })
  if (claims.total > MOST_UNITS)
    findings.push({ code: 'total', message: 'The rows sum to more than a distributor can hold.' })
  let root: string | undefined
  if (claims.rows > 0) {
    const tree = buildEpochTree(
      {
        chain_id: BigInt(header.chain_id),
        distributor: bytesOf(header.distributor),
        accounts: claims.accounts,
        cumulative: claims.cumulative,
      },
      await keccak(),
    )
    root = hexOf(tree.root)
    if (root !== header.root)
      findings.push({ code: 'root', message: `The rows lead to the root ${root}; the first line says ${header.root}.` })
  } else findings.push({ code: 'rows', message: 'The file has no row.' })
  if (previousPath === undefined) {
    if (header.epoch > 1)
      notes.push(
        `That nobody lost anything since epoch ${header.epoch - 1} was not checked: give its file with --previous.`,
      )
  } else findings.push(...(await againstPrevious(claims, previousPath)))
  return { header, sha256: claims.sha256, root, total: claims.total, findings, notes }
}

const NAMED = 20

async function againstPrevious(claims: Claims, path: string): Promise<Finding[]> {
  const before = await readClaims(path)
  if ('wrong' in before) return [{ code: 'previous', message: `The previous file: ${before.wrong}` }]
  const findings: Finding[] = before.problems.map((p) => ({
    code: 'previous',
    message: `The previous file: ${p.message}`,
  }))
  const [now, then] = [claims.header, before.header]
  if (now.distributor !== then.distributor || now.chain_id !== then.chain_id || now.token !== then.token)
    findings.push({ code: 'previous', message: 'The previous file is of another chain, distributor or token.' })
  if (then.epoch !== now.epoch - 1)
    findings.push({
      code: 'previous',
      message: `The previous file is of epoch ${then.epoch}; before epoch ${now.epoch} came ${now.epoch - 1}.`,
    })
  if (now.previous !== before.sha256)
    findings.push({
      code: 'previous',
      message: `This file was made upon a file with hash ${now.previous ?? 'none'}; the previous one given has ${before.sha256}.`,
    })
  // Both ascend, so one walk finds every account that is missing or has less.
  let [j, missing, less] = [0, 0, 0]
  for (let i = 0; i < before.rows; i++) {
    const account = accountAt(before, i)
    while (j < claims.rows && compare(accountAt(claims, j), account) < 0) j += 1
    if (j >= claims.rows || compare(accountAt(claims, j), account) !== 0) {
      missing += 1
      if (missing <= NAMED)
        findings.push({
          code: 'missing',
          message: `${hexOf(account)} had ${unitsAt(before, i)} and is missing: it could not claim any more.`,
        })
    } else if (unitsAt(claims, j) < unitsAt(before, i)) {
      less += 1
      if (less <= NAMED)
        findings.push({
          code: 'less',
          message: `${hexOf(account)} had ${unitsAt(before, i)} and now has ${unitsAt(claims, j)}: what was earned never falls.`,
        })
    }
  }
  if (missing > NAMED) findings.push({ code: 'missing', message: `… and ${missing - NAMED} more are missing.` })
  if (less > NAMED) findings.push({ code: 'less', message: `… and ${less - NAMED} more have less.` })
  return findings
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
