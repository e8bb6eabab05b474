// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReviewerStaking} from "../src/ReviewerStaking.sol";
import {SeparateDuties} from "../src/SeparateDuties.sol";
import {BlockingToken} from "../test-tokens/BlockingToken.sol";
import {FeeToken} from "../test-tokens/FeeToken.sol";
import {TestToken} from "../test-tokens/TestToken.sol";
import {Base} from "./Base.sol";
import {StakingHandler} from "./StakingHandler.sol";

contract StakingInvariants is Base {
    TestToken private t;
    ReviewerStaking private s;
    StakingHandler private h;

    function setUp() public {
        vm.warp(1_700_000_000);
        t = new TestToken();
        h = new StakingHandler(t);
        s = h.s();
    }

    function targetContracts() public view returns (address[] memory out) {
        out = new address[](1);
        out[0] = address(h);
    }

    /// Each staker's money, active, leaving and frozen, is what the books say.
    function invariant_stakes() public view {
        for (uint256 i; i < 3; ++i) {
            ReviewerStaking.Stake memory x = s.stakeOf(h.stakerOf(i));
            ReviewerStaking.Leaving[] memory parts = s.leavingOf(h.stakerOf(i));
            uint256 leaving = x.ready;
            for (uint256 k; k < parts.length; ++k) {
                leaving += parts[k].amount;
                require(k == 0 || parts[k - 1].readyAt <= parts[k].readyAt, "out of order");
            }
            eq(x.active, h.active(i), "active");
            eq(x.frozen, h.frozen(i), "frozen");
            eq(leaving, h.leavingOf(i), "leaving");
            le(parts.length, s.MAX_LEAVING(), "too many parts");
            eq(t.balanceOf(h.stakerOf(i)), h.wallet(i), "wallet");
        }
    }

    /// All stake and all that is owed to the sink is here, and money neither appears nor vanishes.
    function invariant_solvent() public view {
        uint256 sum;
        uint256 wallets;
        for (uint256 i; i < 3; ++i) {
            sum += h.active(i) + h.leavingOf(i) + h.frozen(i);
            wallets += t.balanceOf(h.stakerOf(i));
        }
        eq(s.totalStaked(), sum, "total");
        eq(s.owedToSink(), h.owedToSink(), "owed to the sink");
        eq(t.balanceOf(address(s)), sum + h.owedToSink(), "held");
        eq(t.balanceOf(h.SINK()), h.sunk(), "sunk");
        eq(t.balanceOf(address(s)) + wallets + h.sunk(), 3e15, "supply");
    }

    /// Within a period no more is slashed than its share of what was free at its start.
    function invariant_capped() public view {
        for (uint256 i; i < 3; ++i) {
            ReviewerStaking.Stake memory x = s.stakeOf(h.stakerOf(i));
            le(x.periodUsed, uint256(h.periodBase(i)) * h.BPS() / 10_000, "over the cap");
            eq(x.periodUsed, h.periodUsed(i), "used");
        }
    }

    /// Every call was carried out, or refused, as the rules foresee.
    function invariant_foreseen() public view {
        blameless(h);
    }
}

