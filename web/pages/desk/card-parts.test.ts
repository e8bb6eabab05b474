import { expect, test } from 'vitest'
import { cardParts, cellsOf } from './card-parts.ts'

test('tables and quotations are taken out of the text, in order', () => {
  const card = '# A\n\nwords\n\n| key | kind |\n|---|:-:|\n| a | b |\n| c | d |\nmore\n> said\n>\n> - and listed\nend'
  expect(cardParts(card)).toEqual([
    { kind: 'text', text: '# A\n\nwords\n' },
    {
      kind: 'table',
      head: ['key', 'kind'],
      rows: [
        ['a', 'b'],
        ['c', 'd'],
      ],
    },
    { kind: 'text', text: 'more' },
    { kind: 'quote', text: 'said\n\n- and listed' },
    { kind: 'text', text: 'end' },
  ])
})

test('a bar can stand inside a cell, and a line with bars is no table without its rule', () => {
  expect(cellsOf('| a \\| b | c |')).toEqual(['a | b', 'c'])
  expect(cardParts('| a | b |\nno rule')).toEqual([{ kind: 'text', text: '| a | b |\nno rule' }])
})
