/** What a wallet shows and signs to have its money sent elsewhere; the contract checks exactly this. */
export const CLAIM_TO_TYPES = {
  ClaimTo: [
    { name: 'account', type: 'address' },
    { name: 'recipient', type: 'address' },
    { name: 'minAmount', type: 'uint256' },
    { name: 'fee', type: 'uint256' },
    { name: 'feeTo', type: 'address' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

type Address = `0x${string}`

/** The least that reaches the recipient, the fee and to whom it goes, the account's next nonce, and until when (seconds). */
export type ClaimToMessage = {
  account: Address
  recipient: Address
  minAmount: bigint
  fee: bigint
  feeTo: Address
  nonce: bigint
  deadline: bigint
}

/** Typed data (EIP-712) of a redirected claim, tied to one chain and one distributor. Free of any library: for web and server. */
export const claimToTypedData = (distributor: { chainId: number; address: Address }, message: ClaimToMessage) => ({
  domain: {
    name: 'RewardDistributor',
    version: '1',
    chainId: distributor.chainId,
    verifyingContract: distributor.address,
  },
  types: CLAIM_TO_TYPES,
  primaryType: 'ClaimTo' as const,
  message,
})
