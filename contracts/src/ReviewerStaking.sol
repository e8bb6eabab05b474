// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SeparateDuties} from "./SeparateDuties.sol";

/// @title Money that reviewers may put behind their judgement, if they like
/// @notice Stake is active, leaving or frozen. A proposed slash freezes its amount at once, so nobody races it to the
/// exit, and then waits for the staker's dispute and an arbiter's ruling. Every wait ends: what nobody carries out or
/// rules on in time goes back. Slashed money goes to one place fixed at deployment, which is none of those who judge.
contract ReviewerStaking is SeparateDuties, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice May propose slashes.
    bytes32 public constant SLASHER_ROLE = keccak256("SLASHER_ROLE");
    /// @notice Rules on disputed slashes.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");
    /// @notice Withdrawals that may be on their way at once.
    uint256 public constant MAX_LEAVING = 8;

    /// @notice What a deployment decides, for good.
    struct Setup {
        IERC20 token;
        address sink;
        address admin;
        uint48 adminDelay;
        address slasher;
        address arbiter;
        uint64 unbondDelay;
        uint64 challengeWindow;
        uint64 rulingWindow;
        uint64 executionWindow;
        uint64 slashPeriod;
        uint16 maxSlashBps;
    }

    /// @notice `ready`: leaving money that may be withdrawn and came back from a slash. The period's fields bound what may
    /// be slashed: `periodBase` was free when it began, `periodUsed` was proposed since.
    struct Stake {
        uint128 active;
        uint128 ready;
        uint128 frozen;
        uint128 periodBase;
        uint128 periodUsed;
        uint64 periodStart;
    }

    /// @notice Money on its way out.
    struct Leaving {
        uint128 amount;
        uint64 readyAt;
    }

    enum State {
        None,
        Open,
        Disputed,
        Done
    }

    /// @notice `due`: until when it may be disputed, while open, or ruled on, while disputed. `readyAt`: when the part that
    /// was leaving would have been free.
    struct Slash {
        address staker;
        State state;
        uint64 due;
        uint64 readyAt;
        uint128 fromActive;
        uint128 fromLeaving;
        bytes32 evidence;
    }

    /// @notice The one token of this contract.
    IERC20 public immutable token;
    /// @notice Where slashed money goes.
    address public immutable sink;
    /// @notice Seconds between asking for stake and having it.
    uint64 public immutable unbondDelay;
    /// @notice Seconds in which a staker may dispute a slash.
    uint64 public immutable challengeWindow;
    /// @notice Seconds the arbiter has for a ruling; without one the stake goes back.
    uint64 public immutable rulingWindow;
    /// @notice Seconds in which an undisputed slash must be carried out; otherwise the stake goes back.
    uint64 public immutable executionWindow;
    /// @notice Seconds over which slashes of one staker are counted together.
    uint64 public immutable slashPeriod;
    /// @notice The most of what was free at a period's start that may be slashed in it, in ten-thousandths.
    uint16 public immutable maxSlashBps;

    /// @notice All stake of all stakers.
    uint256 public totalStaked;
    /// @notice Slashed money that was not yet sent to the sink.
    uint256 public owedToSink;
    /// @notice How many slashes were ever proposed; the next has this id.
    uint256 public slashCount;
    mapping(uint256 id => Slash) private _slashes;
    mapping(address staker => Stake) private _stakes;
    mapping(address staker => Leaving[]) private _leaving;

    /// @notice An amount is needed.
    error NoAmount();
    /// @notice Only `have` is there.
    error Insufficient(uint256 have, uint256 asked);
    /// @notice The token brought less than was asked for; tokens with a fee cannot be staked.
    error FeeOnTransfer(uint256 asked, uint256 got);
    /// @notice Withdraw what is ready first; only so many may be on their way at once.
    error TooManyLeaving(uint256 most);
    /// @notice Nothing is ready; the next part is at the given time, or never if that is zero.
    error NothingReady(uint64 next);
    /// @notice In this period at most `left` more of this staker's money may be slashed.
    error OverCap(uint256 left);
    /// @notice Evidence is needed.
    error NoEvidence();
    /// @notice There is no slash in that state.
    error WrongState(uint256 id, State state);
    /// @notice Only the staker may dispute.
    error NotStaker(address staker);
    /// @notice The time for this is over.
    error TooLate(uint256 since);
    /// @notice Not before the given time.
    error TooEarly(uint256 from);
    /// @notice Nobody rules on their own stake.
    error OwnStake();

    event Staked(address indexed staker, uint256 amount);
    event UnstakeRequested(address indexed staker, uint256 amount, uint64 readyAt);
    event Withdrawn(address indexed staker, address indexed to, uint256 amount);
    event SlashProposed(
        uint256 indexed id, address indexed staker, uint256 amount, bytes32 evidence, uint64 disputableUntil
    );
    event SlashDisputed(uint256 indexed id, bytes32 reason, uint64 rulingUntil);
    event SlashSettled(uint256 indexed id, address indexed staker, uint256 slashed, uint256 returned);
    event SentToSink(uint256 amount);

    constructor(Setup memory s) SeparateDuties(s.adminDelay, s.admin) {
        if (address(s.token).code.length == 0) revert BadSetup("token");
        if (
            s.sink == address(0) || s.sink == address(this) || s.sink == s.slasher || s.sink == s.arbiter
                || s.sink == s.admin
        ) revert BadSetup("sink");
        if (s.challengeWindow == 0 || s.challengeWindow > 30 days) revert BadSetup("challengeWindow");
        if (s.unbondDelay <= s.challengeWindow || s.unbondDelay > 90 days) revert BadSetup("unbondDelay");
        if (s.rulingWindow == 0 || s.rulingWindow > 90 days) revert BadSetup("rulingWindow");
        if (s.executionWindow == 0 || s.executionWindow > 90 days) revert BadSetup("executionWindow");
        if (s.slashPeriod < s.unbondDelay || s.slashPeriod > 365 days) revert BadSetup("slashPeriod");
        if (s.maxSlashBps == 0 || s.maxSlashBps > 5_000) revert BadSetup("maxSlashBps");
        token = s.token;
        sink = s.sink;
        unbondDelay = s.unbondDelay;
        challengeWindow = s.challengeWindow;
        rulingWindow = s.rulingWindow;
        executionWindow = s.executionWindow;
        slashPeriod = s.slashPeriod;
        maxSlashBps = s.maxSlashBps;
        _appoint(SLASHER_ROLE, s.slasher);
        _appoint(ARBITER_ROLE, s.arbiter);
    }

    // ---- stakers

    /// @notice Stakes the sender's money; active at once.
    function stake(uint128 amount) external nonReentrant {
        if (amount == 0) revert NoAmount();
        _stakes[msg.sender].active += amount;
        totalStaked += amount;
        emit Staked(msg.sender, amount);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 got = token.balanceOf(address(this)) - before;
        if (got != amount) revert FeeOnTransfer(amount, got);
    }

    /// @notice Asks for active stake. Each request has a date of its own: a later one does not delay an earlier one.
    function requestUnstake(uint128 amount) external {
        Stake storage s = _stakes[msg.sender];
        Leaving[] storage leaving = _leaving[msg.sender];
        if (amount == 0) revert NoAmount();
        if (amount > s.active) revert Insufficient(s.active, amount);
        if (leaving.length >= MAX_LEAVING) revert TooManyLeaving(MAX_LEAVING);
        uint64 readyAt = uint64(block.timestamp) + unbondDelay;
        s.active -= amount;
        leaving.push(Leaving(amount, readyAt));
        emit UnstakeRequested(msg.sender, amount, readyAt);
    }

    /// @notice Sends all that is ready.
    /// @param to Where to; an account that the token has blocked can name another.
    function withdraw(address to) external nonReentrant returns (uint128 amount) {
        Stake storage s = _stakes[msg.sender];
        Leaving[] storage leaving = _leaving[msg.sender];
        amount = s.ready;
        s.ready = 0;
        // They stand in the order of their dates.
        uint256 done;
        while (done < leaving.length && leaving[done].readyAt <= block.timestamp) amount += leaving[done++].amount;
        if (amount == 0) revert NothingReady(leaving.length == 0 ? 0 : leaving[0].readyAt);
        for (uint256 i = done; i < leaving.length; ++i) leaving[i - done] = leaving[i];
        for (uint256 i; i < done; ++i) leaving.pop();
        totalStaked -= amount;
        emit Withdrawn(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }

    /// @notice Disputes a slash of the sender's stake, within the window.
    /// @param reason Hash of what the staker says.
    function dispute(uint256 id, bytes32 reason) external {
        Slash storage x = _slashes[id];
        if (x.state != State.Open) revert WrongState(id, x.state);
        if (msg.sender != x.staker) revert NotStaker(x.staker);
        if (block.timestamp >= x.due) revert TooLate(x.due);
        x.state = State.Disputed;
        x.due = uint64(block.timestamp) + rulingWindow;
        emit SlashDisputed(id, reason, x.due);
    }

    // ---- slashes

    /// @notice Freezes part of a staker's money until it is decided on. All proposals of a period together may take no more
    /// than `maxSlashBps` of what was free when it began.
    /// @param evidence Hash of what it rests on; published, so that the staker can answer it.
    function proposeSlash(address staker, uint128 amount, bytes32 evidence)
        external
        onlyRole(SLASHER_ROLE)
        returns (uint256 id)
    {
        if (amount == 0) revert NoAmount();
        if (evidence == 0) revert NoEvidence();
        Stake storage s = _stakes[staker];
        uint256 free = _free(staker);
        if (s.periodStart == 0 || block.timestamp >= uint256(s.periodStart) + slashPeriod) {
            (s.periodStart, s.periodBase, s.periodUsed) = (uint64(block.timestamp), uint128(free), 0);
        }
        uint256 left = uint256(s.periodBase) * maxSlashBps / 10_000 - s.periodUsed;
        if (amount > left) revert OverCap(left);
        if (amount > free) revert Insufficient(free, amount);
        s.periodUsed += amount;
        s.frozen += amount;
        uint128 fromActive = amount < s.active ? amount : s.active;
        s.active -= fromActive;
        uint64 readyAt = _takeLeaving(staker, amount - fromActive);
        uint64 due = uint64(block.timestamp) + challengeWindow;
        id = slashCount++;
        _slashes[id] = Slash(staker, State.Open, due, readyAt, fromActive, amount - fromActive, evidence);
        emit SlashProposed(id, staker, amount, evidence, due);
    }

    /// @notice Carries out a slash that was not disputed. For anybody, after the window and before it lapses.
    function execute(uint256 id) external {
        Slash storage x = _slashes[id];
        if (x.state != State.Open) revert WrongState(id, x.state);
        if (block.timestamp < x.due) revert TooEarly(x.due);
        if (block.timestamp >= uint256(x.due) + executionWindow) revert TooLate(uint256(x.due) + executionWindow);
        _settle(id, x, x.fromActive + x.fromLeaving);
    }

    /// @notice Rules how much of a disputed slash is right.
    function rule(uint256 id, uint128 slashed) external onlyRole(ARBITER_ROLE) {
        Slash storage x = _slashes[id];
        if (x.state != State.Disputed) revert WrongState(id, x.state);
        if (msg.sender == x.staker) revert OwnStake();
        if (block.timestamp >= x.due) revert TooLate(x.due);
        if (slashed > x.fromActive + x.fromLeaving) revert Insufficient(x.fromActive + x.fromLeaving, slashed);
        _settle(id, x, slashed);
    }

    /// @notice Gives back what nobody ruled on, or carried out, in time. For anybody.
    function lapse(uint256 id) external {
        Slash storage x = _slashes[id];
        if (x.state != State.Open && x.state != State.Disputed) revert WrongState(id, x.state);
        uint256 from = x.state == State.Open ? uint256(x.due) + executionWindow : x.due;
        if (block.timestamp < from) revert TooEarly(from);
        _settle(id, x, 0);
    }

    /// @notice Sends slashed money on. Apart from slashing, so that a recipient cannot block a ruling. For anybody.
    function sendToSink() external nonReentrant {
        uint256 amount = owedToSink;
        if (amount == 0) revert NoAmount();
        owedToSink = 0;
        emit SentToSink(amount);
        token.safeTransfer(sink, amount);
    }

    // ---- reading

    /// @notice A staker's money and the current period of slashes.
    function stakeOf(address staker) external view returns (Stake memory) {
        return _stakes[staker];
    }

    /// @notice A staker's money on its way out, by date.
    function leavingOf(address staker) external view returns (Leaving[] memory) {
        return _leaving[staker];
    }

    /// @notice A slash by its id.
    function slashOf(uint256 id) external view returns (Slash memory) {
        return _slashes[id];
    }

    // ---- inside

    function _free(address staker) private view returns (uint256 sum) {
        Leaving[] storage leaving = _leaving[staker];
        sum = uint256(_stakes[staker].active) + _stakes[staker].ready;
        for (uint256 i; i < leaving.length; ++i) sum += leaving[i].amount;
    }

    /// @dev Takes from what leaves last, then from what is ready; returns the last date of what was taken.
    function _takeLeaving(address staker, uint128 rest) private returns (uint64 readyAt) {
        Leaving[] storage leaving = _leaving[staker];
        while (rest != 0 && leaving.length != 0) {
            Leaving storage last = leaving[leaving.length - 1];
            if (readyAt == 0) readyAt = last.readyAt;
            uint128 part = rest < last.amount ? rest : last.amount;
            rest -= part;
            last.amount -= part;
            if (last.amount == 0) leaving.pop();
        }
        _stakes[staker].ready -= rest;
    }

    /// @dev What goes back goes where it came from: the part that was leaving first, with its old date.
    function _settle(uint256 id, Slash storage x, uint128 slashed) private {
        uint128 returned = x.fromActive + x.fromLeaving - slashed;
        uint128 leavingPart = returned < x.fromLeaving ? returned : x.fromLeaving;
        Stake storage s = _stakes[x.staker];
        x.state = State.Done;
        s.frozen -= x.fromActive + x.fromLeaving;
        s.active += returned - leavingPart;
        if (leavingPart != 0) _giveLeaving(x.staker, leavingPart, x.readyAt);
        totalStaked -= slashed;
        owedToSink += slashed;
        emit SlashSettled(id, x.staker, slashed, returned);
    }

    /// @dev Joins the first part that leaves no earlier, which keeps the order and the number of parts small: a part of its
    /// own is made only at the end, and only in the place of one that was taken.
    function _giveLeaving(address staker, uint128 amount, uint64 readyAt) private {
        if (readyAt <= block.timestamp) {
            _stakes[staker].ready += amount;
            return;
        }
        Leaving[] storage leaving = _leaving[staker];
        for (uint256 i; i < leaving.length; ++i) {
            if (leaving[i].readyAt >= readyAt) {
                leaving[i].amount += amount;
                return;
            }
        }
        leaving.push(Leaving(amount, readyAt));
    }

    function _duties() internal pure override returns (bytes32[] memory duties) {
        duties = new bytes32[](2);
        (duties[0], duties[1]) = (SLASHER_ROLE, ARBITER_ROLE);
    }
}
