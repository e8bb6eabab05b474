import { declareRefusals } from '../../../platform/http/endpoint.ts'

/** Every no of settlement, in words. */
export const settlementRefusals = declareRefusals({
  chain_off: {
    status: 409,
    message:
      'This installation is connected to no chain, and everything else works without one. To pay through a token, set ASSAY_CHAIN and start again.',
  },
  chain_away: {
    status: 503,
    message: 'The chain did not answer ({reason}). Nothing was changed; try again when it does.',
  },
  token_unknown: {
    status: 404,
    message: 'No token pays {currency} here. Take it out by a payout instead, or ask the operator.',
  },
  token_exists: {
    status: 409,
    message: 'A token pays {currency} already, and once recorded it never changes. Use another currency.',
  },
  token_unfit: { status: 409, message: 'This token cannot be used: {reason} Choose another, or clear this up first.' },
  wallet_unknown: {
    status: 404,
    message: 'You have no linked wallet with this id. Link it first, then choose it.',
  },
  wallet_other_chain: {
    status: 409,
    message:
      'This wallet is a contract on chain {wallet_chain_id}, and {currency} is paid on chain {chain_id}, where somebody else may hold its address. Choose a wallet of that chain.',
  },
  wallet_missing: {
    status: 409,
    message: 'Choose first which of your linked wallets should be paid in {currency}, then take it out.',
  },
  less_than_step: {
    status: 409,
    message:
      'Withdrawals leave in whole steps of {step_minor} {currency} (minor units), so that amounts on chain do not give you away. Wait until you have one step, or ask for more.',
  },
  withdrawal_waits: {
    status: 409,
    message:
      'A withdrawal of yours in {currency} waits for its epoch already, and one leaves at a time, so that amounts on chain do not give you away. Ask again after that epoch, or call the other back first.',
  },
  withdrawal_not_found: { status: 404, message: 'You have no withdrawal with this id. Choose one from your list.' },
  withdrawal_gathered: {
    status: 409,
    message:
      'An epoch has gathered this withdrawal already; it is on its way to your wallet and cannot be called back.',
  },
  no_proof_yet: {
    status: 404,
    message: 'No epoch that counts holds your {currency} yet. Come back when the window of the next one has passed.',
  },
  nothing_on_chain: {
    status: 409,
    message: 'There is nothing to claim for you in {currency} now. Take something out first, or wait for its epoch.',
  },
  epoch_not_found: { status: 404, message: 'There is no epoch with this id. Choose one from the list.' },
  epoch_not_built: { status: 409, message: 'This epoch is still being built. Try again in a minute.' },
  epoch_under_way: {
    status: 409,
    message: 'Epoch {number} of {currency} is under way. Start the next one when it counts or was revoked.',
  },
  epoch_counts: {
    status: 409,
    message: 'This epoch is {state} and can no longer be taken back. Put right in the next epoch what is wrong in it.',
  },
  nothing_to_settle: {
    status: 409,
    message: 'Nobody waits for a withdrawal in {currency}. Start an epoch when someone has asked for one.',
  },
  too_few_people: {
    status: 409,
    message:
      'Only {people} of at least {least_people} people wait in {currency}; so few could be told apart. Wait for more, or lower the number.',
  },
  key_missing: {
    status: 409,
    message:
      'This installation holds no {role} key. Name its file in the settings and start again, or use the key elsewhere.',
  },
})
