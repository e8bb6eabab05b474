// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SeparateDuties} from "./SeparateDuties.sol";

/// @title A pause that ends by itself
/// @notice A guardian may stop what could go wrong for `pauseLength` seconds. The pause then lapses, and the next one may
/// start only after as long again, so that a guardian, lost or hostile, cannot lock anybody's money for ever. The
/// administrator may end a pause early; after that the guardian may pause again at once.
abstract contract LapsingPause is SeparateDuties {
    /// @notice May pause, and may veto what waits.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    /// @notice Seconds that a pause lasts, and that must pass before the next.
    uint64 public immutable pauseLength;
    /// @notice When the last pause ends or ended; 0 when there is none to wait for.
    uint64 public pausedUntil;

    /// @notice Paused until the given time; try again then.
    error Paused(uint64 until);
    /// @notice The last pause is too recent; the guardian may pause again from the given time.
    error PausedTooRecently(uint256 again);
    /// @notice Nothing is paused.
    error NotPaused();

    event PauseStarted(address indexed by, uint64 until);
    event PauseEnded(address indexed by);

    modifier whenRunning() {
        if (block.timestamp < pausedUntil) revert Paused(pausedUntil);
        _;
    }

    constructor(uint64 length) {
        if (length == 0 || length > 30 days) revert BadSetup("pauseLength");
        pauseLength = length;
    }

    /// @notice Starts a pause. For the guardian.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        uint256 last = pausedUntil;
        if (last != 0 && block.timestamp < last + pauseLength) revert PausedTooRecently(last + pauseLength);
        pausedUntil = uint64(block.timestamp) + pauseLength;
        emit PauseStarted(msg.sender, pausedUntil);
    }

    /// @notice Ends a pause early. For the administrator.
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (block.timestamp >= pausedUntil) revert NotPaused();
        pausedUntil = 0;
        emit PauseEnded(msg.sender);
    }
}
