import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hex } from 'viem'
import type { LocalChain } from '../src/platform/chain/local.ts'
import { clientsOf } from './gas-history.ts'

export type Row = {
  blockNumber: string
  blockHash: string
  timeStamp: string
  hash: string
  nonce: string
  from: string
  to: string
  contractAddress: string
  gasUsed: string
  gasPrice: string
  isError: string
  type: number
  base_fee: string
  blob_gas_used: string | null
  blob_gas_price: string | null
  position: number
}
/** What an explorer does wrong. */
export type Manner = {
  /** Rows of a page at most, whatever is asked for. */
  cap?: number
  /** Page × rows at most. */
  window?: number
  /** Every n-th answer asks to slow down. */
  limit_every?: number
  /** Every n-th answer is no answer: a broken connection. */
  break_every?: number
  /** Changes a page's rows before they are shown. */
  lie?: (rows: Row[]) => Row[]
  /** Changes the whole list. */
  forge?: (rows: Row[]) => Row[]
  key?: string
}

/** Every transaction of a local chain, as an explorer's rows. */
export async function rowsOf(local: LocalChain): Promise<Row[]> {
  const { reader } = clientsOf(local)
  const rows: Row[] = []
  const newest = await reader.getBlockNumber()
  for (let n = 0n; n <= newest; n++) {
    const block = await reader.getBlock({ blockNumber: n, includeTransactions: true })
    for (const tx of block.transactions) {
      const r = await reader.getTransactionReceipt({ hash: tx.hash })
      rows.push({
        blockNumber: String(n),
        blockHash: block.hash,
        timeStamp: String(block.timestamp),
        hash: tx.hash,
        nonce: String(tx.nonce),
        from: tx.from,
        to: tx.to ?? '',
        contractAddress: r.contractAddress ?? '',
        gasUsed: String(r.gasUsed),
        gasPrice: String(r.effectiveGasPrice),
        isError: r.status === 'success' ? '0' : '1',
        type: { legacy: 0, eip2930: 1, eip1559: 2, eip4844: 3, eip7702: 4 }[tx.type as string] ?? 2,
        base_fee: String(block.baseFeePerGas),
        blob_gas_used: r.blobGasUsed === undefined ? null : String(r.blobGasUsed),
        blob_gas_price: r.blobGasPrice === undefined ? null : String(r.blobGasPrice),
        position: tx.transactionIndex!,
      })
    }
  }
  return rows
}

/** An explorer of a local chain, in both dialects, fed with its real transactions. */
export async function fakeExplorer(local: LocalChain, manner: Manner = {}, rows?: Row[]) {
  const { reader } = clientsOf(local)
  const all = rows ?? (await rowsOf(local))
  const newest = await reader.getBlockNumber()
  let asked = 0
  const seen: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      asked += 1
      const url = new URL(request.url!, 'http://explorer')
      seen.push(url.pathname + url.search)
      const say = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      }
      if (manner.break_every && asked % manner.break_every === 0) return void request.socket.destroy()
      const isV2 = url.pathname.startsWith('/api/v2/')
      if (manner.limit_every && asked % manner.limit_every === 0)
        return isV2
          ? say(429, { message: 'Too many requests' })
          : say(200, { status: '0', message: 'NOTOK', result: 'Max calls per sec rate limit reached (3/sec)' })
      if (manner.key && url.searchParams.get('apikey') !== manner.key)
        return isV2
          ? say(403, { message: 'key' })
          : say(200, { status: '0', message: 'NOTOK', result: 'Invalid API Key (#err2)' })
      const list = manner.forge ? manner.forge(all) : all
      if (isV2) say(200, await blockscout(url, list))
      else say(200, await etherscan(url, list))
    })()
  })

  const lie = manner.lie ?? ((r: Row[]) => r)
  async function etherscan(url: URL, list: Row[]) {
    const q = (name: string) => url.searchParams.get(name) ?? ''
    if (q('module') === 'proxy') {
      if (q('action') === 'eth_blockNumber') return { jsonrpc: '2.0', id: 1, result: `0x${newest.toString(16)}` }
      const block = await reader.getBlock({ blockNumber: BigInt(q('tag') as Hex) })
      return { jsonrpc: '2.0', id: 1, result: { hash: block.hash, timestamp: `0x${block.timestamp.toString(16)}` } }
    }
    const page = Number(q('page'))
    const size = Math.min(Number(q('offset')), manner.cap ?? 10_000)
    if (page * Number(q('offset')) > (manner.window ?? 10_000))
      return {
        status: '0',
        message: 'Result window is too large, PageNo x Offset size must be less than or equal to 10000',
        result: null,
      }
    const address = q('address').toLowerCase()
    const part = list
      .filter((r) => [r.from, r.to].some((a) => a.toLowerCase() === address))
      .filter((r) => Number(r.blockNumber) >= Number(q('startblock')) && Number(r.blockNumber) <= Number(q('endblock')))
      .slice((page - 1) * size, page * size)
    const shown = lie(part).map(({ type: _t, base_fee: _b, blob_gas_price: _p, blob_gas_used: _u, ...row }) => row)
    return shown.length > 0
      ? { status: '1', message: 'OK', result: shown }
      : { status: '0', message: 'No transactions found', result: [] }
  }

  async function blockscout(url: URL, list: Row[]) {
    const [, address] = /\/addresses\/(0x\w+)\/transactions/.exec(url.pathname) ?? []
    if (!address) {
      const [, number] = /\/blocks\/(\d+)/.exec(url.pathname) ?? []
      const block = await reader.getBlock(number ? { blockNumber: BigInt(number) } : { blockNumber: newest })
      const shown = {
        height: Number(block.number),
        hash: block.hash,
        timestamp: new Date(Number(block.timestamp) * 1000).toISOString(),
      }
      return number ? shown : { items: [shown], next_page_params: null }
    }
    const from = Number(url.searchParams.get('index') ?? 0)
    const size = manner.cap ?? 50
    const mine = list.filter((r) => r.from.toLowerCase() === address).toReversed()
    const part = lie(mine.slice(from, from + size))
    return {
      items: part.map((r) => ({
        hash: r.hash,
        block_number: Number(r.blockNumber),
        position: r.position,
        nonce: Number(r.nonce),
        timestamp: new Date(Number(r.timeStamp) * 1000).toISOString(),
        from: { hash: r.from },
        to: r.to ? { hash: r.to } : null,
        created_contract: r.contractAddress ? { hash: r.contractAddress } : null,
        gas_used: r.gasUsed,
        gas_price: r.gasPrice,
        base_fee_per_gas: r.base_fee,
        status: r.isError === '1' ? 'error' : 'ok',
        type: r.type,
        ...(r.blob_gas_used === null ? {} : { blob_gas_used: r.blob_gas_used, blob_gas_price: r.blob_gas_price }),
      })),
      next_page_params: from + size < mine.length ? { index: from + size, items_count: size } : null,
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows: all,
    seen,
    manner,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve()).closeAllConnections()
      }),
  }
}
