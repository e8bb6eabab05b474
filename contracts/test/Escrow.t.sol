// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CampaignEscrow} from "../src/CampaignEscrow.sol";
import {SeparateDuties} from "../src/SeparateDuties.sol";
import {BlockingToken} from "../test-tokens/BlockingToken.sol";
import {FeeToken} from "../test-tokens/FeeToken.sol";
import {TestToken} from "../test-tokens/TestToken.sol";
import {Base} from "./Base.sol";
import {EscrowHandler, PayPlace} from "./EscrowHandler.sol";

contract EscrowInvariants is Base {
    TestToken private t;
    CampaignEscrow private e;
    EscrowHandler private h;

    function setUp() public {
        vm.warp(1_700_000_000);
        t = new TestToken();
        h = new EscrowHandler(t);
        e = h.e();
    }

    function targetContracts() public view returns (address[] memory out) {
        out = new address[](1);
        out[0] = address(h);
    }

    /// deposited = available + reserved + released + refunded, for each campaign, each part as the books have it.
    function invariant_campaigns() public view {
        for (uint256 k; k < 4; ++k) {
            CampaignEscrow.Campaign memory c = e.campaign(h.idOf(k));
            EscrowHandler.Book memory b = h.bookOf(k);
            eq(uint256(c.available) + c.reserved + c.released + c.refunded, b.deposited, "deposited");
            eq(c.available, b.available, "available");
            eq(c.reserved, b.reserved, "reserved");
            eq(c.released, b.released, "released");
            eq(c.refunded, b.refunded, "refunded");
            (uint128 waiting,,) = e.unreserveOf(h.idOf(k));
            eq(waiting, b.waiting, "waiting");
        }
    }

    /// What is here is what campaigns have here; what was released is with the distributor, what was refunded with
    /// requesters, and nothing went anywhere else.
    function invariant_solvent() public view {
        uint256 held;
        (,,,, uint256 deposited,,, uint256 released, uint256 refunded,,) = h.past();
        for (uint256 k; k < 4; ++k) {
            EscrowHandler.Book memory b = h.bookOf(k);
            held += b.available + b.reserved;
            released += b.released;
            refunded += b.refunded;
            deposited += b.deposited;
        }
        eq(t.balanceOf(address(e)), held, "held");
        eq(t.balanceOf(h.place()), released, "released");
        eq(t.balanceOf(h.ELSEWHERE()), h.refundedElsewhere(), "refunded elsewhere");
        uint256 withThem = t.balanceOf(h.requesterOf(0)) + t.balanceOf(h.requesterOf(1));
        eq(withThem + h.refundedElsewhere(), 2e15 - deposited + refunded, "refunded");
    }

    /// Every call was carried out, or refused, as the rules foresee.
    function invariant_foreseen() public view {
        blameless(h);
    }
}

contract EscrowTest is Base {
    BlockingToken private t = new BlockingToken();
    address private place = address(new PayPlace(t));

    function setup() private view returns (CampaignEscrow.Setup memory) {
        return CampaignEscrow.Setup({
            token: t,
            distributor: place,
            admin: address(1),
            adminDelay: 1 days,
            settler: address(2),
            guardian: address(3),
            cancelDelay: 4 days,
            unreserveDelay: 2 days,
            abandonDelay: 10 days,
            pauseLength: 3 days
        });
    }

    function make(CampaignEscrow.Setup memory s) private returns (CampaignEscrow) {
        return new CampaignEscrow(s);
    }

    function expectBad(string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(SeparateDuties.BadSetup.selector, what));
    }

    function test_setup_isChecked() public {
        CampaignEscrow.Setup memory s = setup();
        s.distributor = address(5);
        expectBad("distributor");
        make(s);
        s.distributor = address(new PayPlace(new TestToken()));
        expectBad("distributor");
        make(s);
        s = setup();
        s.cancelDelay = s.pauseLength;
        expectBad("cancelDelay");
        make(s);
        s.cancelDelay = 90 days + 1;
        expectBad("cancelDelay");
        make(s);
        s = setup();
        s.unreserveDelay = 0;
        expectBad("unreserveDelay");
        make(s);
        s = setup();
        s.abandonDelay = s.cancelDelay;
        expectBad("abandonDelay");
        make(s);
        s.abandonDelay = 365 days + 1;
        expectBad("abandonDelay");
        make(s);
        s = setup();
        s.guardian = s.settler;
        vm.expectPartialRevert(SeparateDuties.HoldsAnotherDuty.selector);
        make(s);
    }

    function opened(CampaignEscrow e, TestToken token, uint128 amount) private returns (bytes32) {
        token.mint(address(7), amount);
        vm.prank(address(7));
        token.approve(address(e), amount);
        vm.prank(address(7));
        return e.open("campaign", amount, uint64(block.timestamp + 5 days));
    }

    function test_tokenWithAFee_isRefused() public {
        FeeToken fee = new FeeToken();
        CampaignEscrow.Setup memory s = setup();
        s.token = fee;
        s.distributor = address(new PayPlace(fee));
        CampaignEscrow e = make(s);
        fee.mint(address(7), 1000);
        vm.prank(address(7));
        fee.approve(address(e), 1000);
        vm.prank(address(7));
        vm.expectRevert(abi.encodeWithSelector(CampaignEscrow.FeeOnTransfer.selector, 1000, 990));
        e.open("campaign", 1000, uint64(block.timestamp + 5 days));
    }

    /// A blocked requester's refund does not get lost: the requester names another place.
    function test_blockedRequester_namesAnotherPlace() public {
        CampaignEscrow e = make(setup());
        bytes32 id = opened(e, t, 100);
        t.setBlocked(address(7), true);
        vm.warp(block.timestamp + 9 days);
        vm.expectRevert(abi.encodeWithSelector(BlockingToken.Blocked.selector, address(7)));
        e.refund(id, address(7));
        vm.prank(address(7));
        e.refund(id, address(8));
        eq(t.balanceOf(address(8)), 100, "refunded");
    }

    /// Nobody can take a campaign's name before its requester.
    function test_sameLabel_ofTwoRequesters_isTwoCampaigns() public {
        CampaignEscrow e = make(setup());
        require(e.idOf(address(7), "a") != e.idOf(address(8), "a"), "one id");
    }
}
