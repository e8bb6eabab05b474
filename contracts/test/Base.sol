// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// The part of the test runner's levers that these tests use.
interface Vm {
    function warp(uint256 time) external;
    function prank(address sender) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function expectRevert() external;
    function expectRevert(bytes calldata what) external;
    function expectPartialRevert(bytes4 what) external;
    function assume(bool) external pure;
    function chainId(uint256 id) external;
}

abstract contract Levers {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function within(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + x % (high - low + 1);
    }

    function hashPair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}

/// A handler foresees, by a model of its own, whether each call will be carried out. What comes out otherwise is a fault
/// that the invariants read: an assertion inside a handler would be taken for one more reverted call.
abstract contract Handler is Levers {
    string public fault;

    error AsForeseen();

    function blame(string memory what) internal {
        if (bytes(fault).length == 0) fault = what;
    }

    /// After a call that was carried out.
    function went(bool foreseen, string memory what) internal {
        if (!foreseen) blame(string.concat(what, " was carried out"));
    }

    /// After a call that was refused; reverting makes the runner count it as refused.
    function refused(bool foreseen, string memory what) internal {
        if (foreseen) blame(string.concat(what, " was refused"));
        else revert AsForeseen();
    }

    function check(bool holds, string memory what) internal {
        if (!holds) blame(what);
    }
}

abstract contract Base is Levers {
    bool public IS_TEST = true;

    function eq(uint256 a, uint256 b, string memory what) internal pure {
        require(a == b, what);
    }

    function le(uint256 a, uint256 b, string memory what) internal pure {
        require(a <= b, what);
    }

    function blameless(Handler h) internal view {
        require(bytes(h.fault()).length == 0, h.fault());
    }
}
