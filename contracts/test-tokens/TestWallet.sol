// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract as an account: it agrees to what its owner signs (ERC-1271)
contract TestWallet {
    /// @notice Whose signatures count.
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    /// @notice The magic value if the owner signed.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError fault,) = ECDSA.tryRecoverCalldata(hash, signature);
        return fault == ECDSA.RecoverError.NoError && signer == owner ? this.isValidSignature.selector : bytes4(0);
    }
}

/// @title Code that a plain account may lend itself (EIP-7702); it knows nothing of ERC-1271
contract TestDelegate {
    struct Call {
        address to;
        bytes data;
    }

    /// @notice The account's own calls, several in one transaction.
    function execute(Call[] calldata calls) external {
        require(msg.sender == address(this), "not the account");
        for (uint256 i; i < calls.length; ++i) {
            (bool ok,) = calls[i].to.call(calls[i].data);
            require(ok, "a call failed");
        }
    }
}
