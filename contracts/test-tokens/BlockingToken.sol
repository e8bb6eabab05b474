// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TestToken} from "./TestToken.sol";

/// @title A token whose issuer blocks accounts, as large stablecoins do
contract BlockingToken is TestToken {
    /// @notice Accounts that can neither send nor receive.
    mapping(address account => bool) public blocked;

    /// @notice The account is blocked.
    error Blocked(address account);

    /// @notice Blocks an account or frees it. For anybody: this is a test.
    function setBlocked(address account, bool to) external {
        blocked[account] = to;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (blocked[from]) revert Blocked(from);
        if (blocked[to]) revert Blocked(to);
        super._update(from, to, value);
    }
}
