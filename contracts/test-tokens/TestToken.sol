// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Money for a chain of one's own
/// @notice Anybody may make any amount. For tests and local chains.
contract TestToken is ERC20 {
    constructor() ERC20("Test money", "TEST") {}

    /// @notice Makes money out of nothing.
    function mint(address to, uint256 value) external {
        _mint(to, value);
    }
}
