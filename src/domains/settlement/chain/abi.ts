import { parseAbi } from 'viem'

/** What this program reads from and sends to a distributor; a test holds it to the compiled contract. */
export const DISTRIBUTOR = parseAbi([
  'function proposeRoot(uint64 epoch, bytes32 newRoot, uint128 newTotal, bytes32 dataHash)',
  'function revokeRoot(bytes32 expectedRoot, bytes32 reason)',
  'function activateRoot()',
  'function claim(address account, uint256 cumulative, bytes32 expectedRoot, bytes32[] proof) returns (uint256 amount)',
  'function claimMany((address account, uint256 cumulative, bytes32[] proof)[] claims, bytes32 expectedRoot)',
  'function token() view returns (address)',
  'function root() view returns (bytes32)',
  'function total() view returns (uint128)',
  'function totalClaimed() view returns (uint128)',
  'function claimed(address account) view returns (uint256)',
  'function bondsHeld() view returns (uint256)',
  'function challengeWindow() view returns (uint64)',
  'function pausedUntil() view returns (uint64)',
  'function current() view returns ((uint64 number, uint64 time, uint128 total, bytes32 root, bytes32 dataHash))',
  'function pending() view returns ((uint64 number, uint64 time, uint128 total, bytes32 root, bytes32 dataHash))',
  'event RootProposed(uint64 indexed epoch, bytes32 root, uint128 total, bytes32 dataHash, uint64 startsAt, address indexed by)',
  'event RootRevoked(uint64 indexed epoch, bytes32 root, bytes32 reason, address indexed by)',
  'event RootActivated(uint64 indexed epoch, bytes32 root, uint128 total, bytes32 dataHash)',
  'event RootChallenged(uint64 indexed epoch, bytes32 root, address indexed by, bytes32 evidence, uint64 ruleBy)',
  'event Claimed(address indexed account, address indexed recipient, uint256 amount, uint256 cumulative)',
  'event ClaimSkipped(address indexed account, uint256 amount)',
  'error NothingPending()',
  'error AlreadyPending(uint64 epoch)',
  'error NotPending(bytes32 pending)',
  'error BadEpoch(uint64 want)',
  'error EmptyRoot()',
  'error TotalDecreased(uint128 least)',
  'error TooEarly(uint64 startsAt)',
  'error Challenged(address by)',
  'error NotFunded(uint256 need, uint256 have)',
  'error StaleRoot(bytes32 current)',
  'error BadProof(address account)',
  'error NothingToClaim(address account, uint256 alreadyClaimed)',
  'error OverTotal(uint256 declared, uint256 wouldBe)',
  'error Paused(uint64 until)',
  'error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)',
])

export const TOKEN = parseAbi([
  'function decimals() view returns (uint8)',
  'function balanceOf(address account) view returns (uint256)',
  'function transfer(address to, uint256 amount) returns (bool)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
])

/** The same for an escrow. */
export const ESCROW = parseAbi([
  'function open(bytes32 label, uint128 amount, uint64 deadline) returns (bytes32 id)',
  'function topUp(bytes32 id, uint128 amount)',
  'function reserve(bytes32 id, uint128 amount)',
  'function release(bytes32 id, uint128 amount, uint64 epoch)',
  'function requestUnreserve(bytes32 id, uint128 amount, bytes32 reason)',
  'function unreserve(bytes32 id)',
  'function token() view returns (address)',
  'function distributor() view returns (address)',
  'function refundsFrom(bytes32 id) view returns (uint256)',
  'function unreserveOf(bytes32 id) view returns (uint128 amount, uint64 time, bytes32 reason)',
  'function campaign(bytes32 id) view returns ((address requester, uint64 deadline, uint64 cancelAt, uint64 settledAt, uint128 available, uint128 reserved, uint128 released, uint128 refunded))',
  'event Opened(bytes32 indexed id, address indexed requester, bytes32 label, uint64 deadline)',
  'event Deposited(bytes32 indexed id, address indexed from, uint256 amount)',
  'event Released(bytes32 indexed id, uint256 amount, uint64 indexed epoch)',
  'event ReleasedAbandoned(bytes32 indexed id, uint256 amount)',
  'event CancelRequested(bytes32 indexed id, uint64 refundsFrom)',
  'event Refunded(bytes32 indexed id, address indexed to, uint256 amount)',
])

/** What a requester's wallet sends before it opens an escrow. */
export const APPROVE = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])
