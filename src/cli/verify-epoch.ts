import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { checkEpoch } from '../domains/settlement/check-epoch.ts'
import { checkOnChain } from '../domains/settlement/check-on-chain.ts'
import { Problem } from './problem.ts'

type Options = { previous?: string; rpc?: string; fromBlock?: string; json?: boolean }

export function addVerifyEpoch(program: Command): void {
  program
    .command('verify-epoch')
    .description("recompute an epoch from its published claims file alone, and compare it with the chain's")
    .argument('<file>', 'the claims file of the epoch')
    .option('--previous <file>', 'the claims file of the epoch before: nobody may be missing or have less')
    .option('--rpc <url>', 'a chain endpoint to compare with; without it nothing leaves this machine')
    .option('--from-block <number>', 'where on the chain to begin to look (the last million blocks)')
    .option('--json', 'print the findings as JSON')
    .action(async (file: string, options: Options) => {
      for (const path of [file, options.previous])
        if (path !== undefined && !existsSync(path)) throw new Problem(`There is no file at ${path}.`)
      const fromBlock = options.fromBlock ?? '0'
      if (!/^\d{1,18}$/.test(fromBlock)) throw new Problem('--from-block must be a whole number.')
      const check = await checkEpoch(file, options.previous)
      const chain = options.rpc ? await checkOnChain(check, options.rpc, BigInt(fromBlock)) : { findings: [], says: '' }
      const findings = [...check.findings, ...chain.findings]
      const notes = [
        ...check.notes,
        ...(options.rpc ? [] : ['It was not compared with the chain: give an endpoint with --rpc.']),
      ]
      if (options.json) {
        const { header, sha256, root, total } = check
        const answer = { ok: findings.length === 0, header, sha256, root, total: total?.toString(), findings, notes }
        process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
      } else process.stdout.write(`${inWords(check, findings, [...notes, chain.says])}\n`)
      if (findings.length > 0) process.exitCode = 1
    })
}

function inWords(
  check: Awaited<ReturnType<typeof checkEpoch>>,
  findings: readonly { message: string }[],
  notes: readonly string[],
): string {
  const h = check.header
  const what = h
    ? [
        `Epoch ${h.epoch} of distributor ${h.distributor} on chain ${h.chain_id}: ${h.rows} rows, ${h.total} units in all.`,
      ]
    : []
  const said = notes.filter((n) => n !== '')
  if (findings.length === 0)
    return [...what, `Root ${check.root} and file hash ${check.sha256} were recomputed and fit.`, ...said].join('\n')
  return [
    ...what,
    `It differs in ${findings.length} ${findings.length === 1 ? 'place' : 'places'}:`,
    ...findings.map((f) => `- ${f.message}`),
    ...said,
  ].join('\n')
}
