// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {LapsingPause} from "./LapsingPause.sol";
import {SeparateDuties} from "./SeparateDuties.sol";

/// @notice What the escrow asks of the place it pays into.
interface IPaysIn {
    /// @notice The token it pays people in.
    function token() external view returns (IERC20);
}

/// @title Holds a campaign's money between its requester and the people who earn it
/// @notice Money is available until work is accepted, then reserved. Reserved money can only go to the distributor, and
/// does even if nobody settles any more; available money can only go back to the requester. For each campaign, always:
/// deposited = available + reserved + released + refunded.
contract CampaignEscrow is LapsingPause, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice May reserve for accepted work and release what is reserved.
    bytes32 public constant SETTLER_ROLE = keccak256("SETTLER_ROLE");

    /// @notice What a deployment decides, for good.
    struct Setup {
        IERC20 token;
        address distributor;
        address admin;
        uint48 adminDelay;
        address settler;
        address guardian;
        uint64 cancelDelay;
        uint64 unreserveDelay;
        uint64 abandonDelay;
        uint64 pauseLength;
    }

    /// @notice A campaign's money. `cancelAt`: from when a cancelled one refunds; `settledAt`: the settler's last act.
    struct Campaign {
        address requester;
        uint64 deadline;
        uint64 cancelAt;
        uint64 settledAt;
        uint128 available;
        uint128 reserved;
        uint128 released;
        uint128 refunded;
    }

    /// @notice Reserved money that the settler wants to make available again, from `time` on.
    struct Unreserve {
        uint128 amount;
        uint64 time;
        bytes32 reason;
    }

    /// @notice The one token of this escrow.
    IERC20 public immutable token;
    /// @notice The only place that reserved money can go.
    address public immutable distributor;
    /// @notice Seconds between a cancellation, or the deadline, and the refund: time to reserve what was accepted.
    uint64 public immutable cancelDelay;
    /// @notice Seconds that making reserved money available again waits for a veto.
    uint64 public immutable unreserveDelay;
    /// @notice Seconds without a settler after which reserved money may be sent on by anybody.
    uint64 public immutable abandonDelay;

    mapping(bytes32 id => Campaign) private _campaigns;
    /// @notice What waits to become available again.
    mapping(bytes32 id => Unreserve) public unreserveOf;

    /// @notice An amount is needed.
    error NoAmount();
    /// @notice This requester has opened this campaign before; top it up instead.
    error AlreadyOpen(bytes32 id);
    /// @notice There is no such campaign.
    error Unknown(bytes32 id);
    /// @notice The deadline must lie ahead, and within two years.
    error BadDeadline(uint64 deadline);
    /// @notice The campaign is cancelled or over.
    error Closed(bytes32 id);
    /// @notice Only `have` is there.
    error Insufficient(uint256 have, uint256 asked);
    /// @notice The token brought less than was asked for; tokens with a fee cannot be escrowed.
    error FeeOnTransfer(uint256 asked, uint256 got);
    /// @notice Only the campaign's requester may do this.
    error NotRequester(address requester);
    /// @notice Not before the given time.
    error TooEarly(uint256 from);
    /// @notice A reason is needed.
    error NoReason();
    /// @notice One is waiting already.
    error UnreserveWaiting(uint64 from);
    /// @notice None is waiting.
    error NoUnreserve();
    /// @notice Only the guardian or the settler may do this.
    error NotGuardianOrSettler();

    event Opened(bytes32 indexed id, address indexed requester, bytes32 label, uint64 deadline);
    event Deposited(bytes32 indexed id, address indexed from, uint256 amount);
    event Reserved(bytes32 indexed id, uint256 amount);
    event UnreserveRequested(bytes32 indexed id, uint256 amount, bytes32 reason, uint64 from);
    event UnreserveCancelled(bytes32 indexed id, uint256 amount, address indexed by);
    event Unreserved(bytes32 indexed id, uint256 amount, bytes32 reason);
    event Released(bytes32 indexed id, uint256 amount, uint64 indexed epoch);
    event ReleasedAbandoned(bytes32 indexed id, uint256 amount);
    event CancelRequested(bytes32 indexed id, uint64 refundsFrom);
    event Refunded(bytes32 indexed id, address indexed to, uint256 amount);

    constructor(Setup memory s) SeparateDuties(s.adminDelay, s.admin) LapsingPause(s.pauseLength) {
        if (address(s.token).code.length == 0) revert BadSetup("token");
        if (s.distributor.code.length == 0 || address(IPaysIn(s.distributor).token()) != address(s.token)) {
            revert BadSetup("distributor");
        }
        // Otherwise a pause could outlast the time in which accepted work must be reserved.
        if (s.cancelDelay <= s.pauseLength || s.cancelDelay > 90 days) revert BadSetup("cancelDelay");
        if (s.unreserveDelay == 0 || s.unreserveDelay > 90 days) revert BadSetup("unreserveDelay");
        if (s.abandonDelay <= s.cancelDelay || s.abandonDelay > 365 days) revert BadSetup("abandonDelay");
        token = s.token;
        distributor = s.distributor;
        cancelDelay = s.cancelDelay;
        unreserveDelay = s.unreserveDelay;
        abandonDelay = s.abandonDelay;
        _appoint(SETTLER_ROLE, s.settler);
        _appoint(GUARDIAN_ROLE, s.guardian);
    }

    // ---- requesters

    /// @notice The id of a requester's campaign. It holds the requester, so that nobody can take another's name first.
    function idOf(address requester, bytes32 label) public pure returns (bytes32) {
        return keccak256(abi.encode(requester, label));
    }

    /// @notice Opens a campaign with its first money.
    /// @param label The campaign's name, the requester's own choice.
    /// @param deadline When the work ends; what is not reserved goes back `cancelDelay` later.
    function open(bytes32 label, uint128 amount, uint64 deadline)
        external
        nonReentrant
        whenRunning
        returns (bytes32 id)
    {
        id = idOf(msg.sender, label);
        Campaign storage c = _campaigns[id];
        if (c.requester != address(0)) revert AlreadyOpen(id);
        if (deadline <= block.timestamp || deadline > block.timestamp + 730 days) revert BadDeadline(deadline);
        c.requester = msg.sender;
        c.deadline = deadline;
        emit Opened(id, msg.sender, label, deadline);
        _deposit(id, c, amount);
    }

    /// @notice Adds money to a campaign that goes on. From anybody; a refund goes to the requester.
    function topUp(bytes32 id, uint128 amount) external nonReentrant whenRunning {
        Campaign storage c = _known(id);
        if (c.cancelAt != 0 || block.timestamp >= c.deadline) revert Closed(id);
        _deposit(id, c, amount);
    }

    /// @notice Ends a campaign early: what is not reserved by then goes back after `cancelDelay`.
    function requestCancel(bytes32 id) external {
        Campaign storage c = _known(id);
        if (msg.sender != c.requester) revert NotRequester(c.requester);
        if (c.cancelAt != 0) revert Closed(id);
        c.cancelAt = uint64(block.timestamp) + cancelDelay;
        emit CancelRequested(id, c.cancelAt);
    }

    /// @notice Sends back what is not reserved. By anybody to the requester, by the requester to anywhere. During a pause
    /// too: a way out is never closed.
    function refund(bytes32 id, address to) external nonReentrant {
        Campaign storage c = _known(id);
        if (to != c.requester && msg.sender != c.requester) revert NotRequester(c.requester);
        uint256 from = refundsFrom(id);
        if (block.timestamp < from) revert TooEarly(from);
        uint128 amount = c.available;
        if (amount == 0) revert NoAmount();
        c.available = 0;
        c.refunded += amount;
        emit Refunded(id, to, amount);
        token.safeTransfer(to, amount);
    }

    // ---- the settler

    /// @notice Sets money aside for accepted work, until the campaign refunds.
    function reserve(bytes32 id, uint128 amount) external onlyRole(SETTLER_ROLE) whenRunning {
        Campaign storage c = _known(id);
        if (amount == 0) revert NoAmount();
        if (block.timestamp >= refundsFrom(id)) revert Closed(id);
        if (amount > c.available) revert Insufficient(c.available, amount);
        c.available -= amount;
        c.reserved += amount;
        c.settledAt = uint64(block.timestamp);
        emit Reserved(id, amount);
    }

    /// @notice Sends reserved money to the distributor, for an epoch.
    function release(bytes32 id, uint128 amount, uint64 epoch)
        external
        onlyRole(SETTLER_ROLE)
        nonReentrant
        whenRunning
    {
        Campaign storage c = _known(id);
        if (amount == 0) revert NoAmount();
        if (amount > c.reserved) revert Insufficient(c.reserved, amount);
        c.settledAt = uint64(block.timestamp);
        emit Released(id, amount, epoch);
        _release(c, amount);
    }

    /// @notice Asks to make reserved money available again, such as after a decision was overturned. Needs a reason for
    /// everybody to read and waits `unreserveDelay` for the guardian's veto: a settler and a requester who are one cannot
    /// quietly take back what people have earned.
    function requestUnreserve(bytes32 id, uint128 amount, bytes32 reason) external onlyRole(SETTLER_ROLE) {
        Campaign storage c = _known(id);
        if (amount == 0) revert NoAmount();
        if (reason == 0) revert NoReason();
        if (unreserveOf[id].amount != 0) revert UnreserveWaiting(unreserveOf[id].time);
        if (amount > c.reserved) revert Insufficient(c.reserved, amount);
        uint64 from = uint64(block.timestamp) + unreserveDelay;
        unreserveOf[id] = Unreserve(amount, from, reason);
        emit UnreserveRequested(id, amount, reason, from);
    }

    /// @notice Vetoes it, or takes it back. For the guardian and the settler.
    function cancelUnreserve(bytes32 id) external {
        if (!hasRole(GUARDIAN_ROLE, msg.sender) && !hasRole(SETTLER_ROLE, msg.sender)) revert NotGuardianOrSettler();
        uint128 amount = unreserveOf[id].amount;
        if (amount == 0) revert NoUnreserve();
        delete unreserveOf[id];
        emit UnreserveCancelled(id, amount, msg.sender);
    }

    /// @notice Carries it out once it has waited. For anybody, but not during a pause.
    function unreserve(bytes32 id) external whenRunning {
        Campaign storage c = _known(id);
        Unreserve memory u = unreserveOf[id];
        if (u.amount == 0) revert NoUnreserve();
        if (block.timestamp < u.time) revert TooEarly(u.time);
        if (u.amount > c.reserved) revert Insufficient(c.reserved, u.amount);
        delete unreserveOf[id];
        c.reserved -= u.amount;
        c.available += u.amount;
        emit Unreserved(id, u.amount, u.reason);
    }

    /// @notice Sends all that is reserved to the distributor when the settler has been gone for `abandonDelay` after the
    /// campaign's end. For anybody: money for accepted work neither waits for ever nor falls back to the requester.
    function releaseAbandoned(bytes32 id) external nonReentrant {
        Campaign storage c = _known(id);
        uint256 from = abandonedFrom(id);
        if (block.timestamp < from) revert TooEarly(from);
        uint128 amount = c.reserved;
        if (amount == 0) revert NoAmount();
        delete unreserveOf[id];
        emit ReleasedAbandoned(id, amount);
        _release(c, amount);
    }

    // ---- reading

    /// @notice A campaign's money and dates; all zero if there is none.
    function campaign(bytes32 id) external view returns (Campaign memory) {
        return _campaigns[id];
    }

    /// @notice From when what is not reserved goes back.
    function refundsFrom(bytes32 id) public view returns (uint256) {
        Campaign storage c = _campaigns[id];
        uint256 end = uint256(c.deadline) + cancelDelay;
        return c.cancelAt != 0 && c.cancelAt < end ? c.cancelAt : end;
    }

    /// @notice From when anybody may send on what is reserved.
    function abandonedFrom(bytes32 id) public view returns (uint256) {
        uint256 end = refundsFrom(id);
        uint256 last = _campaigns[id].settledAt;
        return (last > end ? last : end) + abandonDelay;
    }

    // ---- inside

    function _known(bytes32 id) private view returns (Campaign storage c) {
        c = _campaigns[id];
        if (c.requester == address(0)) revert Unknown(id);
    }

    function _deposit(bytes32 id, Campaign storage c, uint128 amount) private {
        if (amount == 0) revert NoAmount();
        c.available += amount;
        emit Deposited(id, msg.sender, amount);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 got = token.balanceOf(address(this)) - before;
        if (got != amount) revert FeeOnTransfer(amount, got);
    }

    function _release(Campaign storage c, uint128 amount) private {
        c.reserved -= amount;
        c.released += amount;
        token.safeTransfer(distributor, amount);
    }

    function _duties() internal pure override returns (bytes32[] memory duties) {
        duties = new bytes32[](2);
        (duties[0], duties[1]) = (SETTLER_ROLE, GUARDIAN_ROLE);
    }
}
