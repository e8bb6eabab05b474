// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ProvenanceAnchor} from "../src/ProvenanceAnchor.sol";
import {Base, Handler} from "./Base.sol";

contract AnchorHandler is Handler {
    ProvenanceAnchor public immutable a;
    address public constant WRITER = address(0xA1);
    uint64[2] public size;
    uint64[2] public count;
    uint256[2] public time;
    uint64[][2] internal sizes;
    bytes32[][2] internal roots;

    constructor() {
        a = new ProvenanceAnchor(1 days, address(0xAD), WRITER);
    }

    function anchor(uint256 log, uint256 step, bytes32 root, uint256 kind) external {
        log %= 2;
        // One more, many more, the same, or fewer; at times no root, or a stranger.
        uint64 to = step % 4 == 0 ? size[log] : step % 8 == 1 ? size[log] / 2 : size[log] + 1 + uint64(step % 1e6);
        if (kind % 8 == 0) root = 0;
        bool foreseen = to > size[log] && root != 0 && kind % 8 != 1;
        vm.prank(kind % 8 == 1 ? address(this) : WRITER);
        try a.anchor(bytes32(log), to, root) {
            went(foreseen, "a checkpoint");
            (size[log], time[log]) = (to, block.timestamp);
            ++count[log];
            sizes[log].push(to);
            roots[log].push(root);
        } catch {
            refused(foreseen, "a checkpoint");
        }
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + within(seconds_, 1, 1 days));
    }

    /// Every checkpoint ever written still stands as it was.
    function stands() external view returns (bool) {
        for (uint256 log; log < 2; ++log) {
            for (uint256 i; i < sizes[log].length; ++i) {
                if (a.rootAt(bytes32(log), sizes[log][i]) != roots[log][i]) return false;
            }
        }
        return true;
    }
}

contract AnchorInvariants is Base {
    AnchorHandler private h;

    function setUp() public {
        vm.warp(1_700_000_000);
        h = new AnchorHandler();
    }

    function targetContracts() public view returns (address[] memory out) {
        out = new address[](1);
        out[0] = address(h);
    }

    /// Logs only grow, and what was written stays.
    function invariant_history() public view {
        require(h.stands(), "a checkpoint changed");
        for (uint256 log; log < 2; ++log) {
            (uint64 size, uint64 time, uint64 count) = h.a().headOf(bytes32(log));
            eq(size, h.size(log), "size");
            eq(count, h.count(log), "count");
            eq(time, h.time(log), "time");
        }
    }

    /// Every call was carried out, or refused, as the rules foresee.
    function invariant_foreseen() public view {
        blameless(h);
    }
}

contract AnchorTest is Base {
    ProvenanceAnchor private a = new ProvenanceAnchor(1 days, address(1), address(2));
    bytes32[] private path;

    function leafHash(uint256 i) private pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0), i));
    }

    /// RFC 9162, 2.1.1 and 2.1.3.1, word for word: the root of leaves [from, to) and the path of `index` to it.
    function build(uint256 from, uint256 to, uint256 index) private returns (bytes32) {
        if (to - from == 1) return leafHash(from);
        uint256 k = 1;
        while (k * 2 < to - from) k *= 2;
        bool isLeft = index < from + k;
        bool isInside = index >= from && index < to;
        bytes32 left = build(from, from + k, isInside && isLeft ? index : type(uint256).max);
        bytes32 right = build(from + k, to, isInside && !isLeft ? index : type(uint256).max);
        if (isInside) path.push(isLeft ? right : left);
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    function anchored(uint256 size, uint256 index) private {
        bytes32 root = build(0, size, index);
        vm.prank(address(2));
        a.anchor("log", uint64(size), root);
    }

    function testFuzz_inclusion(uint256 size, uint256 index, uint256 other) public {
        size = within(size, 1, 70);
        index %= size;
        anchored(size, index);
        require(a.includes("log", uint64(size), leafHash(index), uint64(index), path), "an entry is not found");
        other %= size + 3;
        require(
            other == index || !a.includes("log", uint64(size), leafHash(index), uint64(other), path),
            "found in another place"
        );
        require(!a.includes("log", uint64(size), leafHash(index + 1), uint64(index), path), "another entry is found");
        path.push(0);
        require(!a.includes("log", uint64(size), leafHash(index), uint64(index), path), "a longer path");
        path.pop();
        if (path.length == 0) return;
        path.pop();
        require(!a.includes("log", uint64(size), leafHash(index), uint64(index), path), "a shorter path");
    }

    /// A known answer: the log of one empty entry, from the reference tests of certificate transparency.
    function test_knownRoot() public {
        bytes32 empty = sha256(abi.encodePacked(bytes1(0)));
        vm.prank(address(2));
        a.anchor("known", 1, 0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d);
        require(a.includes("known", 1, empty, 0, path), "the log of one empty entry");
    }

    /// A path with more steps than the log has levels proves nothing, even if its hashes come out at the root.
    function test_pathBeyondTheRoot_provesNothing() public {
        bytes32 inner = sha256(abi.encodePacked(bytes1(0x01), bytes32("leaf"), bytes32("first")));
        bytes32 root = sha256(abi.encodePacked(bytes1(0x01), bytes32("second"), inner));
        vm.prank(address(2));
        a.anchor("deep", 2, root);
        path.push("first");
        path.push("second");
        require(!a.includes("deep", 2, "leaf", 0, path), "a path beyond the root");
    }

    function test_noCheckpoint_isRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ProvenanceAnchor.NoCheckpoint.selector, bytes32("log"), 5));
        a.includes("log", 5, 0, 0, path);
    }
}
