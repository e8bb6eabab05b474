import type { Abi, Hex } from 'viem'
import campaignEscrow from '../../../contracts/artifacts/CampaignEscrow.json' with { type: 'json' }
import provenanceAnchor from '../../../contracts/artifacts/ProvenanceAnchor.json' with { type: 'json' }
import reviewerStaking from '../../../contracts/artifacts/ReviewerStaking.json' with { type: 'json' }
import rewardDistributor from '../../../contracts/artifacts/RewardDistributor.json' with { type: 'json' }
import testToken from '../../../contracts/artifacts/TestToken.json' with { type: 'json' }

/** A contract as the packaged compiler made it; `npm run contracts` writes these files, a test holds them to the sources. */
export type Artifact = {
  contractName: string
  source: string
  sourceHash: string
  compiler: string
  abi: Abi
  bytecode: Hex
}

/** Every contract that this program may deploy or call. They are part of the program: nothing compiles at run time. */
export const artifacts = {
  CampaignEscrow: campaignEscrow as unknown as Artifact,
  ProvenanceAnchor: provenanceAnchor as unknown as Artifact,
  ReviewerStaking: reviewerStaking as unknown as Artifact,
  RewardDistributor: rewardDistributor as unknown as Artifact,
  TestToken: testToken as unknown as Artifact,
}

export type ContractName = keyof typeof artifacts
