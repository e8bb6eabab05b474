import type { Hex } from 'viem'
import { recoverTypedDataAddress } from 'viem/utils'

type TypedData = {
  domain: Record<string, unknown>
  types: Record<string, readonly { name: string; type: string }[]>
  primaryType: string
  message: Record<string, unknown>
}

/** Whether the key of this address signed this typed data (EIP-712). Asks nobody. */
export async function isTypedDataSignedBy(address: string, data: TypedData, signature: string): Promise<boolean> {
  try {
    const signer = await recoverTypedDataAddress({ ...data, signature: signature as Hex } as never)
    return signer.toLowerCase() === address.toLowerCase()
  } catch {
    // Bytes that are no point of the curve.
    return false
  }
}
