import { expect, test } from 'vitest'
import { api } from '../../src/api.ts'
import { expand } from './expand.ts'
import { slimOf } from './slim-contract.ts'

test('the browser knows where every endpoint is and whether it takes a body, and nothing else', () => {
  const addresses = expand(slimOf(api))
  expect(addresses).toEqual(
    Object.fromEntries(
      Object.entries(api).map(([domain, contract]) => [
        domain,
        Object.fromEntries(
          Object.entries(contract).map(([name, e]) => [
            name,
            { method: e.method, path: e.path, ...('body' in e && { body: 1 }) },
          ]),
        ),
      ]),
    ),
  )
})
