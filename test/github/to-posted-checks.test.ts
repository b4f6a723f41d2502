import { describe, expect, test } from '@jest/globals'
import type { OwnChecksNode, PostedCheckNode } from '#github/change-nodes.ts'
import { toPostedChecks } from '#github/to-posted-checks.ts'

const node: PostedCheckNode = {
  databaseId: 5,
  name: 'countersign',
  status: 'COMPLETED',
  conclusion: 'SUCCESS',
  externalId: 'a'.repeat(64),
  startedAt: null,
}
const suites = (nodes: readonly PostedCheckNode[], status = 'COMPLETED'): OwnChecksNode => ({
  oid: 'sha',
  checkSuites: { nodes: [{ status, checkRuns: { nodes } }] },
})
const looked = { repository: 'acme/shop', operationName: 'Change', gap: null }
const posted = (on: OwnChecksNode) => toPostedChecks(on, looked)

describe('our own checks', () => {
  test('come newest first, with the commit they are on', () => {
    expect(posted(suites([node, { ...node, databaseId: 6 }]))).toMatchObject([
      { runId: 6, headSha: 'sha' },
      { runId: 5, headSha: 'sha' },
    ])
  })

  test.each([
    ['COMPLETED', 'completed'],
    ['IN_PROGRESS', 'in_progress'],
    ['QUEUED', 'queued'],
    ['WAITING', 'queued'],
  ])('%s is %s', (status, expected) => {
    expect(posted(suites([{ ...node, status }]))).toMatchObject([{ status: expected, conclusion: 'success' }])
  })

  test('are queued when somebody pressed "Re-run": that sets the suite back, and leaves its runs', () => {
    expect(posted(suites([node], 'QUEUED'))).toMatchObject([{ status: 'queued' }])
  })

  test.each([null, '', 'build 7', 'A'.repeat(64)])(
    'an external id that is no digest of ours (%p) is none',
    (externalId) => {
      expect(posted(suites([{ ...node, externalId }]))).toMatchObject([{ digest: null }])
    },
  )

  test('that GitHub hides are for a person to mend', () => {
    const hidden = () => toPostedChecks({ oid: 'sha', checkSuites: null }, looked)
    expect(hidden).toThrow('GitHub does not show our own checks on acme/shop: grant the app checks: write.')
  })
})
