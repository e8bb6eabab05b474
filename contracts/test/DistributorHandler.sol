// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RewardDistributor} from "../src/RewardDistributor.sol";
import {BlockingToken} from "../test-tokens/BlockingToken.sol";
import {Handler} from "./Base.sol";

/// Plays every part, honest or not, against the distributor, and keeps books of its own.
contract DistributorHandler is Handler {
    RewardDistributor public immutable d;
    BlockingToken public immutable t;
    uint64 public constant WINDOW = 2 days;
    uint64 public constant RULING = 3 days;
    uint64 public constant PAUSE = 4 days;
    uint128 public constant BOND = 1001;

    address public constant ADMIN = address(0xAD);
    address public constant PROPOSER = address(0xA1);
    address public constant GUARDIAN = address(0xA2);
    address public constant ARBITER = address(0xA3);
    address public constant STRANGER = address(0xA4);
    address public constant ELSEWHERE = address(0xE1);
    address public constant RELAYER = address(0xE2);

    struct Tree {
        bytes32 root;
        uint256[4] cumulative;
        bytes32[4] leaves;
        uint128 total;
    }

    Tree internal now_;
    Tree internal old;
    Tree internal next;
    uint64 public number;
    bool public isPending;
    uint64 public startsAt;
    bool public isChallenged;
    uint256 public challengedBy;
    uint64 public ruleBy;
    uint64 public pausedUntil;
    uint256[2] public owed;
    uint256 public lost;
    uint256[4] public claimed;
    uint256[4] public got;
    uint256 public sum;
    uint256 public elsewhere;
    uint256 public fees;
    uint256[4] public nonce;
    uint256 public minted;

    struct Signed {
        uint256 user;
        RewardDistributor.ClaimTo to;
    }

    Signed internal used;

    constructor(BlockingToken token) {
        t = token;
        d = new RewardDistributor(
            RewardDistributor.Setup({
                token: token,
                admin: ADMIN,
                adminDelay: 1 days,
                proposer: PROPOSER,
                guardian: GUARDIAN,
                arbiter: ARBITER,
                challengeWindow: WINDOW,
                rulingWindow: RULING,
                pauseLength: PAUSE,
                challengeBond: BOND
            })
        );
        for (uint256 i; i < 2; ++i) {
            t.mint(challengerOf(i), 1e9);
            vm.prank(challengerOf(i));
            t.approve(address(d), type(uint256).max);
        }
        minted = 2e9;
    }

    function keyOf(uint256 i) public pure returns (uint256) {
        return 0xC0FFEE + i % 4;
    }

    function userOf(uint256 i) public pure returns (address) {
        return vm.addr(keyOf(i));
    }

    function challengerOf(uint256 i) public pure returns (address) {
        return address(uint160(0xB0 + i % 2));
    }

    function cumulativeOf(uint256 i) external view returns (uint256) {
        return now_.cumulative[i];
    }

    function currentRoot() external view returns (bytes32, uint128) {
        return (now_.root, now_.total);
    }

    function pendingRoot() external view returns (bytes32, uint128) {
        return (next.root, next.total);
    }

    function bonds() public view returns (uint256) {
        return (isChallenged ? BOND : 0) + owed[0] + owed[1] + lost;
    }

    function isPaused() public view returns (bool) {
        return block.timestamp < pausedUntil;
    }

    function proofIn(Tree storage tree, uint256 i) internal view returns (bytes32[] memory proof) {
        proof = new bytes32[](2);
        proof[0] = tree.leaves[i ^ 1];
        proof[1] = i < 2 ? hashPair(tree.leaves[2], tree.leaves[3]) : hashPair(tree.leaves[0], tree.leaves[1]);
    }

    // ---- roots

    /// `kind`: an honest proposal mostly; or one with a total too small for its rows, a number out of turn, a total below
    /// the last one, no total, or from somebody else.
    function propose(uint256 a, uint256 b, uint256 kind) public {
        kind %= 12;
        Tree memory made;
        uint256 whole;
        for (uint256 i; i < 4; ++i) {
            made.cumulative[i] = now_.cumulative[i] + (uint256(keccak256(abi.encode(a, b, i))) % 3 == 0 ? 0 : (a >> (i * 8)) % 1e12);
            whole += made.cumulative[i];
            made.leaves[i] = d.leafOf(userOf(i), made.cumulative[i]);
        }
        made.root = hashPair(hashPair(made.leaves[0], made.leaves[1]), hashPair(made.leaves[2], made.leaves[3]));
        uint64 epoch = number + 1;
        if (kind == 0) whole = whole / 2 > now_.total ? whole / 2 : now_.total;
        if (whole < now_.total) whole = now_.total;
        if (kind == 1) epoch = number + 2;
        if (kind == 2) whole = now_.total == 0 ? 0 : now_.total - 1;
        if (kind == 3) epoch = number;
        made.total = uint128(whole);
        bool foreseen = !isPending && epoch == number + 1 && whole >= now_.total && whole != 0 && kind != 4;
        vm.prank(kind == 4 ? STRANGER : PROPOSER);
        try d.proposeRoot(epoch, made.root, made.total, bytes32(b)) {
            went(foreseen, "a proposal");
            (next, isPending, startsAt) = (made, true, uint64(block.timestamp) + WINDOW);
        } catch {
            refused(foreseen, "a proposal");
        }
    }

    function activate() public {
        bool foreseen = isPending && !isChallenged && block.timestamp >= startsAt
            && t.balanceOf(address(d)) >= next.total - sum + bonds();
        try d.activateRoot() {
            went(foreseen, "a start");
            (old, now_, isPending, number) = (now_, next, false, number + 1);
            delete next;
        } catch {
            refused(foreseen, "a start");
        }
    }

    function revoke(uint256 kind) external {
        kind %= 4;
        bytes32 root = kind == 0 ? now_.root : next.root;
        bool foreseen = isPending && kind != 1 && root == next.root;
        vm.prank(kind == 1 ? STRANGER : GUARDIAN);
        try d.revokeRoot(root, "why") {
            went(foreseen, "a veto");
            dropped();
        } catch {
            refused(foreseen, "a veto");
        }
    }

    function dropped() internal {
        if (isChallenged) owed[challengedBy] += BOND;
        (isPending, isChallenged) = (false, false);
        delete next;
    }

    // ---- challenges

    function challenge(uint256 who) public {
        who %= 2;
        bool foreseen = isPending && !isChallenged && block.timestamp < startsAt;
        uint256 before = t.balanceOf(challengerOf(who));
        vm.prank(challengerOf(who));
        try d.challenge(next.root, "evidence") {
            went(foreseen, "a challenge");
            (isChallenged, challengedBy, ruleBy) = (true, who, uint64(block.timestamp) + RULING);
            check(t.balanceOf(challengerOf(who)) + BOND == before, "a bond of another size");
        } catch {
            refused(foreseen, "a challenge");
        }
    }

    function rule(bool upheld, uint256 kind) external {
        bool foreseen = isPending && isChallenged && block.timestamp < ruleBy && kind % 4 != 0;
        vm.prank(kind % 4 == 0 ? PROPOSER : ARBITER);
        try d.rule(next.root, upheld, "why") {
            went(foreseen, "a ruling");
            if (upheld) {
                dropped();
            } else {
                isChallenged = false;
                lost += BOND - BOND / 2;
            }
        } catch {
            refused(foreseen, "a ruling");
        }
    }

    function lapse() external {
        bool foreseen = isChallenged && block.timestamp >= ruleBy;
        try d.lapseChallenge() {
            went(foreseen, "a lapse");
            dropped();
        } catch {
            refused(foreseen, "a lapse");
        }
    }

    function withdrawBond(uint256 who) external {
        who %= 2;
        uint256 before = t.balanceOf(challengerOf(who));
        vm.prank(challengerOf(who));
        try d.withdrawBond() {
            went(owed[who] != 0, "a bond's return");
            check(t.balanceOf(challengerOf(who)) == before + owed[who], "a bond returned in another size");
            owed[who] = 0;
        } catch {
            refused(owed[who] != 0, "a bond's return");
        }
    }

    // ---- pauses

    /// Rarely, or every other claim would stand still.
    function pause(uint256 kind) external {
        if (kind % 24 > 5) revert AsForeseen();
        bool foreseen = kind % 4 != 0 && (pausedUntil == 0 || block.timestamp >= pausedUntil + PAUSE);
        vm.prank(kind % 4 == 0 ? ADMIN : GUARDIAN);
        try d.pause() {
            went(foreseen, "a pause");
            pausedUntil = uint64(block.timestamp) + PAUSE;
        } catch {
            refused(foreseen, "a pause");
        }
    }

    function unpause(uint256 kind) external {
        bool foreseen = kind % 4 != 0 && isPaused();
        vm.prank(kind % 4 == 0 ? GUARDIAN : ADMIN);
        try d.unpause() {
            went(foreseen, "a pause's end");
            pausedUntil = 0;
        } catch {
            refused(foreseen, "a pause's end");
        }
    }

    // ---- claims

    /// `kind`: a good claim mostly; or one with the last root's proof, for more than is in the tree, or with another's proof.
    function claim(uint256 i, uint256 kind) public {
        (i, kind) = (i % 4, kind % 9);
        Tree storage tree = kind == 0 ? old : now_;
        uint256 amount = tree.cumulative[i] + (kind == 1 ? 1 : 0);
        bytes32[] memory proof = proofIn(tree, kind == 2 ? (i + 1) % 4 : i);
        uint256 due = amount > claimed[i] ? amount - claimed[i] : 0;
        bool foreseen = !isPaused() && tree.root == now_.root && now_.root != 0 && kind != 1
            && (kind != 2 || d.leafOf(userOf(i), amount) == now_.leaves[(i + 1) % 4]) && due != 0
            && sum + due <= now_.total && !t.blocked(userOf(i));
        vm.prank(STRANGER);
        try d.claim(userOf(i), amount, tree.root, proof) returns (uint256 paid) {
            went(foreseen, "a claim");
            check(paid == due, "a claim of another size");
            book(i, due);
            got[i] += due;
        } catch {
            refused(foreseen, "a claim");
        }
    }

    function book(uint256 i, uint256 due) internal {
        claimed[i] += due;
        sum += due;
    }

    function claimMany(uint256 mask, uint256 kind) public {
        uint256 n;
        uint256 dueSum;
        for (uint256 i; i < 4; ++i) if ((mask >> i) & 1 == 1) ++n;
        RewardDistributor.Claim[] memory rows = new RewardDistributor.Claim[](n);
        n = 0;
        for (uint256 i; i < 4; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            dueSum += now_.cumulative[i] > claimed[i] ? now_.cumulative[i] - claimed[i] : 0;
            rows[n++] = RewardDistributor.Claim(userOf(i), now_.cumulative[i], proofIn(now_, i));
        }
        bool wrong = kind % 6 == 0 && n != 0;
        if (wrong) rows[n - 1].cumulative += 1;
        bool foreseen = !isPaused() && now_.root != 0 && !wrong && sum + dueSum <= now_.total;
        vm.prank(RELAYER);
        try d.claimMany(rows, now_.root) {
            went(foreseen, "a batch");
            for (uint256 i; i < 4; ++i) {
                if ((mask >> i) & 1 == 0 || t.blocked(userOf(i)) || now_.cumulative[i] <= claimed[i]) continue;
                got[i] += now_.cumulative[i] - claimed[i];
                book(i, now_.cumulative[i] - claimed[i]);
            }
        } catch {
            refused(foreseen, "a batch");
        }
    }

    /// `kind`: a good signature mostly; or one used before, of another key, of yesterday, or over another recipient, fee
    /// or minimum.
    function claimTo(uint256 i, uint256 kind, uint256 feeShare, uint256 minShare) external {
        (i, kind) = (i % 4, kind % 10);
        uint256 due = now_.cumulative[i] > claimed[i] ? now_.cumulative[i] - claimed[i] : 0;
        RewardDistributor.ClaimTo memory to;
        if (kind == 0) {
            (i, to) = (used.user, used.to);
            due = now_.cumulative[i] > claimed[i] ? now_.cumulative[i] - claimed[i] : 0;
        } else {
            to.recipient = ELSEWHERE;
            to.fee = due * (feeShare % 12) / 10;
            to.feeTo = RELAYER;
            to.minAmount = due * (minShare % 12) / 10;
            to.deadline = kind == 2 ? block.timestamp - 1 : block.timestamp;
            to.signature = signed(kind == 1 ? i + 1 : i, i, to);
            if (kind == 3) to.recipient = RELAYER;
            if (kind == 4) to.fee += 1;
            if (kind == 5) to.minAmount = to.minAmount == 0 ? 1 : to.minAmount - 1;
        }
        bool foreseen = kind > 5 && !isPaused() && now_.root != 0 && due != 0 && sum + due <= now_.total
            && to.fee <= due && due - to.fee >= to.minAmount;
        RewardDistributor.Claim memory row =
            RewardDistributor.Claim(userOf(i), now_.cumulative[i], proofIn(now_, i));
        vm.prank(RELAYER);
        try d.claimTo(row, now_.root, to) returns (uint256 paid) {
            went(foreseen, "a redirected claim");
            check(paid == due, "a redirected claim of another size");
            book(i, due);
            ++nonce[i];
            elsewhere += due - to.fee;
            fees += to.fee;
            used = Signed(i, to);
        } catch {
            refused(foreseen, "a redirected claim");
        }
    }

    function cancelSignature(uint256 i) external {
        i %= 4;
        vm.prank(userOf(i));
        d.cancelSignature();
        ++nonce[i];
    }

    function signed(uint256 signer, uint256 i, RewardDistributor.ClaimTo memory to) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("RewardDistributor"),
                keccak256("1"),
                block.chainid,
                address(d)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "ClaimTo(address account,address recipient,uint256 minAmount,uint256 fee,address feeTo,uint256 nonce,uint256 deadline)"
                ),
                userOf(i),
                to.recipient,
                to.minAmount,
                to.fee,
                to.feeTo,
                nonce[i],
                to.deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(signer), keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    // ---- the world

    function fund(uint256 value) external {
        value = within(value, 1, 1e12);
        t.mint(address(d), value);
        minted += value;
    }

    function setBlocked(uint256 i, uint256 kind) external {
        t.setBlocked(userOf(i), kind % 4 == 0);
    }

    /// Mostly some hours; often to a moment at which something changes, or one second before.
    function wait(uint256 seconds_, uint256 to) public {
        uint256[4] memory edges = [uint256(startsAt), ruleBy, pausedUntil, uint256(pausedUntil) + PAUSE];
        uint256 at_ = to % 3 == 0 ? block.timestamp + within(seconds_, 1, 2 days) : edges[(to / 8) % 4] - to % 2;
        if (at_ > block.timestamp) vm.warp(at_);
    }

    /// Everything in a row, so that deep states are reached often.
    function wholeEpoch(uint256 a, uint256 b) external {
        if (!isPending) this.propose(a, b, 11);
        if (isChallenged) return;
        if (block.timestamp < startsAt) vm.warp(startsAt);
        uint256 need = next.total - sum + bonds();
        uint256 have = t.balanceOf(address(d));
        if (have < need) {
            t.mint(address(d), need - have);
            minted += need - have;
        }
        this.activate();
        for (uint256 i; i < 4; ++i) if ((a >> (60 + i)) & 1 == 1) try this.claim(i, 8) {} catch {}
    }

    /// A challenge to its end, or nearly.
    function wholeChallenge(uint256 a, uint256 b, uint256 kind) external {
        if (!isPending) this.propose(a, b, 11);
        if (!isChallenged) this.challenge(a);
        if (kind % 5 == 0) vm.warp(ruleBy - 1);
        if (kind % 5 == 1) vm.warp(ruleBy);
        if (kind % 5 < 2) {
            try this.lapse() {} catch {}
            try this.rule(kind % 2 == 0, b | 1) {} catch {}
        }
        if (kind % 5 == 2) this.rule(true, 1);
        if (kind % 5 == 3) this.rule(false, 1);
        // Left open when the arbiter's time is over, for whoever comes.
        if (kind % 5 == 4) vm.warp(ruleBy);
        if (b % 2 == 0 && kind % 5 < 3) this.withdrawBond(challengedBy);
    }
}
