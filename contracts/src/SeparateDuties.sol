// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";

/// @title One account, one duty
/// @notice Who proposes must not be who vetoes. The administrator changes in two steps with a delay between them, and no
/// account may hold two of a contract's roles at once, the administrator's included.
abstract contract SeparateDuties is AccessControlDefaultAdminRules {
    /// @notice The account already holds another role here; take a second account.
    error HoldsAnotherDuty(address account, bytes32 held);
    /// @notice A constructor was given a value it cannot work with; `what` names it.
    error BadSetup(string what);

    constructor(uint48 adminDelay, address admin) AccessControlDefaultAdminRules(adminDelay, admin) {
        if (adminDelay == 0) revert BadSetup("adminDelay");
    }

    /// @dev The roles that no two of may be held by one account.
    function _duties() internal pure virtual returns (bytes32[] memory);

    /// @dev Roles given by a constructor: an empty address would be a role that nobody can use.
    function _appoint(bytes32 role, address account) internal {
        if (account == address(0)) revert BadSetup("a role's account");
        _grantRole(role, account);
    }

    /// @inheritdoc AccessControlDefaultAdminRules
    function _grantRole(bytes32 role, address account) internal virtual override returns (bool) {
        if (role != DEFAULT_ADMIN_ROLE && hasRole(DEFAULT_ADMIN_ROLE, account)) {
            revert HoldsAnotherDuty(account, DEFAULT_ADMIN_ROLE);
        }
        bytes32[] memory duties = _duties();
        for (uint256 i; i < duties.length; ++i) {
            if (duties[i] != role && hasRole(duties[i], account)) revert HoldsAnotherDuty(account, duties[i]);
        }
        return super._grantRole(role, account);
    }
}
