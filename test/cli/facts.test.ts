import { describe, expect, test } from '@jest/globals'
import type { ChangeName } from '#cli/doors.ts'
import type { FactsDocument } from '#operations/facts-document.ts'
import { subject } from '../operations/fake-world.ts'
import { wholeFacts } from '../controls/sample-change.ts'
import { filesOf, runOffline } from './offline-doors.ts'

const document: FactsDocument = {
  version: 1,
  subject,
  repository: { id: 9, owner: 'acme', name: 'shop', topics: [], visibility: 'private', properties: {} },
  facts: wholeFacts,
}

describe('countersign facts', () => {
  test('asks for the change that is named, and prints a document that can be simulated', async () => {
    const asked: ChangeName[] = []
    const { out, code } = await runOffline(['facts', 'acme/shop.js#12'], {
      readFacts: (name) => {
        asked.push(name)
        return Promise.resolve(document)
      },
    })
    expect([code, asked]).toEqual([0, [{ owner: 'acme', repository: 'shop.js', number: 12 }]])
    expect(JSON.parse(out)).toEqual(document)
    const simulated = await runOffline(['simulate', '--facts', '-'], { readText: filesOf({ '-': out }) })
    expect(simulated.err).not.toContain('Nothing was judged.')
    expect(simulated.out).toContain('acme/shop#')
  })

  test('says what to check when there is no such change', async () => {
    const { err, code } = await runOffline(['facts', 'acme/shop#12'], { readFacts: () => Promise.resolve(null) })
    expect([code, err]).toEqual([
      2,
      'No pull request acme/shop#12 is seen: check the number, and that the app is installed on it.\n',
    ])
  })

  test.each([
    'acme/shop',
    'shop#12',
    'acme/shop#0',
    'acme/shop#12x',
    'a/b/c#1',
    'acme/../x#1',
    'https://x/acme/shop#1',
  ])('asks for nothing by %s, which names no pull request', async (name) => {
    const { err, code } = await runOffline(['facts', name], {})
    expect(err).toContain('Give a pull request as OWNER/REPO#NUMBER, such as acme/shop#12.')
    expect(code).toBe(2)
  })
})
