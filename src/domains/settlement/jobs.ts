import type { Ctx } from '../../platform/context.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { advanceEpochs } from './advance.ts'
import { creditFinal } from './credit.ts'
import { settleEscrows } from './escrow/settle.ts'
import { readChain } from './read-chain.ts'
import { reconcile } from './reconcile.ts'
import { relayClaims } from './relay.ts'
import { sendTransactions } from './send.ts'

/** Without a chain there is nothing to do; a local one is there once it was started. */
const onChain =
  (run: (ctx: Ctx) => Promise<{ more: boolean }>): Job['run'] =>
  (ctx) =>
    ctx.config.chain?.url ? run(ctx) : Promise.resolve({ more: false })

export const settlementJobs: readonly Job[] = [
  { name: 'send_transactions', every_ms: 4_000, run: onChain(sendTransactions) },
  { name: 'read_chain', every_ms: 4_000, run: onChain(readChain) },
  { name: 'credit_claims', every_ms: 5_000, run: onChain(creditFinal) },
  { name: 'advance_epochs', every_ms: 5_000, run: onChain(advanceEpochs) },
  { name: 'settle_escrows', every_ms: 15_000, run: onChain(settleEscrows) },
  { name: 'relay_claims', every_ms: 15_000, run: onChain(relayClaims) },
  { name: 'reconcile_chain', every_ms: 60_000, run: onChain(reconcile) },
]
