// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReviewerStaking} from "../src/ReviewerStaking.sol";
import {TestToken} from "../test-tokens/TestToken.sol";
import {Handler} from "./Base.sol";

/// Plays stakers, a slasher without measure and an arbiter who is often away, and keeps books of its own: plain lists,
/// read from end to end each time.
contract StakingHandler is Handler {
    ReviewerStaking public immutable s;
    TestToken public immutable t;
    uint64 public constant UNBOND = 7 days;
    uint64 public constant WINDOW = 2 days;
    uint64 public constant RULING = 3 days;
    uint64 public constant EXECUTION = 4 days;
    uint64 public constant PERIOD = 10 days;
    uint16 public constant BPS = 4000;
    address public constant ADMIN = address(0xAD);
    address public constant SLASHER = address(0xA1);
    address public constant ARBITER = address(0xA2);
    address public constant STRANGER = address(0xA4);
    address public constant SINK = address(0x51);

    struct Part {
        uint256 amount;
        uint256 readyAt;
    }

    struct Proposal {
        uint256 who;
        uint256 state;
        uint256 due;
        uint256 fromActive;
        uint256 fromLeaving;
        uint256 readyAt;
    }

    uint256[3] public active;
    uint256[3] public frozen;
    uint256[3] public wallet;
    Part[][3] internal leaving;
    Proposal[] internal proposals;
    uint256 public owedToSink;
    uint256 public sunk;
    uint256[3] public periodStart;
    uint256[3] public periodBase;
    uint256[3] public periodUsed;

    constructor(TestToken token) {
        t = token;
        s = new ReviewerStaking(
            ReviewerStaking.Setup({
                token: token,
                sink: SINK,
                admin: ADMIN,
                adminDelay: 1 days,
                slasher: SLASHER,
                arbiter: ARBITER,
                unbondDelay: UNBOND,
                challengeWindow: WINDOW,
                rulingWindow: RULING,
                executionWindow: EXECUTION,
                slashPeriod: PERIOD,
                maxSlashBps: BPS
            })
        );
        for (uint256 i; i < 3; ++i) {
            wallet[i] = 1e15;
            t.mint(stakerOf(i), 1e15);
            vm.prank(stakerOf(i));
            t.approve(address(s), type(uint256).max);
        }
    }

    function stakerOf(uint256 i) public pure returns (address) {
        return address(uint160(0xB0 + i % 3));
    }

    function leavingOf(uint256 i) public view returns (uint256 sum) {
        for (uint256 k; k < leaving[i].length; ++k) sum += leaving[i][k].amount;
    }

    function parts(uint256 i) public view returns (uint256 n) {
        for (uint256 k; k < leaving[i].length; ++k) if (leaving[i][k].amount != 0 && leaving[i][k].readyAt != 0) ++n;
    }

    function stake(uint256 i, uint256 amount) public {
        i %= 3;
        amount %= 1e9;
        vm.prank(stakerOf(i));
        try s.stake(uint128(amount)) {
            went(amount != 0, "a stake");
            active[i] += amount;
            wallet[i] -= amount;
        } catch {
            refused(amount != 0, "a stake");
        }
    }

    function requestUnstake(uint256 i, uint256 amount) public {
        i %= 3;
        amount = amount % 16 == 0 ? active[i] + 1 : amount % 16 == 1 ? 0 : (amount >> 4) % (active[i] + 1);
        bool foreseen = amount != 0 && amount <= active[i] && parts(i) < 8;
        vm.prank(stakerOf(i));
        try s.requestUnstake(uint128(amount)) {
            went(foreseen, "a request");
            active[i] -= amount;
            leaving[i].push(Part(amount, block.timestamp + UNBOND));
        } catch {
            refused(foreseen, "a request");
        }
    }

    function withdraw(uint256 i) public {
        i %= 3;
        uint256 ready;
        for (uint256 k; k < leaving[i].length; ++k) {
            if (leaving[i][k].readyAt <= block.timestamp) ready += leaving[i][k].amount;
        }
        address to = stakerOf(i);
        vm.prank(to);
        try s.withdraw(to) returns (uint128 paid) {
            went(ready != 0, "a withdrawal");
            check(paid == ready, "a withdrawal of another size");
            wallet[i] += ready;
            for (uint256 k; k < leaving[i].length; ++k) {
                if (leaving[i][k].readyAt <= block.timestamp) leaving[i][k].amount = 0;
            }
        } catch {
            refused(ready != 0, "a withdrawal");
        }
    }

    // ---- slashes

    function proposeSlash(uint256 i, uint256 amount, uint256 kind) public {
        i %= 3;
        uint256 free = active[i] + leavingOf(i);
        bool isNew = periodStart[i] == 0 || block.timestamp >= periodStart[i] + PERIOD;
        uint256 left = (isNew ? free : periodBase[i]) * BPS / 10_000 - (isNew ? 0 : periodUsed[i]);
        amount = amount % 16 == 0 ? left + 1 : amount % 16 == 1 ? 0 : amount % 4 == 2 ? left : (amount >> 4) % (left + 1);
        bool foreseen = amount != 0 && amount <= left && amount <= free && kind % 8 > 1;
        vm.prank(kind % 8 == 0 ? ARBITER : SLASHER);
        try s.proposeSlash(stakerOf(i), uint128(amount), kind % 8 == 1 ? bytes32(0) : bytes32("evidence")) returns (
            uint256 id
        ) {
            went(foreseen, "a slash");
            check(id == proposals.length, "another id");
            if (isNew) (periodStart[i], periodBase[i], periodUsed[i]) = (block.timestamp, free, 0);
            periodUsed[i] += amount;
            take(i, amount);
        } catch {
            refused(foreseen, "a slash");
        }
    }

    /// Active stake first, then what leaves last.
    function take(uint256 i, uint256 amount) private {
        uint256 fromActive = amount < active[i] ? amount : active[i];
        active[i] -= fromActive;
        frozen[i] += amount;
        uint256 rest = amount - fromActive;
        uint256 readyAt;
        while (rest != 0) {
            uint256 last = type(uint256).max;
            for (uint256 k; k < leaving[i].length; ++k) {
                if (leaving[i][k].amount == 0) continue;
                if (last == type(uint256).max || leaving[i][k].readyAt > leaving[i][last].readyAt) last = k;
            }
            Part storage p = leaving[i][last];
            if (readyAt == 0) readyAt = p.readyAt;
            uint256 part = rest < p.amount ? rest : p.amount;
            p.amount -= part;
            rest -= part;
        }
        proposals.push(Proposal(i, 1, block.timestamp + WINDOW, fromActive, amount - fromActive, readyAt));
    }

    function pick(uint256 id) private view returns (uint256) {
        uint256 n = proposals.length;
        // Mostly the last few: the others are done.
        return n == 0 ? 0 : id % 8 == 0 ? n : n - 1 - (id >> 3) % (n < 3 ? n : 3);
    }

    function stateOf(uint256 id) private view returns (uint256) {
        return id < proposals.length ? proposals[id].state : 0;
    }

    function dueOf(uint256 id) private view returns (uint256) {
        return id < proposals.length ? proposals[id].due : 0;
    }

    function dispute(uint256 id, uint256 who) public {
        id = pick(id);
        address staker = stakerOf(id < proposals.length ? proposals[id].who + (who % 8 == 0 ? 1 : 0) : 0);
        bool foreseen = stateOf(id) == 1 && who % 8 != 0 && block.timestamp < dueOf(id);
        vm.prank(staker);
        try s.dispute(id, "reason") {
            went(foreseen, "a dispute");
            (proposals[id].state, proposals[id].due) = (2, block.timestamp + RULING);
        } catch {
            refused(foreseen, "a dispute");
        }
    }

    function execute(uint256 id) public {
        id = pick(id);
        uint256 due = dueOf(id);
        bool foreseen = stateOf(id) == 1 && block.timestamp >= due && block.timestamp < due + EXECUTION;
        vm.prank(STRANGER);
        try s.execute(id) {
            went(foreseen, "an execution");
            settle(id, proposals[id].fromActive + proposals[id].fromLeaving);
        } catch {
            refused(foreseen, "an execution");
        }
    }

    function rule(uint256 id, uint256 share, uint256 kind) public {
        id = pick(id);
        uint256 whole = id < proposals.length ? proposals[id].fromActive + proposals[id].fromLeaving : 0;
        uint256 slashed = share % 16 == 0 ? whole + 1 : share % 4 == 1 ? 0 : (share >> 4) % (whole + 1);
        bool foreseen = stateOf(id) == 2 && block.timestamp < dueOf(id) && slashed <= whole && kind % 8 != 0;
        vm.prank(kind % 8 == 0 ? SLASHER : ARBITER);
        try s.rule(id, uint128(slashed)) {
            went(foreseen, "a ruling");
            settle(id, slashed);
        } catch {
            refused(foreseen, "a ruling");
        }
    }

    function lapse(uint256 id) public {
        id = pick(id);
        uint256 state = stateOf(id);
        bool foreseen =
            (state == 1 && block.timestamp >= dueOf(id) + EXECUTION) || (state == 2 && block.timestamp >= dueOf(id));
        vm.prank(STRANGER);
        try s.lapse(id) {
            went(foreseen, "a lapse");
            settle(id, 0);
        } catch {
            refused(foreseen, "a lapse");
        }
    }

    function settle(uint256 id, uint256 slashed) private {
        Proposal storage p = proposals[id];
        uint256 returned = p.fromActive + p.fromLeaving - slashed;
        uint256 leavingPart = returned < p.fromLeaving ? returned : p.fromLeaving;
        p.state = 3;
        frozen[p.who] -= p.fromActive + p.fromLeaving;
        active[p.who] += returned - leavingPart;
        owedToSink += slashed;
        if (leavingPart == 0) return;
        // Ready parts have the date 0 here; others join the next that is not before them.
        uint256 readyAt = p.readyAt <= block.timestamp ? 0 : p.readyAt;
        uint256 best = type(uint256).max;
        for (uint256 k; k < leaving[p.who].length; ++k) {
            Part storage x = leaving[p.who][k];
            if (readyAt == 0 || x.amount == 0 || x.readyAt < readyAt) continue;
            if (best == type(uint256).max || x.readyAt < leaving[p.who][best].readyAt) best = k;
        }
        if (best == type(uint256).max) leaving[p.who].push(Part(leavingPart, readyAt));
        else leaving[p.who][best].amount += leavingPart;
    }

    function sendToSink() external {
        try s.sendToSink() {
            went(owedToSink != 0, "sending slashed money");
            sunk += owedToSink;
            owedToSink = 0;
        } catch {
            refused(owedToSink != 0, "sending slashed money");
        }
    }

    // ---- the world

    function wait(uint256 id, uint256 seconds_, uint256 to) external {
        id = pick(id);
        uint256 i = id < proposals.length ? proposals[id].who : 0;
        uint256 next = leaving[i].length == 0 ? 0 : leaving[i][(to >> 8) % leaving[i].length].readyAt;
        uint256[4] memory edges = [dueOf(id), dueOf(id) + EXECUTION, next, periodStart[i] + PERIOD];
        uint256 edge = edges[(to / 8) % 4];
        uint256 at_ = to % 3 == 0 || edge == 0 ? block.timestamp + within(seconds_, 1, 2 days) : edge - (to / 4) % 2;
        if (at_ > block.timestamp) vm.warp(at_);
    }

    /// A slash from its proposal to an end that `kind` chooses, of somebody who is about to leave.
    function wholeSlash(uint256 i, uint256 a, uint256 kind) external {
        (i, kind) = (i % 3, kind % 8);
        if (active[i] < 1e6) this.stake(i, 1e8 + a % 1e8);
        if (parts(i) < 8) this.requestUnstake(i, (active[i] * 9 / 10) << 4 | 2);
        if (kind < 6) {
            if (parts(i) < 8) {
                vm.warp(block.timestamp + a % 2 days);
                this.requestUnstake(i, (active[i] * 9 / 10) << 4 | 2);
            }
            this.proposeSlash(i, a % 3 == 0 ? 6 : (a << 4) | 3, 2);
            Proposal storage p = proposals[proposals.length - 1];
            if (kind < 4) this.dispute(3, 1);
            if (kind == 0) this.rule(3, a << 4 | 2, 1);
            if (kind == 1) vm.warp(p.due);
            if (kind == 1) this.lapse(3);
            if (kind == 4) vm.warp(p.due);
            if (kind == 4) this.execute(3);
            if (kind == 5) vm.warp(p.due + EXECUTION);
            if (kind == 5) this.lapse(3);
        } else {
            vm.warp(block.timestamp + UNBOND);
            this.withdraw(i);
        }
    }
}
