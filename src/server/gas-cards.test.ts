import { expect, test } from 'vitest'
import type { SignedCard } from '../domains/gasid/contract.ts'
import { cardSvg, etherOf, roughly, shareText } from '../domains/gasid/card-rules.ts'
import { previewOf } from './gas-cards.ts'

const card = {
  card_id: 'A'.repeat(22),
  handle: null,
  level: { key: 'kiddo_jack', name: 'Kiddo Jack' },
  total_wei: '250400000000000000',
  beans: '75',
  completeness: 'proved',
  chains: [],
} as unknown as SignedCard['card']
const nasty = { ...card, level: { key: 'x', name: `"><script>alert('1')</script>&\u0007\ud800` }, handle: '<b>' }

test('the words to share are exactly these', () => {
  expect(shareText(card, 'https://assay.example/gas/x')).toBe(
    `Leveled up in the Great Gas Reckoning with ETHGas! 💪
Kiddo Jack status: 0.2504 ETH gas spent, 75 Beans earned—supporting the Gasless Future!
Claim your Gas ID at https://assay.example/gas/x`,
  )
})

test('ETH on a card has four places, more only when those would be nothing; a rough sum has four digits', () => {
  const shown = [0n, 1n, 99_999_999_999_999n, 10n ** 14n, 250_499_999_999_999_999n, 10n ** 21n].map(etherOf)
  expect(shown).toEqual(['0.0000', '0.000000000000000001', '0.000099', '0.0001', '0.2504', '1000.0000'])
  expect([250_499_999_999_999_999n, 12_345_678_901_234_567_890n, 5n].map((w) => etherOf(roughly(w)))).toEqual([
    '0.2504',
    '12.3400',
    '0.0000',
  ])
})

test('whatever a level or a person is called, picture and preview stay what they are', () => {
  const svg = cardSvg(nasty, { theme: 'light', steps: { at: 0, of: 3 }, host: '"><img src=x>' })
  const preview = previewOf({ card: nasty } as SignedCard, 'https://assay.example/gas/x')
  for (const text of [svg, preview]) {
    expect(text).not.toMatch(/<script|<b>|<img/)
    expect(text).not.toContain('\u0007')
  }
  expect(svg).not.toMatch(/href|url\(http|@import/)
  expect(preview).toContain(`content="https://assay.example/v1/gas-cards/${card.card_id}/card.png"`)
})
