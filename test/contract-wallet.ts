import { createRequire } from 'node:module'
import { concatHex, createPublicClient, createWalletClient, encodeAbiParameters, encodeDeployData, encodeFunctionData, getContractAddress, http, type Abi, type Hex, type LocalAccount, serializeErc6492Signature } from 'viem' // prettier-ignore

/** A wallet that is a contract with one owner, what makes it at an address known before, and two that mean harm. */
const SOURCE = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;
contract OwnedWallet {
  address immutable owner;
  constructor(address o) { owner = o; }
  function isValidSignature(bytes32 hash, bytes calldata s) external view returns (bytes4) {
    if (s.length != 65) return 0xffffffff;
    return ecrecover(hash, uint8(s[64]), bytes32(s[0:32]), bytes32(s[32:64])) == owner ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
  }
}
contract Maker {
  function make(address owner, bytes32 salt) external returns (address) { return address(new OwnedWallet{salt: salt}(owner)); }
}
/** Says yes to everything: whoever holds the address on this chain decides that. */
contract YesWallet {
  function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) { return 0x1626ba7e; }
}
/** Burns whatever it is given. */
contract Endless {
  function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) { uint256 n; while (true) { n++; } return 0x1626ba7e; }
  function burn() external pure { uint256 n; while (true) { n++; } }
}`

export type ContractName = 'OwnedWallet' | 'Maker' | 'YesWallet' | 'Endless'
let made: Record<ContractName, { abi: Abi; bytecode: Hex }> | undefined

/** Compiles once, in memory. */
function compiled() {
  if (made) return made
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string }
  const settings = { optimizer: { enabled: true }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } }
  const input = { language: 'Solidity', sources: { 'w.sol': { content: SOURCE } }, settings }
  const { contracts } = JSON.parse(solc.compile(JSON.stringify(input))) as {
    contracts: { 'w.sol': Record<ContractName, { abi: Abi; evm: { bytecode: { object: string } } }> }
  }
  const one = (name: ContractName) => {
    const { abi, evm } = contracts['w.sol'][name]
    return { abi, bytecode: `0x${evm.bytecode.object}` as Hex }
  }
  made = { OwnedWallet: one('OwnedWallet'), Maker: one('Maker'), YesWallet: one('YesWallet'), Endless: one('Endless') }
  return made
}

/** Puts one of them on a chain. */
export async function putContract(
  o: { url: string; deployer: LocalAccount },
  name: ContractName,
  args: unknown[] = [],
) {
  const transport = http(o.url)
  const client = createPublicClient({ transport, pollingInterval: 20 })
  const wallet = createWalletClient({ transport, account: o.deployer })
  const hash = await wallet.deployContract({ ...compiled()[name], args, chain: null })
  return (await client.waitForTransactionReceipt({ hash })).contractAddress!
}

/** Where the maker would put an owner's wallet, and the call that puts it there. */
export function foreseen(maker: Hex, owner: Hex, salt: Hex) {
  const { OwnedWallet, Maker } = compiled()
  const bytecode = encodeDeployData({ ...OwnedWallet, args: [owner] })
  return {
    address: getContractAddress({ opcode: 'CREATE2', from: maker, salt, bytecode }),
    data: encodeFunctionData({ abi: Maker.abi, functionName: 'make', args: [owner, salt] }),
  }
}
/** A signature for a wallet that does not stand yet (ERC-6492): who makes it, how, and the owner's signature. */
export const unmade = (maker: Hex, data: Hex, signature: Hex): Hex =>
  serializeErc6492Signature({ address: maker, data, signature })
/** The call with which `Endless` burns. */
export const burning = (): Hex => encodeFunctionData({ abi: compiled().Endless.abi, functionName: 'burn' })
/** Bytes of a given length that end like a signature for a wallet that does not stand yet. */
export const padded = (bytes: number): Hex => concatHex([encodeAbiParameters([{ type: 'bytes' }], [`0x${'ab'.repeat(bytes)}`]), `0x${'6492'.repeat(16)}`]) // prettier-ignore
