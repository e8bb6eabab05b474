import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { afterAll, describe, expect, test } from 'vitest'
import { findLocalChain, startLocalChain } from './local.ts'

const found = findLocalChain()
const folder = mkdtempSync(join(tmpdir(), 'assay-chain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf('missing' in found)('a local chain', () => {
  test('answers on this machine alone, with funded accounts, and ends when asked', async () => {
    const chain = await startLocalChain()
    const client = createPublicClient({ transport: http(chain.rpcUrl) })
    expect(chain.rpcUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await client.getChainId()).toBe(chain.chainId)
    expect(await client.getBalance({ address: chain.accounts[9]!.address })).toBe(parseEther('10000'))
    expect(chain.keyOf(chain.accounts[0]!)).toMatch(/^0x[0-9a-f]{64}$/)
    await chain.stop()
    await expect(fetch(chain.rpcUrl)).rejects.toThrow(/fetch failed/)
  })

  test('comes back from its state file', async () => {
    const stateFile = join(folder, 'state.json')
    const first = await startLocalChain({ stateFile })
    const [from, to] = [first.accounts[0]!, first.accounts[1]!]
    const wallet = createWalletClient({ account: from, transport: http(first.rpcUrl) })
    const hash = await wallet.sendTransaction({ to: to.address, value: 1n, chain: null })
    await first.stop()
    expect(existsSync(stateFile)).toBe(true)
    const second = await startLocalChain({ stateFile })
    const client = createPublicClient({ transport: http(second.rpcUrl) })
    expect((await client.getTransactionReceipt({ hash })).status).toBe('success')
    expect(await client.getBalance({ address: to.address })).toBe(parseEther('10000') + 1n)
    await second.stop()
  })

  test('does not outlive a parent that was killed', async () => {
    const program = `
      import { startLocalChain } from './src/platform/chain/local.ts'
      const chain = await startLocalChain()
      process.stdout.write(chain.rpcUrl + '\\n')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program])
    const rpcUrl = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (d) => resolve(String(d).trim()))
      child.once('close', () => reject(new Error('ended early')))
    })
    child.kill('SIGKILL')
    const answers = () =>
      fetch(rpcUrl).then(
        () => true,
        () => false,
      )
    for (let i = 0; i < 100 && (await answers()); i++) await sleep(50)
    expect(await answers()).toBe(false)
  })

  test('says why it cannot start', async () => {
    await expect(startLocalChain({ hardfork: 'nowhere' })).rejects.toThrow(/ended before it listened:\n.*nowhere/s)
  })
})

test.runIf('missing' in found)('names the package that is missing', () => {
  expect(found).toEqual({ missing: expect.stringContaining('is not installed') })
})
