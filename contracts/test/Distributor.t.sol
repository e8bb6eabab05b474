// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {LapsingPause} from "../src/LapsingPause.sol";
import {RewardDistributor} from "../src/RewardDistributor.sol";
import {SeparateDuties} from "../src/SeparateDuties.sol";
import {BlockingToken} from "../test-tokens/BlockingToken.sol";
import {FeeToken} from "../test-tokens/FeeToken.sol";
import {TestToken} from "../test-tokens/TestToken.sol";
import {Base} from "./Base.sol";
import {DistributorHandler} from "./DistributorHandler.sol";

contract DistributorInvariants is Base {
    BlockingToken private t;
    RewardDistributor private d;
    DistributorHandler private h;

    function setUp() public {
        vm.warp(1_700_000_000);
        t = new BlockingToken();
        h = new DistributorHandler(t);
        d = h.d();
    }

    function targetContracts() public view returns (address[] memory out) {
        out = new address[](1);
        out[0] = address(h);
    }

    /// Nobody gets more than was published for them, everybody gets what they claimed, and the sums agree.
    function invariant_books() public view {
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            uint256 claimed = d.claimed(h.userOf(i));
            sum += claimed;
            eq(claimed, h.claimed(i), "claimed");
            eq(t.balanceOf(h.userOf(i)), h.got(i), "paid");
            le(claimed, h.cumulativeOf(i), "more than published");
        }
        eq(t.balanceOf(h.ELSEWHERE()), h.elsewhere(), "redirected");
        eq(t.balanceOf(h.RELAYER()), h.fees(), "fees");
        eq(sum, d.totalClaimed(), "sum");
        le(sum, d.total(), "more than declared");
    }

    /// What is still owed is there, bonds aside, at every moment.
    function invariant_solvent() public view {
        le(uint256(d.total()) - d.totalClaimed() + d.bondsHeld(), t.balanceOf(address(d)), "insolvent");
        uint256 out = h.elsewhere() + h.fees() + t.balanceOf(h.challengerOf(0)) + t.balanceOf(h.challengerOf(1));
        for (uint256 i; i < 4; ++i) out += t.balanceOf(h.userOf(i));
        eq(t.balanceOf(address(d)) + out, h.minted(), "money came from nowhere or went there");
        // Bonds are where they should be: open, owed or lost.
        eq(d.bondsHeld(), h.bonds(), "bonds held");
        for (uint256 i; i < 2; ++i) eq(d.bondOwed(h.challengerOf(i)), h.owed(i), "bond owed");
        require((d.challenger() != address(0)) == h.isChallenged(), "challenged");
    }

    /// Roots start only as they may; numbers follow each other and totals never fall.
    function invariant_roots() public view {
        (bytes32 root, uint128 total) = h.currentRoot();
        RewardDistributor.Epoch memory now_ = d.current();
        require(now_.root == root && d.root() == root, "current root");
        eq(now_.total, total, "current total");
        eq(now_.number, h.number(), "number");
        (root, total) = h.pendingRoot();
        RewardDistributor.Epoch memory next = d.pending();
        require(next.root == root && next.total == total, "pending root");
        require(!h.isPending() || next.time == h.startsAt(), "start of the pending root");
        eq(d.pausedUntil(), h.pausedUntil(), "pause");
    }

    /// Every call was carried out, or refused, as the rules foresee.
    function invariant_foreseen() public view {
        blameless(h);
    }
}

