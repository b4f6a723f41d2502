import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { inputsDigest, sources } from '#twin/contract/freshness.ts'
import { operations, webhookEvents } from '#twin/contract/operations.ts'

const rest = cut('rest')
const webhooks = cut('webhooks')
const remedy = 'Run `npm run contracts` and commit what changes.'

describe('the committed cuts of GitHub’s description', () => {
  test.each([rest, webhooks])('are made from the lists, the versions and the code that are here', ({ inputs }) => {
    expect({ inputs, remedy }).toEqual({ inputs: inputsDigest(), remedy })
  })

  test('name the package and the version they were cut from', () => {
    expect([rest.source, webhooks.source]).toEqual([sources.rest, sources.webhooks])
  })

  test('hold exactly the operations in use', () => {
    expect(Object.keys(rest.operations ?? {})).toEqual([...operations].sort())
  })

  test('hold every event in use and no other', () => {
    const events = new Set(Object.keys(webhooks.roots).map((root) => root.split('.')[0]))
    expect([...events].sort()).toEqual([...webhookEvents].sort())
  })

  test.each([rest, webhooks])('hold every schema that they refer to, and none that they do not', (cut) => {
    const references = JSON.stringify([cut.roots, cut.schemas]).matchAll(/"\$ref":"schemas:([^"]+)"/g)
    const named = new Set([...references].map(([, name]) => name))
    expect(Object.keys(cut.schemas)).toEqual([...named].sort())
  })

  test('stay small enough to live in the repository', () => {
    expect(rest.size + webhooks.size).toBeLessThan(1_500_000)
  })
})

interface CommittedCut {
  readonly source: unknown
  readonly inputs: string
  readonly operations?: Readonly<Record<string, unknown>>
  readonly roots: Readonly<Record<string, unknown>>
  readonly schemas: Readonly<Record<string, unknown>>
}

function cut(name: string): CommittedCut & { readonly size: number } {
  const text = readFileSync(new URL(`../../../src/twin/contract/${name}.json`, import.meta.url), 'utf8')
  return { ...(JSON.parse(text) as CommittedCut), size: text.length }
}
