/** The ledger's accounts by name. A person's money moves held -> frozen -> claimable -> paying -> claimed. */
export const OUTSIDE = 'outside'
export const requesterAccount = (accountId: string): string => `requester:${accountId}`
export const campaignAccount = (campaignId: string): string => `campaign:${campaignId}`
export const remainderAccount = (campaignId: string): string => `remainder:${campaignId}`
/** What an ended campaign did not spend of money that lies in an escrow: it goes back to its requester on the chain. */
export const escrowAccount = (campaignId: string): string => `escrow:${campaignId}`
/** What came in for a release; it is split in the transaction that records it, so between transactions it is empty. */
export const incomeAccount = (releaseId: string): string => `income:${releaseId}`
/** What a drive for reports may still pay out; what is left when it is over goes back to whoever funded it. */
export const driveAccount = (driveId: string): string => `drive:${driveId}`
export const MONEY_STATES = ['held', 'frozen', 'claimable', 'paying', 'claimed'] as const
export type MoneyState = (typeof MONEY_STATES)[number]
export const personAccount = (accountId: string, state: MoneyState): string => `person:${accountId}:${state}`

/** Beans are a currency that is not money: into a jar, and never out of it. */
export const BEAN = 'BEAN'
export const jarAccount = (accountId: string): string => `beans:${accountId}`
