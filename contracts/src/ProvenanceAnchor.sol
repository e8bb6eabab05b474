// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SeparateDuties} from "./SeparateDuties.sol";

/// @title Checkpoints of append-only logs, for good
/// @notice A log (RFC 9162, SHA-256) shows its size and root here from time to time. Sizes only grow and a root, once
/// written, stays, so that a log which later shows somebody another history can be caught.
contract ProvenanceAnchor is SeparateDuties {
    /// @notice May write checkpoints.
    bytes32 public constant ANCHOR_ROLE = keccak256("ANCHOR_ROLE");

    /// @notice A log's newest checkpoint: its size, when it was written, how many there are.
    struct Head {
        uint64 size;
        uint64 time;
        uint64 count;
    }

    /// @notice The newest checkpoint of each log.
    mapping(bytes32 logId => Head) public headOf;
    /// @notice The root that each log had at each size written here; zero where none was.
    mapping(bytes32 logId => mapping(uint64 size => bytes32)) public rootAt;

    /// @notice A checkpoint must be larger than the one before, of size `have`.
    error NotGrowing(uint64 have);
    /// @notice A root is needed.
    error EmptyRoot();
    /// @notice No checkpoint of this size was written.
    error NoCheckpoint(bytes32 logId, uint64 size);

    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 count);

    constructor(uint48 adminDelay, address admin, address anchorer) SeparateDuties(adminDelay, admin) {
        _appoint(ANCHOR_ROLE, anchorer);
    }

    /// @notice Writes a checkpoint.
    /// @param logId Which log, such as the hash of its origin line.
    function anchor(bytes32 logId, uint64 size, bytes32 root) external onlyRole(ANCHOR_ROLE) {
        Head memory head = headOf[logId];
        if (size <= head.size) revert NotGrowing(head.size);
        if (root == 0) revert EmptyRoot();
        rootAt[logId][size] = root;
        headOf[logId] = Head(size, uint64(block.timestamp), head.count + 1);
        emit Anchored(logId, size, root, head.count + 1);
    }

    /// @notice Whether an entry was in a log when it had a given, anchored size.
    /// @param leafHash SHA-256 over a zero byte and the entry.
    /// @param index The entry's place, from zero.
    /// @param path The inclusion proof, from the leaf's sibling upwards.
    function includes(bytes32 logId, uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        bytes32 root = rootAt[logId][size];
        if (root == 0) revert NoCheckpoint(logId, size);
        if (index >= size) return false;
        // RFC 9162, 2.1.3.2: `node` and `last` are places within a level, of ours and of the level's last.
        uint256 node = index;
        uint256 last = size - 1;
        bytes32 hash = leafHash;
        for (uint256 i; i < path.length; ++i) {
            if (last == 0) return false;
            if (node & 1 == 1 || node == last) {
                hash = sha256(abi.encodePacked(bytes1(0x01), path[i], hash));
                // A last node without a sibling rises as it is.
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = sha256(abi.encodePacked(bytes1(0x01), hash, path[i]));
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash == root;
    }

    function _duties() internal pure override returns (bytes32[] memory duties) {
        duties = new bytes32[](1);
        duties[0] = ANCHOR_ROLE;
    }
}