contract StakingTest is Base {
    BlockingToken private t = new BlockingToken();
    address private constant STAKER = address(7);

    function setup() private view returns (ReviewerStaking.Setup memory) {
        return ReviewerStaking.Setup({
            token: t,
            sink: address(9),
            admin: address(1),
            adminDelay: 1 days,
            slasher: address(2),
            arbiter: address(3),
            unbondDelay: 7 days,
            challengeWindow: 2 days,
            rulingWindow: 3 days,
            executionWindow: 4 days,
            slashPeriod: 10 days,
            maxSlashBps: 5000
        });
    }

    function make(ReviewerStaking.Setup memory x) private returns (ReviewerStaking) {
        return new ReviewerStaking(x);
    }

    function expectBad(string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(SeparateDuties.BadSetup.selector, what));
    }

    function test_setup_isChecked() public {
        ReviewerStaking.Setup memory x = setup();
        address[4] memory sinks = [address(0), x.slasher, x.arbiter, x.admin];
        for (uint256 i; i < 4; ++i) {
            x.sink = sinks[i];
            expectBad("sink");
            make(x);
        }
        x = setup();
        x.unbondDelay = x.challengeWindow;
        expectBad("unbondDelay");
        make(x);
        x = setup();
        x.challengeWindow = 0;
        expectBad("challengeWindow");
        make(x);
        x = setup();
        x.rulingWindow = 0;
        expectBad("rulingWindow");
        make(x);
        x = setup();
        x.executionWindow = 0;
        expectBad("executionWindow");
        make(x);
        x = setup();
        x.slashPeriod = x.unbondDelay - 1;
        expectBad("slashPeriod");
        make(x);
        x = setup();
        x.maxSlashBps = 5001;
        expectBad("maxSlashBps");
        make(x);
        x.maxSlashBps = 0;
        expectBad("maxSlashBps");
        make(x);
    }

    function staked(uint128 amount) private returns (ReviewerStaking s) {
        s = make(setup());
        t.mint(STAKER, amount);
        vm.prank(STAKER);
        t.approve(address(s), amount);
        vm.prank(STAKER);
        s.stake(amount);
    }

    function propose(ReviewerStaking s, address who, uint128 amount) private returns (uint256) {
        vm.prank(address(2));
        return s.proposeSlash(who, amount, "evidence");
    }

    /// Many small proposals take no more together than one large one may.
    function test_manyProposals_shareOneCap() public {
        ReviewerStaking s = staked(1000);
        for (uint256 i; i < 5; ++i) propose(s, STAKER, 100);
        vm.prank(address(2));
        vm.expectRevert(abi.encodeWithSelector(ReviewerStaking.OverCap.selector, 0));
        s.proposeSlash(STAKER, 1, "evidence");
        vm.warp(block.timestamp + 10 days);
        propose(s, STAKER, 250);
        vm.prank(address(2));
        vm.expectRevert(abi.encodeWithSelector(ReviewerStaking.OverCap.selector, 0));
        s.proposeSlash(STAKER, 1, "evidence");
    }

    /// A later request does not put off an earlier one.
    function test_eachRequest_hasADateOfItsOwn() public {
        ReviewerStaking s = staked(1000);
        uint256 start = block.timestamp;
        vm.prank(STAKER);
        s.requestUnstake(300);
        vm.warp(start + 6 days);
        vm.prank(STAKER);
        s.requestUnstake(100);
        vm.warp(start + 7 days);
        vm.prank(STAKER);
        eq(s.withdraw(STAKER), 300, "the first");
        vm.prank(STAKER);
        vm.expectRevert(abi.encodeWithSelector(ReviewerStaking.NothingReady.selector, start + 13 days));
        s.withdraw(STAKER);
    }

    function test_aSinkThatIsBlocked_blocksNoRuling() public {
        ReviewerStaking s = staked(1000);
        uint256 id = propose(s, STAKER, 100);
        t.setBlocked(address(9), true);
        vm.warp(block.timestamp + 2 days);
        s.execute(id);
        vm.expectRevert(abi.encodeWithSelector(BlockingToken.Blocked.selector, address(9)));
        s.sendToSink();
        t.setBlocked(address(9), false);
        s.sendToSink();
        eq(t.balanceOf(address(9)), 100, "sunk");
    }

    function test_nobodyRulesOnTheirOwnStake() public {
        ReviewerStaking s = make(setup());
        address arbiter = address(3);
        t.mint(arbiter, 100);
        vm.prank(arbiter);
        t.approve(address(s), 100);
        vm.prank(arbiter);
        s.stake(100);
        uint256 id = propose(s, arbiter, 10);
        vm.prank(arbiter);
        s.dispute(id, "reason");
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(ReviewerStaking.OwnStake.selector));
        s.rule(id, 0);
    }

    function test_tokenWithAFee_isRefused() public {
        FeeToken fee = new FeeToken();
        ReviewerStaking.Setup memory x = setup();
        x.token = fee;
        ReviewerStaking s = make(x);
        fee.mint(STAKER, 1000);
        vm.prank(STAKER);
        fee.approve(address(s), 1000);
        vm.prank(STAKER);
        vm.expectRevert(abi.encodeWithSelector(ReviewerStaking.FeeOnTransfer.selector, 1000, 990));
        s.stake(1000);
    }

    /// A staker's withdrawals on their way are few, so that no loop over them grows.
    function test_onlySoManyWithdrawals_areOnTheirWay() public {
        ReviewerStaking s = staked(1000);
        for (uint256 i; i < 8; ++i) {
            vm.prank(STAKER);
            s.requestUnstake(1);
        }
        vm.prank(STAKER);
        vm.expectRevert(abi.encodeWithSelector(ReviewerStaking.TooManyLeaving.selector, 8));
        s.requestUnstake(1);
    }
}
