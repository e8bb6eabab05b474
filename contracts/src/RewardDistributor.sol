// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {LapsingPause} from "./LapsingPause.sol";
import {SeparateDuties} from "./SeparateDuties.sol";

/// @title Pays what people have earned, from one published root
/// @notice Each epoch publishes a Merkle root over (chain, this contract, account, all the account has ever earned). A
/// claim pays the difference to what the account has claimed before, so one claim covers any number of missed epochs. A
/// root waits a challenge window before it counts, can be vetoed by the guardian or challenged by anybody with a bond,
/// and starts only when the contract holds what it still owes. There is no way to take money out but by claims.
contract RewardDistributor is LapsingPause, EIP712, Nonces {
    using SafeERC20 for IERC20;

    /// @notice May propose the next epoch's root.
    bytes32 public constant PROPOSER_ROLE = keccak256("PROPOSER_ROLE");
    /// @notice Judges challenges; holds and gains nothing by a ruling.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");
    bytes32 private constant CLAIM_TO_TYPEHASH = keccak256(
        "ClaimTo(address account,address recipient,uint256 minAmount,uint256 fee,address feeTo,uint256 nonce,uint256 deadline)"
    );

    /// @notice What a deployment decides, for good.
    struct Setup {
        IERC20 token;
        address admin;
        uint48 adminDelay;
        address proposer;
        address guardian;
        address arbiter;
        uint64 challengeWindow;
        uint64 rulingWindow;
        uint64 pauseLength;
        uint128 challengeBond;
    }

    /// @notice A root with what was declared of it. `time`: from when a pending root may start, or when the current one did.
    struct Epoch {
        uint64 number;
        uint64 time;
        uint128 total;
        bytes32 root;
        bytes32 dataHash;
    }

    /// @notice One row of the published epoch: an account, all it has ever earned, and the way to the root.
    struct Claim {
        address account;
        uint256 cumulative;
        bytes32[] proof;
    }

    /// @notice What an account signs to have its money sent elsewhere, its nonce aside.
    struct ClaimTo {
        address recipient;
        uint256 minAmount;
        uint256 fee;
        address feeTo;
        uint256 deadline;
        bytes signature;
    }

    /// @notice The one token this contract pays in.
    IERC20 public immutable token;
    /// @notice Seconds a root waits before it may start.
    uint64 public immutable challengeWindow;
    /// @notice Seconds the arbiter has for a ruling; without one the challenged root falls.
    uint64 public immutable rulingWindow;
    /// @notice What a challenge costs if it is found wrong.
    uint128 public immutable challengeBond;

    /// @notice The root that claims are proved against.
    bytes32 public root;
    /// @notice All that the current root declares, for all accounts and epochs together.
    uint128 public total;
    /// @notice All that was ever claimed. Shares its slot with `total`: a claim touches both.
    uint128 public totalClaimed;
    /// @notice What each account has claimed.
    mapping(address account => uint256) public claimed;

    uint64 private _number;
    uint64 private _startedAt;
    bytes32 private _dataHash;
    Epoch private _pending;

    /// @notice Who challenged the pending root, and until when the arbiter may rule.
    address public challenger;
    uint64 public ruleBy;
    /// @notice Money of challenges, inside this contract but no funding: waiting, to be taken back, or lost for good.
    uint256 public bondsHeld;
    /// @notice Bonds that their owners may take back.
    mapping(address account => uint256) public bondOwed;

    /// @notice No root is pending.
    error NothingPending();
    /// @notice Another root is pending; it starts or falls first.
    error AlreadyPending(uint64 epoch);
    /// @notice The pending root is not the one expected.
    error NotPending(bytes32 pending);
    /// @notice Epochs follow each other; the next is `want`.
    error BadEpoch(uint64 want);
    /// @notice A root and a total are needed.
    error EmptyRoot();
    /// @notice What was declared can only grow; at least `least`.
    error TotalDecreased(uint128 least);
    /// @notice The challenge window is open until the given time.
    error TooEarly(uint64 startsAt);
    /// @notice The challenge window closed at the given time.
    error WindowClosed(uint64 since);
    /// @notice A challenge is open; it is ruled on first.
    error Challenged(address by);
    /// @notice No challenge is open.
    error NotChallenged();
    /// @notice The arbiter's time is over; the challenge lapses instead.
    error RulingOver(uint64 since);
    /// @notice The arbiter may still rule, until the given time.
    error RulingOpen(uint64 until);
    /// @notice Nobody rules on a challenge of their own.
    error OwnChallenge();
    /// @notice The contract holds `have` of the `need` it would owe; fund it first.
    error NotFunded(uint256 need, uint256 have);
    /// @notice The token did not bring what it was asked for; tokens with a fee cannot be a bond.
    error FeeOnTransfer(uint256 asked, uint256 got);
    /// @notice The proof was made for another root; fetch the claim anew. The current root is given.
    error StaleRoot(bytes32 current);
    /// @notice The account's row is not in the tree as given.
    error BadProof(address account);
    /// @notice All of it was claimed before.
    error NothingToClaim(address account, uint256 alreadyClaimed);
    /// @notice The tree holds more than its declared total; the rest is not paid.
    error OverTotal(uint256 declared, uint256 wouldBe);
    /// @notice The signature's time is over; sign again.
    error Expired(uint256 deadline);
    /// @notice Not the account's signature over exactly these values and its next nonce.
    error BadSignature(address account);
    /// @notice Less is due, after the fee, than the account agreed to.
    error BelowMinimum(uint256 due, uint256 minimum);
    /// @notice The fee is more than what is due.
    error FeeTooHigh(uint256 due, uint256 fee);
    /// @notice Money cannot be sent to this address.
    error BadRecipient(address recipient);
    /// @notice Nothing to take back.
    error NoBond();

    event RootProposed(
        uint64 indexed epoch, bytes32 root, uint128 total, bytes32 dataHash, uint64 startsAt, address indexed by
    );
    event RootRevoked(uint64 indexed epoch, bytes32 root, bytes32 reason, address indexed by);
    event RootActivated(uint64 indexed epoch, bytes32 root, uint128 total, bytes32 dataHash);
    event RootChallenged(uint64 indexed epoch, bytes32 root, address indexed by, bytes32 evidence, uint64 ruleBy);
    event ChallengeRejected(uint64 indexed epoch, bytes32 root, bytes32 reason, address indexed by);
    event BondReturned(address indexed account, uint256 amount);
    event Claimed(address indexed account, address indexed recipient, uint256 amount, uint256 cumulative);
    event FeePaid(address indexed account, address indexed to, uint256 amount);
    event ClaimSkipped(address indexed account, uint256 amount);

    constructor(Setup memory s)
        SeparateDuties(s.adminDelay, s.admin)
        LapsingPause(s.pauseLength)
        EIP712("RewardDistributor", "1")
    {
        if (address(s.token).code.length == 0) revert BadSetup("token");
        if (s.challengeWindow == 0 || s.challengeWindow > 30 days) revert BadSetup("challengeWindow");
        if (s.rulingWindow == 0 || s.rulingWindow > 30 days) revert BadSetup("rulingWindow");
        // While claims are paused there must be time to replace a wrong root that has started.
        if (s.pauseLength <= s.challengeWindow) revert BadSetup("pauseLength");
        if (s.challengeBond == 0) revert BadSetup("challengeBond");
        token = s.token;
        challengeWindow = s.challengeWindow;
        rulingWindow = s.rulingWindow;
        challengeBond = s.challengeBond;
        _appoint(PROPOSER_ROLE, s.proposer);
        _appoint(GUARDIAN_ROLE, s.guardian);
        _appoint(ARBITER_ROLE, s.arbiter);
    }

    // ---- roots

    /// @notice Proposes the next epoch's root. A second one is refused while one is pending, so the window of the first
    /// cannot be restarted.
    /// @param epoch The current epoch's number plus one.
    /// @param newRoot Root of the tree over all accounts that ever earned.
    /// @param newTotal Sum of all rows; never below the current total.
    /// @param dataHash Hash of the published file that anybody can rebuild the tree from.
    function proposeRoot(uint64 epoch, bytes32 newRoot, uint128 newTotal, bytes32 dataHash)
        external
        onlyRole(PROPOSER_ROLE)
    {
        if (newRoot == 0 || newTotal == 0) revert EmptyRoot();
        if (_pending.root != 0) revert AlreadyPending(_pending.number);
        if (epoch != _number + 1) revert BadEpoch(_number + 1);
        if (newTotal < total) revert TotalDecreased(total);
        uint64 startsAt = uint64(block.timestamp) + challengeWindow;
        _pending = Epoch(epoch, startsAt, newTotal, newRoot, dataHash);
        emit RootProposed(epoch, newRoot, newTotal, dataHash, startsAt, msg.sender);
    }

    /// @notice Vetoes the pending root. For the guardian; an open challenge ends with its bond returned.
    /// @param expectedRoot The root that is meant, so that a late veto does not hit the next one.
    function revokeRoot(bytes32 expectedRoot, bytes32 reason) external onlyRole(GUARDIAN_ROLE) {
        _expectPending(expectedRoot);
        if (challenger != address(0)) _returnBond();
        _dropPending(reason);
    }

    /// @notice Makes the pending root the current one, once its window is over and the money is here. For anybody.
    /// Works during a pause: that is how a wrong root is replaced while claims stand still.
    function activateRoot() external {
        Epoch memory p = _pending;
        if (p.root == 0) revert NothingPending();
        if (challenger != address(0)) revert Challenged(challenger);
        if (block.timestamp < p.time) revert TooEarly(p.time);
        uint256 need = p.total - totalClaimed;
        uint256 have = token.balanceOf(address(this)) - bondsHeld;
        if (have < need) revert NotFunded(need, have);
        delete _pending;
        (root, total, _number, _startedAt, _dataHash) =
            (p.root, p.total, p.number, uint64(block.timestamp), p.dataHash);
        emit RootActivated(p.number, p.root, p.total, p.dataHash);
    }

    /// @notice The root that counts now; all zero before the first.
    function current() external view returns (Epoch memory) {
        return Epoch(_number, _startedAt, total, root, _dataHash);
    }

    /// @notice The root that waits; all zero when none does.
    function pending() external view returns (Epoch memory) {
        return _pending;
    }

    // ---- challenges

    /// @notice Says, with a bond, that the pending root is wrong. For anybody, within the window. Until the arbiter has
    /// ruled the root cannot start.
    /// @param evidence Hash of what shows it: a recomputation that comes to another root, or a row that is missing.
    function challenge(bytes32 expectedRoot, bytes32 evidence) external {
        _expectPending(expectedRoot);
        if (challenger != address(0)) revert Challenged(challenger);
        if (block.timestamp >= _pending.time) revert WindowClosed(_pending.time);
        challenger = msg.sender;
        ruleBy = uint64(block.timestamp) + rulingWindow;
        bondsHeld += challengeBond;
        emit RootChallenged(_pending.number, expectedRoot, msg.sender, evidence, ruleBy);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), challengeBond);
        uint256 got = token.balanceOf(address(this)) - before;
        if (got != challengeBond) revert FeeOnTransfer(challengeBond, got);
    }

    /// @notice Rules on the challenge. Upheld: the root falls and the bond goes back. Rejected: half the bond is lost for
    /// good, so that challenging oneself is never free, and half becomes funding of people's claims; nobody who judges
    /// gains. Nothing is sent here: no recipient can block a ruling.
    function rule(bytes32 expectedRoot, bool upheld, bytes32 reason) external onlyRole(ARBITER_ROLE) {
        _expectPending(expectedRoot);
        if (challenger == address(0)) revert NotChallenged();
        if (challenger == msg.sender) revert OwnChallenge();
        if (block.timestamp >= ruleBy) revert RulingOver(ruleBy);
        if (upheld) {
            _returnBond();
            _dropPending(reason);
        } else {
            bondsHeld -= challengeBond / 2;
            challenger = address(0);
            emit ChallengeRejected(_pending.number, expectedRoot, reason, msg.sender);
        }
    }

    /// @notice Ends a challenge that nobody ruled on in time: the root falls, the bond goes back. For anybody.
    function lapseChallenge() external {
        if (challenger == address(0)) revert NotChallenged();
        if (block.timestamp < ruleBy) revert RulingOpen(ruleBy);
        _returnBond();
        _dropPending("no ruling");
    }

    /// @notice Takes back the bonds that are owed to the sender.
    function withdrawBond() external {
        uint256 amount = bondOwed[msg.sender];
        if (amount == 0) revert NoBond();
        bondOwed[msg.sender] = 0;
        bondsHeld -= amount;
        emit BondReturned(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // ---- claims: anybody may send them, the money goes to the account

    /// @notice The leaf of a row: OpenZeppelin's standard tree over (chain, contract, account, cumulative).
    function leafOf(address account, uint256 cumulative) public view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(block.chainid, address(this), account, cumulative))));
    }

    /// @notice Pays an account all that it has not claimed yet.
    /// @param expectedRoot The root the proof was made for.
    /// @return amount What was paid.
    function claim(address account, uint256 cumulative, bytes32 expectedRoot, bytes32[] calldata proof)
        external
        whenRunning
        returns (uint256 amount)
    {
        _expectCurrent(expectedRoot);
        amount = _dueOf(account, cumulative, expectedRoot, proof);
        if (amount == 0) revert NothingToClaim(account, claimed[account]);
        claimed[account] = cumulative;
        _addClaimed(amount);
        emit Claimed(account, account, amount, cumulative);
        token.safeTransfer(account, amount);
    }

    /// @notice Pays many accounts. Rows without anything due are passed over, and so is one that the token refuses to
    /// pay (a blocked account): it stays claimable and takes nobody with it. A wrong proof reverts the whole.
    function claimMany(Claim[] calldata claims, bytes32 expectedRoot) external whenRunning {
        _expectCurrent(expectedRoot);
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata c = claims[i];
            uint256 due = _dueOf(c.account, c.cumulative, expectedRoot, c.proof);
            if (due == 0) continue;
            // Booked before anything is sent: a token that calls back finds nothing left to claim.
            claimed[c.account] = c.cumulative;
            _addClaimed(due);
            if (token.trySafeTransfer(c.account, due)) {
                emit Claimed(c.account, c.account, due, c.cumulative);
            } else {
                claimed[c.account] -= due;
                totalClaimed -= uint128(due);
                emit ClaimSkipped(c.account, due);
            }
        }
    }

    /// @notice Pays what is due to an account to another recipient, less a fee, as the account has signed. Works for plain
    /// accounts, contracts (ERC-1271) and plain accounts that lent themselves code (EIP-7702).
    function claimTo(Claim calldata c, bytes32 expectedRoot, ClaimTo calldata to)
        external
        whenRunning
        returns (uint256 amount)
    {
        _expectCurrent(expectedRoot);
        if (block.timestamp > to.deadline) revert Expired(to.deadline);
        if (to.recipient == address(0) || to.recipient == address(this)) revert BadRecipient(to.recipient);
        amount = _dueOf(c.account, c.cumulative, expectedRoot, c.proof);
        if (amount == 0) revert NothingToClaim(c.account, claimed[c.account]);
        if (to.fee > amount) revert FeeTooHigh(amount, to.fee);
        if (amount - to.fee < to.minAmount) revert BelowMinimum(amount - to.fee, to.minAmount);
        claimed[c.account] = c.cumulative;
        _addClaimed(amount);
        _checkSignature(c.account, to);
        emit Claimed(c.account, to.recipient, amount, c.cumulative);
        if (to.fee != 0) {
            emit FeePaid(c.account, to.feeTo, to.fee);
            token.safeTransfer(to.feeTo, to.fee);
        }
        if (amount != to.fee) token.safeTransfer(to.recipient, amount - to.fee);
    }

    /// @notice Makes the sender's last signature, if it was not used, worthless.
    function cancelSignature() external {
        _useNonce(msg.sender);
    }

    // ---- inside

    /// @dev The key is asked first: an account with lent code (EIP-7702) need not answer ERC-1271, and has its key still.
    function _checkSignature(address account, ClaimTo calldata to) private {
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    CLAIM_TO_TYPEHASH,
                    account,
                    to.recipient,
                    to.minAmount,
                    to.fee,
                    to.feeTo,
                    _useNonce(account),
                    to.deadline
                )
            )
        );
        (address signer, ECDSA.RecoverError fault,) = ECDSA.tryRecoverCalldata(digest, to.signature);
        if (fault == ECDSA.RecoverError.NoError && signer == account) return;
        if (!SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, to.signature)) {
            revert BadSignature(account);
        }
    }

    function _dueOf(address account, uint256 cumulative, bytes32 root_, bytes32[] calldata proof)
        private
        view
        returns (uint256)
    {
        if (!MerkleProof.verifyCalldata(proof, root_, leafOf(account, cumulative))) revert BadProof(account);
        uint256 before = claimed[account];
        return cumulative > before ? cumulative - before : 0;
    }

    function _addClaimed(uint256 amount) private {
        uint256 sum = totalClaimed + amount;
        if (sum > total) revert OverTotal(total, sum);
        totalClaimed = uint128(sum);
    }

    function _expectCurrent(bytes32 expectedRoot) private view {
        bytes32 now_ = root;
        if (expectedRoot != now_ || now_ == 0) revert StaleRoot(now_);
    }

    function _expectPending(bytes32 expectedRoot) private view {
        bytes32 waiting = _pending.root;
        if (waiting == 0) revert NothingPending();
        if (expectedRoot != waiting) revert NotPending(waiting);
    }

    function _dropPending(bytes32 reason) private {
        emit RootRevoked(_pending.number, _pending.root, reason, msg.sender);
        delete _pending;
    }

    function _returnBond() private {
        bondOwed[challenger] += challengeBond;
        challenger = address(0);
    }

    function _duties() internal pure override returns (bytes32[] memory duties) {
        duties = new bytes32[](3);
        (duties[0], duties[1], duties[2]) = (PROPOSER_ROLE, GUARDIAN_ROLE, ARBITER_ROLE);
    }
}