contract DistributorTest is Base {
    TestToken private t = new TestToken();
    RewardDistributor private d = make(setup());

    function setup() private view returns (RewardDistributor.Setup memory) {
        return RewardDistributor.Setup({
            token: t,
            admin: address(1),
            adminDelay: 1 days,
            proposer: address(2),
            guardian: address(3),
            arbiter: address(4),
            challengeWindow: 1 days,
            rulingWindow: 2 days,
            pauseLength: 3 days,
            challengeBond: 10
        });
    }

    function make(RewardDistributor.Setup memory s) private returns (RewardDistributor) {
        return new RewardDistributor(s);
    }

    function expectBad(string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(SeparateDuties.BadSetup.selector, what));
    }

    function test_setup_isChecked() public {
        RewardDistributor.Setup memory s = setup();
        s.token = IERC20(address(77));
        expectBad("token");
        make(s);
        s = setup();
        s.adminDelay = 0;
        expectBad("adminDelay");
        make(s);
        s = setup();
        s.challengeWindow = 0;
        expectBad("challengeWindow");
        make(s);
        s.challengeWindow = 30 days + 1;
        expectBad("challengeWindow");
        make(s);
        s = setup();
        s.rulingWindow = 0;
        expectBad("rulingWindow");
        make(s);
        s = setup();
        s.pauseLength = s.challengeWindow;
        expectBad("pauseLength");
        make(s);
        s.pauseLength = 30 days + 1;
        expectBad("pauseLength");
        make(s);
        s = setup();
        s.challengeBond = 0;
        expectBad("challengeBond");
        make(s);
        s = setup();
        s.arbiter = address(0);
        expectBad("a role's account");
        make(s);
        s = setup();
        s.arbiter = s.proposer;
        vm.expectPartialRevert(SeparateDuties.HoldsAnotherDuty.selector);
        make(s);
        s = setup();
        s.guardian = s.admin;
        vm.expectPartialRevert(SeparateDuties.HoldsAnotherDuty.selector);
        make(s);
    }

    function test_roles_areNeverJoinedLater() public {
        bytes32 guardian = d.GUARDIAN_ROLE();
        vm.prank(address(1));
        vm.expectPartialRevert(SeparateDuties.HoldsAnotherDuty.selector);
        d.grantRole(guardian, address(2));
        vm.prank(address(1));
        d.grantRole(guardian, address(9));
        vm.prank(address(1));
        d.beginDefaultAdminTransfer(address(9));
        vm.warp(block.timestamp + 2 days);
        vm.prank(address(9));
        vm.expectPartialRevert(SeparateDuties.HoldsAnotherDuty.selector);
        d.acceptDefaultAdminTransfer();
    }

    function test_nobodyRulesOnTheirOwnChallenge() public {
        address arbiter = address(4);
        t.mint(arbiter, 10);
        vm.prank(arbiter);
        t.approve(address(d), 10);
        vm.prank(address(2));
        d.proposeRoot(1, "root", 1, 0);
        vm.prank(arbiter);
        d.challenge("root", "evidence");
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.OwnChallenge.selector));
        d.rule("root", true, 0);
    }

    function test_bondInATokenWithAFee_isRefused() public {
        FeeToken fee = new FeeToken();
        RewardDistributor.Setup memory s = setup();
        s.token = fee;
        s.challengeBond = 1000;
        RewardDistributor x = make(s);
        fee.mint(address(5), 1000);
        vm.prank(address(5));
        fee.approve(address(x), 1000);
        vm.prank(address(2));
        x.proposeRoot(1, "root", 1, 0);
        vm.prank(address(5));
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.FeeOnTransfer.selector, 1000, 990));
        x.challenge("root", "evidence");
    }

    /// A single leaf is its own root: the shortest tree.
    function single(address account, uint256 amount) private returns (bytes32 leaf) {
        leaf = d.leafOf(account, amount);
        vm.prank(address(2));
        d.proposeRoot(1, leaf, uint128(amount), 0);
        t.mint(address(d), amount);
        vm.warp(block.timestamp + 1 days);
        d.activateRoot();
    }

    function test_redirect_neverToNowhere() public {
        address user = vm.addr(77);
        bytes32 leaf = single(user, 100);
        RewardDistributor.Claim memory row = RewardDistributor.Claim(user, 100, new bytes32[](0));
        RewardDistributor.ClaimTo memory to;
        to.deadline = block.timestamp;
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.BadRecipient.selector, address(0)));
        d.claimTo(row, leaf, to);
        to.recipient = address(d);
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.BadRecipient.selector, address(d)));
        d.claimTo(row, leaf, to);
    }

    /// The same row on another chain, or in a second deployment, is another leaf.
    function test_leaf_isTiedToChainAndContract() public {
        bytes32 here = d.leafOf(address(7), 5);
        RewardDistributor second = make(setup());
        require(second.leafOf(address(7), 5) != here, "same on another contract");
        vm.chainId(99);
        require(d.leafOf(address(7), 5) != here, "same on another chain");
    }

    /// A root over rows whose account is missing pays the others and refuses that one, without harm to either.
    function testFuzz_missingAccount(address gone, uint128 amount) public {
        vm.assume(gone != address(7) && amount != 0);
        bytes32 leaf = single(address(7), amount);
        bytes32[] memory none = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.BadProof.selector, gone));
        d.claim(gone, amount, leaf, none);
        d.claim(address(7), amount, leaf, none);
        eq(t.balanceOf(address(7)), amount, "paid");
    }

    function testFuzz_wrongProof(address who, uint256 cumulative, bytes32[] calldata proof) public {
        bytes32 leaf = single(address(7), 100);
        vm.assume(proof.length != 0 || who != address(7) || cumulative != 100);
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.BadProof.selector, who));
        d.claim(who, cumulative, leaf, proof);
    }

    function test_beforeTheFirstRoot_nothingIsPaid() public {
        vm.expectRevert(abi.encodeWithSelector(RewardDistributor.StaleRoot.selector, bytes32(0)));
        d.claim(address(7), 1, 0, new bytes32[](0));
    }

    function test_pause_isForTheGuardianAndLapses() public {
        bytes32 leaf = single(address(7), 100);
        vm.prank(address(3));
        d.pause();
        uint64 until = uint64(block.timestamp + 3 days);
        vm.expectRevert(abi.encodeWithSelector(LapsingPause.Paused.selector, until));
        d.claim(address(7), 100, leaf, new bytes32[](0));
        vm.warp(until);
        vm.prank(address(3));
        vm.expectRevert(abi.encodeWithSelector(LapsingPause.PausedTooRecently.selector, uint256(until) + 3 days));
        d.pause();
        d.claim(address(7), 100, leaf, new bytes32[](0));
    }
}
