import { erc6492SignatureValidatorByteCode, type Hex } from 'viem'
import {
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  hashMessage,
  isErc6492Signature,
  recoverMessageAddress,
} from 'viem/utils'

// Imported when a wallet is used: the libraries behind it take 20 MB and a third of a second.

/** An address with its checksum's capital letters. */
export const checksummed = (address: string): string => getAddress(address.toLowerCase())

/** Whether the key of this address signed this text. Asks nobody. */
export async function isSignedByKey(address: string, message: string, signature: string): Promise<boolean> {
  try {
    const signer = await recoverMessageAddress({ message, signature: signature as Hex })
    return signer.toLowerCase() === address.toLowerCase()
  } catch {
    // Bytes that are no point of the curve.
    return false
  }
}

export type ChainRpc = { chain_id: number; rpc_url: string; gas: number; timeout_ms: number }
/** `silent`: the node did not answer, or is one of another chain. */
export type ContractAnswer = 'signed' | 'not_signed' | 'silent'

/** Nodes that said which chain they are of. A node does not change its chain while we run. */
const chainsSeen = new Map<string, number>()
const IS_VALID = '0x1626ba7e'
const ABI = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [{ type: 'bytes32' }, { type: 'bytes' }],
    outputs: [{ type: 'bytes4' }],
  },
  {
    type: 'constructor',
    stateMutability: 'nonpayable',
    inputs: [{ type: 'address' }, { type: 'bytes32' }, { type: 'bytes' }],
  },
] as const

/**
 * Asks the contract at an address whether it signed a text: by ERC-1271 where it stands, by ERC-6492 where the signature
 * says how it will be made. One question to the node, with a bound on its work and its time; a node is asked once which
 * chain it is of, because the same address is somebody else's elsewhere.
 */
export async function askContract(
  rpc: ChainRpc,
  address: string,
  message: string,
  signature: string,
): Promise<ContractAnswer> {
  const hash = hashMessage(message)
  const [at, sig] = [getAddress(address.toLowerCase()), signature as Hex]
  const made = isErc6492Signature(sig)
  // The validator runs what the signature asks for inside the node's simulation: nothing of it stays on the chain.
  const call = made
    ? { data: encodeDeployData({ abi: ABI, args: [at, hash, sig], bytecode: erc6492SignatureValidatorByteCode }) }
    : { to: at, data: encodeFunctionData({ abi: ABI, functionName: 'isValidSignature', args: [hash, sig] }) }
  try {
    let chain = chainsSeen.get(rpc.rpc_url)
    if (chain === undefined) {
      const said = await askNode(rpc, 'eth_chainId', [])
      if (!('result' in said)) return 'silent'
      chain = Number(said.result)
      if (Number.isSafeInteger(chain)) chainsSeen.set(rpc.rpc_url, chain)
    }
    if (chain !== rpc.chain_id) return 'silent'
    const answer = await askNode(rpc, 'eth_call', [{ ...call, gas: `0x${rpc.gas.toString(16)}` }, 'latest'])
    if ('reverted' in answer) return 'not_signed'
    if (!('result' in answer)) return 'silent'
    if (made) return /^0x0*1$/.test(answer.result) ? 'signed' : 'not_signed'
    // The answer is one word: four bytes that mean yes, then nothing.
    return answer.result === IS_VALID.padEnd(66, '0') ? 'signed' : 'not_signed'
  } catch {
    return 'silent'
  }
}

type NodeAnswer = { result: string } | { reverted: true } | { failed: true }
const LONGEST_ANSWER = 100_000

async function askNode(rpc: ChainRpc, method: string, params: unknown[]): Promise<NodeAnswer> {
  const response = await fetch(rpc.rpc_url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    redirect: 'error',
    signal: AbortSignal.timeout(rpc.timeout_ms),
  })
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > LONGEST_ANSWER) return { failed: true }
    parts.push(part)
  }
  const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as {
    result?: unknown
    error?: { code?: unknown; message?: unknown }
  }
  if (typeof body.result === 'string') return { result: body.result }
  // A call that fails inside the chain's machine is the contract's no; anything else is the node's trouble.
  const said = String(body.error?.message ?? '')
  return body.error?.code === 3 || /revert|out ?of ?gas|EVM error|invalid opcode|stack|gas required|CREATE/i.test(said)
    ? { reverted: true }
    : { failed: true }
}
