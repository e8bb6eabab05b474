// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CampaignEscrow} from "../src/CampaignEscrow.sol";
import {TestToken} from "../test-tokens/TestToken.sol";
import {Handler} from "./Base.sol";

/// Stands where the distributor would.
contract PayPlace {
    IERC20 public immutable token;

    constructor(IERC20 t) {
        token = t;
    }
}

/// Plays requesters, the settler, the guardian and strangers against the escrow, and keeps books of its own.
contract EscrowHandler is Handler {
    CampaignEscrow public immutable e;
    TestToken public immutable t;
    address public immutable place;
    uint64 public constant CANCEL = 4 days;
    uint64 public constant UNRESERVE = 2 days;
    uint64 public constant ABANDON = 10 days;
    uint64 public constant PAUSE = 3 days;
    address public constant ADMIN = address(0xAD);
    address public constant SETTLER = address(0xA1);
    address public constant GUARDIAN = address(0xA2);
    address public constant STRANGER = address(0xA4);
    address public constant ELSEWHERE = address(0xE1);

    struct Book {
        bool isOpen;
        uint64 deadline;
        uint64 cancelAt;
        uint64 settledAt;
        uint256 deposited;
        uint256 available;
        uint256 reserved;
        uint256 released;
        uint256 refunded;
        uint256 waiting;
        uint64 waitsUntil;
    }

    Book[4] internal books;
    /// What campaigns that are over took in, paid out and gave back.
    Book public past;
    uint256[4] internal round;
    uint64 public pausedUntil;
    uint256 public refundedElsewhere;

    constructor(TestToken token) {
        t = token;
        place = address(new PayPlace(token));
        e = new CampaignEscrow(
            CampaignEscrow.Setup({
                token: token,
                distributor: place,
                admin: ADMIN,
                adminDelay: 1 days,
                settler: SETTLER,
                guardian: GUARDIAN,
                cancelDelay: CANCEL,
                unreserveDelay: UNRESERVE,
                abandonDelay: ABANDON,
                pauseLength: PAUSE
            })
        );
        for (uint256 i; i < 2; ++i) {
            t.mint(requesterOf(i), 1e15);
            vm.prank(requesterOf(i));
            t.approve(address(e), type(uint256).max);
        }
    }

    function bookOf(uint256 k) external view returns (Book memory) {
        return books[k];
    }

    function requesterOf(uint256 k) public pure returns (address) {
        return address(uint160(0xB0 + k % 2));
    }

    function idOf(uint256 k) public view returns (bytes32) {
        return e.idOf(requesterOf(k), labelOf(k));
    }

    function labelOf(uint256 k) public view returns (bytes32) {
        return bytes32(k / 2 + 2 * round[k]);
    }

    function isPaused() public view returns (bool) {
        return block.timestamp < pausedUntil;
    }

    function refundsFrom(uint256 k) public view returns (uint256 end) {
        end = uint256(books[k].deadline) + CANCEL;
        if (books[k].cancelAt != 0 && books[k].cancelAt < end) end = books[k].cancelAt;
    }

    function abandonedFrom(uint256 k) public view returns (uint256) {
        uint256 end = refundsFrom(k);
        return (books[k].settledAt > end ? books[k].settledAt : end) + ABANDON;
    }

    // ---- requesters

    function open(uint256 k, uint256 amount, uint256 length) public {
        k %= 4;
        if (length % 4 != 0) startAnew(k);
        amount = amount % 1e9;
        uint64 deadline = uint64(block.timestamp + length % 20 days);
        if (length % 16 == 1) deadline = uint64(block.timestamp + 730 days + (length >> 4) % 2);
        bool foreseen = !books[k].isOpen && !isPaused() && amount != 0 && deadline > block.timestamp
            && deadline <= block.timestamp + 730 days;
        bytes32 label = labelOf(k);
        vm.prank(requesterOf(k));
        try e.open(label, uint128(amount), deadline) returns (bytes32 id) {
            went(foreseen, "an opening");
            check(id == idOf(k), "another id");
            (books[k].isOpen, books[k].deadline) = (true, deadline);
            books[k].deposited = books[k].available = amount;
        } catch {
            refused(foreseen, "an opening");
        }
    }

    /// A campaign that is over makes room for another of the same requester.
    function startAnew(uint256 k) internal {
        Book storage b = books[k];
        if (!b.isOpen || b.available != 0 || b.reserved != 0 || block.timestamp < refundsFrom(k)) return;
        past.deposited += b.deposited;
        past.released += b.released;
        past.refunded += b.refunded;
        delete books[k];
        ++round[k];
    }

    function topUp(uint256 k, uint256 amount, uint256 who) external {
        k %= 4;
        amount = amount % 1e9;
        Book storage b = books[k];
        bool foreseen = b.isOpen && !isPaused() && amount != 0 && b.cancelAt == 0 && block.timestamp < b.deadline;
        bytes32 id = idOf(k);
        vm.prank(requesterOf(who));
        try e.topUp(id, uint128(amount)) {
            went(foreseen, "a top-up");
            b.deposited += amount;
            b.available += amount;
        } catch {
            refused(foreseen, "a top-up");
        }
    }

    function requestCancel(uint256 k, uint256 who) external {
        k %= 4;
        if (who % 8 > 2) revert AsForeseen();
        bool foreseen = books[k].isOpen && books[k].cancelAt == 0 && who % 8 != 0;
        bytes32 id = idOf(k);
        vm.prank(who % 8 == 0 ? STRANGER : requesterOf(k));
        try e.requestCancel(id) {
            went(foreseen, "a cancellation");
            books[k].cancelAt = uint64(block.timestamp) + CANCEL;
        } catch {
            refused(foreseen, "a cancellation");
        }
    }

    /// `kind`: by a stranger to the requester, by a stranger to elsewhere, or by the requester to elsewhere.
    function refund(uint256 k, uint256 kind) public {
        (k, kind) = (k % 4, kind % 4);
        Book storage b = books[k];
        address to = kind == 0 ? requesterOf(k) : ELSEWHERE;
        bool foreseen = b.isOpen && b.available != 0 && block.timestamp >= refundsFrom(k) && kind != 1;
        bytes32 id = idOf(k);
        vm.prank(kind < 2 ? STRANGER : requesterOf(k));
        try e.refund(id, to) {
            went(foreseen, "a refund");
            if (to == ELSEWHERE) refundedElsewhere += b.available;
            b.refunded += b.available;
            b.available = 0;
        } catch {
            refused(foreseen, "a refund");
        }
    }

    // ---- the settler

    function reserve(uint256 k, uint256 amount, uint256 kind) public {
        k %= 4;
        Book storage b = books[k];
        amount = part(amount, b.available);
        bool foreseen = b.isOpen && !isPaused() && amount != 0 && amount <= b.available
            && block.timestamp < refundsFrom(k) && kind % 8 != 0;
        bytes32 id = idOf(k);
        vm.prank(kind % 8 == 0 ? GUARDIAN : SETTLER);
        try e.reserve(id, uint128(amount)) {
            went(foreseen, "a reservation");
            b.available -= amount;
            b.reserved += amount;
            b.settledAt = uint64(block.timestamp);
        } catch {
            refused(foreseen, "a reservation");
        }
    }

    function release(uint256 k, uint256 amount, uint256 kind) external {
        k %= 4;
        Book storage b = books[k];
        amount = part(amount, b.reserved);
        bool foreseen = b.isOpen && !isPaused() && amount != 0 && amount <= b.reserved && kind % 8 != 0;
        bytes32 id = idOf(k);
        vm.prank(kind % 8 == 0 ? requesterOf(k) : SETTLER);
        try e.release(id, uint128(amount), 1) {
            went(foreseen, "a release");
            b.reserved -= amount;
            b.released += amount;
            b.settledAt = uint64(block.timestamp);
        } catch {
            refused(foreseen, "a release");
        }
    }

    function requestUnreserve(uint256 k, uint256 amount, uint256 kind) external {
        k %= 4;
        Book storage b = books[k];
        amount = part(amount, b.reserved);
        bool foreseen = b.isOpen && amount != 0 && amount <= b.reserved && b.waiting == 0 && kind % 8 > 1;
        bytes32 id = idOf(k);
        vm.prank(kind % 8 == 0 ? requesterOf(k) : SETTLER);
        try e.requestUnreserve(id, uint128(amount), kind % 8 == 1 ? bytes32(0) : bytes32("overturned")) {
            went(foreseen, "a request to make available");
            (b.waiting, b.waitsUntil) = (amount, uint64(block.timestamp) + UNRESERVE);
        } catch {
            refused(foreseen, "a request to make available");
        }
    }

    function cancelUnreserve(uint256 k, uint256 kind) external {
        k %= 4;
        bool foreseen = books[k].waiting != 0 && kind % 4 != 0;
        bytes32 id = idOf(k);
        vm.prank(kind % 4 == 0 ? requesterOf(k) : kind % 4 == 1 ? SETTLER : GUARDIAN);
        try e.cancelUnreserve(id) {
            went(foreseen, "a veto");
            books[k].waiting = 0;
        } catch {
            refused(foreseen, "a veto");
        }
    }

    function unreserve(uint256 k) public {
        k %= 4;
        Book storage b = books[k];
        bool foreseen =
            b.waiting != 0 && !isPaused() && block.timestamp >= b.waitsUntil && b.waiting <= b.reserved;
        bytes32 id = idOf(k);
        vm.prank(STRANGER);
        try e.unreserve(id) {
            went(foreseen, "making available");
            b.reserved -= b.waiting;
            b.available += b.waiting;
            b.waiting = 0;
        } catch {
            refused(foreseen, "making available");
        }
    }

    function releaseAbandoned(uint256 k) public {
        k %= 4;
        Book storage b = books[k];
        bool foreseen = b.isOpen && b.reserved != 0 && block.timestamp >= abandonedFrom(k);
        bytes32 id = idOf(k);
        vm.prank(STRANGER);
        try e.releaseAbandoned(id) {
            went(foreseen, "the release of what was abandoned");
            b.released += b.reserved;
            (b.reserved, b.waiting) = (0, 0);
        } catch {
            refused(foreseen, "the release of what was abandoned");
        }
    }

    // ---- the world

    function pause(uint256 kind) external {
        if (kind % 24 > 5) revert AsForeseen();
        bool foreseen = kind % 4 != 0 && (pausedUntil == 0 || block.timestamp >= pausedUntil + PAUSE);
        vm.prank(kind % 4 == 0 ? SETTLER : GUARDIAN);
        try e.pause() {
            went(foreseen, "a pause");
            pausedUntil = uint64(block.timestamp) + PAUSE;
        } catch {
            refused(foreseen, "a pause");
        }
    }

    /// Mostly some hours; often to a moment at which something changes, or one second before.
    function wait(uint256 k, uint256 seconds_, uint256 to) external {
        k %= 4;
        Book storage b = books[k];
        uint256[6] memory edges = [
            uint256(b.deadline), refundsFrom(k), abandonedFrom(k), b.waitsUntil, pausedUntil, uint256(pausedUntil) + PAUSE
        ];
        uint256 at_ = to % 2 == 0 ? block.timestamp + within(seconds_, 1, 2 days) : edges[(to / 8) % 6] - (to / 2) % 2;
        // Not to the end of the world of a campaign that runs for two years.
        if (at_ > block.timestamp && at_ < block.timestamp + 60 days) vm.warp(at_);
    }

    /// One campaign from its opening to a late state that `kind` chooses.
    function wholeCampaign(uint256 k, uint256 a, uint256 kind) external {
        (k, kind) = (k % 4, kind % 6);
        startAnew(k);
        if (!books[k].isOpen) this.open(k, 1000 + a % 1e6, 8 + 16 * (12 hours + a % 1 days) / 16 * 16);
        if (books[k].available != 0 && block.timestamp < refundsFrom(k)) this.reserve(k, a << 4 | 2, 1);
        if (kind == 0 && books[k].reserved != 0) {
            if (books[k].waiting == 0) this.requestUnreserve(k, a << 4 | 2, 2);
            if (block.timestamp < books[k].waitsUntil) vm.warp(books[k].waitsUntil);
            this.unreserve(k);
        }
        if (kind == 1 && books[k].available != 0 && refundsFrom(k) < block.timestamp + 60 days) {
            if (block.timestamp < refundsFrom(k)) vm.warp(refundsFrom(k));
            this.refund(k, a % 2 == 0 ? 0 : 2);
        }
        if (kind == 2 && abandonedFrom(k) < block.timestamp + 60 days) {
            if (block.timestamp < abandonedFrom(k)) vm.warp(abandonedFrom(k));
            if (books[k].reserved != 0) this.releaseAbandoned(k);
            if (books[k].available != 0) this.refund(k, 0);
        }
    }

    /// Mostly a part of what is there, at times one too many or nothing.
    function part(uint256 amount, uint256 whole) private pure returns (uint256) {
        return amount % 16 == 0 ? whole + 1 : amount % 16 == 1 ? 0 : (amount >> 4) % (whole + 1);
    }
}
