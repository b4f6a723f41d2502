import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { MergeGroupSubject } from '#facts/subject.ts'
import { observeMergeGroup } from '#github/collect-merge-group.ts'
import type { MergeGroupAnswer } from '#github/merge-group-query.ts'
import { api, giveToken, headSha, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

const baseSha = 'b'.repeat(40)
type Repository = NonNullable<MergeGroupAnswer['repository']>

let subject: MergeGroupSubject

useNock()

beforeEach(() => {
  const { installationId, repositoryId, owner, repository } = sampleSubject()
  const headBranch = `gh-readonly-queue/main/pr-7-${baseSha}`
  const where = { installationId, repositoryId, owner, repository }
  subject = { kind: 'merge-group', ...where, headSha, baseSha, headBranch, baseBranch: 'main' }
  giveToken(installationId)
})

const shop = (more: Partial<Repository> = {}): Repository => ({
  databaseId: 10,
  name: 'shop',
  owner: { login: 'acme' },
  object: { oid: headSha, checkSuites: { nodes: [] }, parents: { totalCount: 1, nodes: [{ oid: baseSha }] } },
  mergeQueue: {
    entries: {
      totalCount: 1,
      pageInfo: { hasNextPage: false, endCursor: null },
      nodes: [{ position: 1, headCommit: { oid: headSha }, baseCommit: { oid: baseSha }, pullRequest: { number: 7 } }],
    },
  },
  ...more,
})
const answer = (repository: Repository | null, errors: readonly object[] = []) =>
  nock(api)
    .post('/graphql', /query MergeGroup/)
    .reply(200, { data: { repository }, errors })
const observe = () => observeMergeGroup(openGitHub())(subject)

describe('a group of the merge queue', () => {
  test('is told in one request, with our own checks on its head', async () => {
    const run = {
      databaseId: 5,
      name: 'countersign',
      status: 'COMPLETED',
      conclusion: 'FAILURE',
      externalId: null,
      startedAt: null,
    }
    const checkSuites = { nodes: [{ status: 'COMPLETED', checkRuns: { nodes: [run] } }] }
    answer(shop({ object: { oid: headSha, checkSuites, parents: { totalCount: 0, nodes: [] } } }))
    const { installationId } = subject
    const change = { kind: 'change', installationId, repositoryId: 10, owner: 'acme', repository: 'shop', number: 7 }
    expect(await observe()).toMatchObject({
      changes: { known: true, value: [change] },
      posted: [{ runId: 5, headSha, conclusion: 'failure' }],
    })
  })

  test('whose queue is hidden is told by its branch when it is one pull request', async () => {
    answer(shop({ mergeQueue: null }), [{ type: 'FORBIDDEN', path: ['repository', 'mergeQueue'], message: 'no' }])
    expect((await observe())?.changes).toMatchObject({ known: true, value: [{ number: 7 }] })
  })

  test('that cannot be told is unknown, and the reason names the permission', async () => {
    subject = { ...subject, headBranch: 'gh-readonly-queue/main/pr-7-0' }
    answer(shop({ mergeQueue: null }), [{ type: 'FORBIDDEN', path: ['repository', 'mergeQueue'], message: 'no' }])
    expect((await observe())?.changes).toEqual({
      known: false,
      why: 'GitHub did not show the merge queue: grant the app merge_queues: read (no)',
    })
  })

  test('whose head commit is gone is null', async () => {
    answer(shop({ object: null }))
    expect(await observe()).toBeNull()
  })

  test('whose repository is gone is null', async () => {
    answer(null, [{ type: 'NOT_FOUND', path: ['repository'], message: 'no' }])
    expect(await observe()).toBeNull()
  })

  test('whose head commit is hidden is for a person to mend', async () => {
    answer(shop({ object: null }), [{ type: 'FORBIDDEN', path: ['repository', 'object'], message: 'no' }])
    await expect(observe()).rejects.toThrow('GitHub does not show acme/shop@ccccccc: grant the app contents: read.')
  })

  test('whose own checks are hidden is for a person to mend', async () => {
    answer(shop(), [{ type: 'FORBIDDEN', path: ['repository', 'object', 'checkSuites'], message: 'no' }])
    await expect(observe()).rejects.toThrow('grant the app checks: write')
  })

  test('is asked for again when the repository has another name', async () => {
    answer(shop({ databaseId: 99 }))
    const repositories = [{ id: 10, name: 'store', owner: { login: 'acme' }, archived: false }]
    nock(api).get('/installation/repositories').query(true).reply(200, { repositories })
    answer(shop({ name: 'store' }))
    expect((await observe())?.changes).toMatchObject({ value: [{ repository: 'store', number: 7 }] })
  })
})
