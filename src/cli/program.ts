import { Command } from 'commander'
import { addBackup } from './backup.ts'
import { addCampaign } from './campaign.ts'
import { addCertify } from './certify.ts'
import { addDoctor } from './doctor.ts'
import { addInfer } from './infer.ts'
import { addEvidence } from './evidence.ts'
import { addKey } from './key.ts'
import { addLedger } from './ledger.ts'
import { addRedTeam } from './red-team.ts'
import { addRelease } from './release.ts'
import { addReplay } from './replay.ts'
import { addReport } from './report.ts'
import { addSeason } from './season.ts'
import { addSimulate } from './simulate.ts'
import { addStart } from './start.ts'
import { addVerify } from './verify.ts'
import { addTrySettlement } from './try-settlement.ts'
import { addVerifyEpoch } from './verify-epoch.ts'

/** Every command; `docs/reference/commands.md` has an entry for each, and a test keeps the two together. */
export function createProgram(): Command {
  const program = new Command('assay')
    .description(
      'Collect and label AI training data with an open crowd, review it blind, pay for what holds up, prove how good it is.',
    )
    .option('--verbose', 'show the details of an error')
    .showHelpAfterError('(assay --help lists the commands)')
    .exitOverride()
  for (const add of [
    addStart,
    addDoctor,
    addBackup,
    addCampaign,
    addReplay,
    addSimulate,
    addReport,
    addRelease,
    addRedTeam,
    addCertify,
    addSeason,
    addVerify,
    addInfer,
    addLedger,
    addEvidence,
    addKey,
    addVerifyEpoch,
    addTrySettlement,
  ])
    add(program)
  return program
}
