import { expect, test } from '@jest/globals'
import { closestWord } from '#policy/closest-word.ts'

const words = ['mode', 'checks', 'controls', 'ticket-link', 'independent-review', 'off']

test.each<[written: string, meant: string | null]>([
  ['mod', 'mode'],
  ['chekcs', 'checks'],
  ['Controls', 'controls'],
  ['control', 'controls'],
  ['ticketLink', 'ticket-link'],
  ['ticket_link', 'ticket-link'],
  ['independant-reveiw', 'independent-review'],
  ['of', 'off'],
  ['colour', null],
  ['', null],
  ['x', null],
  ['mode'.repeat(1_000), null],
])('%s is taken for %s', (written, meant) => {
  expect(closestWord(written, words)).toBe(meant)
})
