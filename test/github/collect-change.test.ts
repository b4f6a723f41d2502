import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import type { ChangeAnswer } from '#github/change-answer.ts'
import { observeChange } from '#github/collect-change.ts'
import { GitHubError, RateLimited } from '#github/errors.ts'
import {
  api,
  giveToken,
  headSha,
  openGitHub,
  sampleAnswer,
  sampleBase,
  sampleSubject,
  textFile,
} from './sample-answer.ts'
import { useNock } from './use-nock.ts'

interface Told {
  readonly data: Partial<ChangeAnswer> | null
  readonly errors?: readonly object[]
}

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
  giveToken(subject.installationId)
})

const answer = (...told: readonly Told[]): void => {
  for (const each of told) nock(api).post('/graphql').reply(200, each)
}
const observe = () => observeChange(openGitHub())(subject)

const hidden = (...path: (string | number)[]) => ({
  type: 'FORBIDDEN',
  path,
  message: 'Resource not accessible by integration',
})
const leftOut = (of: string) => `GitHub left out part of its answer: it did not show all ${of}`
const pullPath = ['repository', 'pullRequest'] as const
const page = (totalCount: number, endCursor: string | null) => ({
  totalCount,
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
})

describe('what GitHub hides', () => {
  test.each([
    ['reviews', { reviews: null }, 'pull_requests: read'],
    ['files', { files: null }, 'contents: read'],
  ] as const)('%s are unknown, and the reason names the permission', async (fact, pull, permission) => {
    answer({ data: sampleAnswer(pull), errors: [hidden(...pullPath, fact)] })
    const observed = await observe()
    expect(observed?.facts[fact]).toEqual({ known: false, why: expect.stringContaining(permission) })
    expect(observed?.facts.commits.known).toBe(true)
  })

  test('checks are unknown, though GitHub shows them as null', async () => {
    answer({ data: sampleAnswer(), errors: [hidden(...pullPath, 'head', 'nodes', 0, 'commit', 'statusCheckRollup')] })
    expect((await observe())?.facts.checks).toMatchObject({
      known: false,
      why: expect.stringContaining('statuses: read'),
    })
  })

  test('a null among the reviews makes them all unknown', async () => {
    answer({ data: sampleAnswer({ reviews: { ...page(1, null), nodes: [null] } }) })
    expect((await observe())?.facts.reviews).toEqual({ known: false, why: leftOut('reviews') })
  })

  test('policies are unknown', async () => {
    answer({
      data: { ...sampleAnswer(), policyRepository: null },
      errors: [
        hidden(...pullPath, 'baseRef', 'target', 'file'),
        { type: 'NOT_FOUND', path: ['policyRepository'], message: 'Could not resolve' },
      ],
    })
    const observed = await observe()
    expect(observed?.policies).toMatchObject({
      repository: { known: false, why: expect.stringContaining('contents: read') },
      organization: { known: false, why: expect.stringContaining('acme/.github cannot be seen') },
    })
  })

  test('the rules of the base branch hide nothing else of it', async () => {
    const baseRef = { ...sampleBase({ file: textFile('preset: soc2') }), rules: null }
    answer({ data: sampleAnswer({ baseRef }), errors: [hidden(...pullPath, 'baseRef', 'rules')] })
    expect(await observe()).toMatchObject({
      facts: { requiredChecks: { known: false, why: expect.stringContaining('administration: read') } },
      policies: { repository: { known: true, value: { text: 'preset: soc2' } } },
      codeOwnersFile: { known: true, value: null },
    })
  })

  test('a workflow is unknown, and the checks are not', async () => {
    const contexts = [...pullPath, 'head', 'nodes', 0, 'commit', 'statusCheckRollup', 'contexts']
    const run = {
      __typename: 'CheckRun',
      databaseId: 1,
      name: 'build',
      checkStatus: 'COMPLETED',
      checkConclusion: 'SUCCESS',
      checkSuite: { app: { databaseId: 15, slug: 'github-actions' }, workflowRun: null },
    } as const
    answer({
      data: sampleAnswer({}, { statusCheckRollup: { contexts: { ...page(1, null), nodes: [run] } } }),
      errors: [hidden(...contexts, 'nodes', 0, 'checkSuite', 'workflowRun')],
    })
    expect((await observe())?.facts.checks).toMatchObject({
      known: true,
      value: [{ name: 'build', workflow: { known: false, why: expect.stringContaining('actions: read') } }],
    })
  })

  test('checks on the head of a change without commits are unknown as well', async () => {
    const head = sampleAnswer().repository?.pullRequest?.head.nodes[0]?.commit
    answer({ data: sampleAnswer({ commits: { ...page(0, null), nodes: [] }, head: { nodes: [] } }) })
    nock(api)
      .post('/graphql', /ChangeHead/)
      .reply(200, {
        data: { repository: { object: head } },
        errors: [hidden('repository', 'object', 'statusCheckRollup')],
      })
    expect((await observe())?.facts.checks).toMatchObject({ known: false })
  })

  test('something on a later page is unknown, though only that page lacks it', async () => {
    const file = { path: 'a', changeType: 'ADDED', additions: 1, deletions: 0 } as const
    answer({ data: sampleAnswer({ files: { ...page(2, 'next'), nodes: [file] } }) })
    const pullRequest = { headRefOid: headSha, files: { ...page(2, null), nodes: [file] } }
    answer({ data: { repository: { pullRequest } as never }, errors: [hidden(...pullPath, 'files', 'nodes', 0)] })
    expect((await observe())?.facts.files).toEqual({ known: false, why: 'GitHub did not show the changed files' })
  })

  test('something missing inside a change does not make the change gone', async () => {
    const { repository, policyRepository } = sampleAnswer()
    if (repository === null) throw new Error('The sample has a repository.')
    const missing = { type: 'NOT_FOUND', path: [...pullPath, 'commits', 'nodes', 3], message: 'Could not resolve' }
    answer({ data: { repository: { ...repository, pullRequest: null }, policyRepository }, errors: [missing] })
    await expect(observe()).rejects.toThrow(/acme\/shop#7/)
  })

  test('a whole change is for a person to mend', async () => {
    answer({ data: { repository: null }, errors: [hidden('repository')] })
    await expect(observe()).rejects.toThrow(/acme\/shop#7: grant the app contents: read/)
  })
})

describe('lists beyond their bound', () => {
  test.each([
    [
      'commits',
      { commits: { ...page(251, 'x'), nodes: [] } },
      'there are 251 commits, more than the 250 that are read: split the change',
    ],
    [
      'files',
      { files: { ...page(3_001, 'x'), nodes: [] } },
      'there are 3001 changed files, more than the 3000 that are read: split the change',
    ],
    [
      'reviews',
      { reviews: { ...page(10_001, 'x'), nodes: [] } },
      'there are 10001 reviews, more than the 10000 that are read: split the change',
    ],
  ] as const)('%s are unknown, and no second page is asked for', async (fact, pull, why) => {
    answer({ data: sampleAnswer(pull) })
    expect((await observe())?.facts[fact]).toEqual({ known: false, why })
  })

  test('so are checks', async () => {
    answer({ data: sampleAnswer({}, { statusCheckRollup: { contexts: { ...page(501, 'x'), nodes: [] } } }) })
    expect((await observe())?.facts.checks).toMatchObject({
      known: false,
      why: expect.stringContaining('501 checks and statuses'),
    })
  })

  test('edits of policies are as unknown as the files', async () => {
    answer({ data: sampleAnswer({ files: { ...page(3_001, 'x'), nodes: [] } }) })
    expect((await observe())?.proposedPolicies).toMatchObject({ known: false })
  })
})

describe('a list of which GitHub leaves something out', () => {
  const file = { path: 'a', changeType: 'ADDED', additions: 1, deletions: 0 } as const
  const lost = { totalCount: 3, pageInfo: { hasNextPage: true, endCursor: null } }

  test.each([
    ['has no nodes at all', { ...page(3, null), nodes: null }],
    ['has fewer nodes than are counted', { ...page(3, null), nodes: [file, file] }],
    ['has a null among its nodes', { ...page(2, null), nodes: [file, null] }],
    ['has a next page, and no way to it', { ...lost, nodes: [file, file, file] }],
    ['has an empty page, and says that more follow', { ...page(3, 'next'), nodes: [] }],
  ])('is unknown when it %s', async (_sentence, files) => {
    answer({ data: sampleAnswer({ files }) })
    expect((await observe())?.facts.files).toEqual({ known: false, why: leftOut('changed files') })
  })

  test('is unknown when a later page lacks something', async () => {
    answer({ data: sampleAnswer({ files: { ...page(2, 'next'), nodes: [file] } }) })
    const pullRequest = { headRefOid: headSha, files: { ...page(2, null), nodes: [] } }
    nock(api)
      .post('/graphql')
      .reply(200, { data: { repository: { pullRequest } } })
    expect((await observe())?.facts.files).toEqual({ known: false, why: leftOut('changed files') })
  })

  test.each([
    ['commits', { commits: { ...page(2, null), nodes: null } }],
    ['reviews', { reviews: { ...page(2, null), nodes: null } }],
  ] as const)('makes %s unknown', async (fact, pull) => {
    answer({ data: sampleAnswer(pull) })
    expect((await observe())?.facts[fact]).toEqual({ known: false, why: leftOut(fact) })
  })

  test('makes the checks unknown', async () => {
    answer({ data: sampleAnswer({}, { statusCheckRollup: { contexts: { ...page(2, null), nodes: null } } }) })
    expect((await observe())?.facts.checks).toEqual({ known: false, why: leftOut('checks and statuses') })
  })
})

describe('the head', () => {
  const other = 'e'.repeat(40)

  test('that moved while it was read has to be read again', async () => {
    answer({ data: sampleAnswer({ headRefOid: other }) })
    await expect(observe()).rejects.toThrow(/head of acme\/shop#7 moved/)
  })

  test('that moved between two pages has to be read again', async () => {
    const file = { path: 'a', changeType: 'ADDED', additions: 1, deletions: 0 } as const
    answer({ data: sampleAnswer({ files: { ...page(2, 'next'), nodes: [file] } }) })
    nock(api)
      .post('/graphql')
      .reply(200, {
        data: { repository: { pullRequest: { headRefOid: other, files: { ...page(2, null), nodes: [file] } } } },
      })
    await expect(observe()).rejects.toThrow(/moved/)
  })

  test('of a change without commits is asked for apart', async () => {
    const head = sampleAnswer().repository?.pullRequest?.head.nodes[0]?.commit
    answer({ data: sampleAnswer({ commits: { ...page(0, null), nodes: [] }, head: { nodes: [] } }) })
    nock(api)
      .post('/graphql', /ChangeHead/)
      .reply(200, { data: { repository: { object: head } } })
    expect((await observe())?.facts).toMatchObject({ change: { value: { headSha } }, commits: { value: [] } })
  })
})

describe('policies', () => {
  test.each([
    [
      'is there',
      textFile('preset: soc2'),
      {
        known: true,
        value: {
          text: 'preset: soc2',
          origin: {
            layer: 'repository',
            repository: 'acme/shop',
            path: '.github/countersign.yml',
            commitSha: 'b'.repeat(40),
          },
        },
      },
    ],
    ['is empty', textFile(''), { known: true, value: { text: '' } }],
    ['is not there', null, { known: true, value: null }],
    ['is a folder', { object: {} }, { known: true, value: null }],
    ['is too large', textFile('x', { isTruncated: true }), { known: false, why: expect.stringContaining('too large') }],
    ['is binary', textFile(null, { isBinary: true }), { known: false, why: expect.stringContaining('not text') }],
  ])('a file that %s', async (_sentence, file, expected) => {
    answer({ data: sampleAnswer({ baseRef: sampleBase({ file }) }) })
    expect((await observe())?.policies.repository).toMatchObject(expected)
  })

  test('of a merged change whose base is deleted come from the default branch', async () => {
    answer({ data: sampleAnswer({ baseRef: null, state: 'MERGED', mergedAt: '2026-01-11T00:00:00Z' }) })
    expect((await observe())?.policies.repository).toMatchObject({ value: { text: 'of the default branch' } })
  })

  test('that the change deletes are proposed without text', async () => {
    const file = { path: '.github/countersign.yml', changeType: 'DELETED', additions: 0, deletions: 3 } as const
    answer({ data: sampleAnswer({ files: { ...page(1, null), nodes: [file] } }) })
    expect((await observe())?.proposedPolicies).toEqual({
      known: true,
      value: [{ layer: 'repository', path: '.github/countersign.yml', text: null }],
    })
  })

  test.each([
    [
      'in the policy repository is proposed',
      '.GitHub',
      [{ layer: 'organization', path: 'countersign.yml', text: 'new' }],
    ],
    ['anywhere else is a file like others', 'shop', []],
  ])('an organization policy %s', async (_sentence, name, proposed) => {
    const modified = { path: 'countersign.yml', changeType: 'MODIFIED', additions: 1, deletions: 1 } as const
    const files = { ...page(1, null), nodes: [modified] }
    const { repository, policyRepository } = sampleAnswer({ files }, { organizationPolicy: textFile('new') })
    if (repository === null) throw new Error('The sample has a repository.')
    answer({ data: { repository: { ...repository, name }, policyRepository } })
    expect((await observe())?.proposedPolicies).toEqual({ known: true, value: proposed })
  })
})

describe('CODEOWNERS', () => {
  const [inGithub, inRoot, inDocs] = [textFile('of .github'), textFile('of the root'), textFile('of docs')]
  const found = (path: string, text: string) => ({ known: true, value: { path, text, commitSha: 'b'.repeat(40) } })

  test.each([
    [
      'is the one in .github when there are several',
      { ownersInGithub: inGithub, ownersInRoot: inRoot, ownersInDocs: inDocs },
      found('.github/CODEOWNERS', 'of .github'),
    ],
    [
      'is the one in the root when there is none in .github',
      { ownersInRoot: inRoot, ownersInDocs: inDocs },
      found('CODEOWNERS', 'of the root'),
    ],
    ['is the one in docs when there is no other', { ownersInDocs: inDocs }, found('docs/CODEOWNERS', 'of docs')],
    [
      'is not a folder of that name',
      { ownersInGithub: { object: {} }, ownersInRoot: inRoot },
      found('CODEOWNERS', 'of the root'),
    ],
    ['may be empty', { ownersInGithub: textFile(''), ownersInRoot: inRoot }, found('.github/CODEOWNERS', '')],
    ['may be missing', {}, { known: true, value: null }],
    [
      'is unknown when it is too large, whatever else is there',
      { ownersInGithub: textFile('x', { isTruncated: true }), ownersInRoot: inRoot },
      { known: false, why: '.github/CODEOWNERS is too large for GitHub to show: make it smaller' },
    ],
    [
      'is unknown when it is not text',
      { ownersInRoot: textFile(null, { isBinary: true }) },
      { known: false, why: 'CODEOWNERS is not text: replace it by a text file' },
    ],
  ])('%s', async (_sentence, files, expected) => {
    answer({ data: sampleAnswer({ baseRef: sampleBase(files) }) })
    expect((await observe())?.codeOwnersFile).toEqual(expected)
  })

  test('is unknown when GitHub hides one of its places', async () => {
    answer({
      data: sampleAnswer({ baseRef: sampleBase({ ownersInDocs: inDocs }) }),
      errors: [hidden(...pullPath, 'baseRef', 'target', 'ownersInRoot')],
    })
    expect((await observe())?.codeOwnersFile).toEqual({
      known: false,
      why: 'GitHub hid the file CODEOWNERS: grant the app contents: read (Resource not accessible by integration)',
    })
  })
})

describe('a policy file that the change may have renamed', () => {
  const renamed = { path: 'old/policy.yml', changeType: 'RENAMED', additions: 0, deletions: 0 } as const
  const added = { ...renamed, changeType: 'ADDED', additions: 3 } as const
  const agreed = textFile('version: 1')
  const tooLarge = textFile('x', { isTruncated: true })
  const removed = { known: true, value: [{ layer: 'repository', path: '.github/countersign.yml', text: null }] }
  const untouched = { known: true, value: [] }

  test.each([
    ['is removed when the base has it and the head has not', renamed, { base: agreed, head: null, proposed: removed }],
    ['stays when the head has it too', renamed, { base: agreed, head: agreed, proposed: untouched }],
    ['is none when the base has none', renamed, { base: null, head: null, proposed: untouched }],
    ['is missing for another reason when no file is renamed', added, { base: agreed, head: null, proposed: untouched }],
    [
      'is unknown when the base does not show it',
      renamed,
      { base: tooLarge, head: null, proposed: { known: false, why: expect.stringContaining('too large') } },
    ],
  ])('%s', async (_sentence, file, { base, head, proposed }) => {
    const files = { ...page(1, null), nodes: [file] }
    answer({ data: sampleAnswer({ files, baseRef: sampleBase({ file: base }) }, { repositoryPolicy: head }) })
    expect((await observe())?.proposedPolicies).toEqual(proposed)
  })

  test('is removed from the policy repository as well', async () => {
    const { repository, policyRepository } = sampleAnswer({ files: { ...page(1, null), nodes: [renamed] } })
    if (repository === null || policyRepository === null) throw new Error('The sample has both repositories.')
    const target = { oid: 'd'.repeat(40), file: agreed }
    answer({
      data: {
        repository: { ...repository, name: '.github' },
        policyRepository: { ...policyRepository, defaultBranchRef: { target } },
      },
    })
    const value = [{ layer: 'organization', path: 'countersign.yml', text: null }]
    expect((await observe())?.proposedPolicies).toEqual({ known: true, value })
  })
})

describe('what throws, because nothing sure can be said', () => {
  test.each<[string, Told]>([
    ['GitHub failed', { data: null, errors: [{ message: 'Something went wrong while executing your query.' }] }],
    ['GitHub failed in one place', { data: sampleAnswer(), errors: [{ message: 'timeout', path: ['repository'] }] }],
    ['the answer is empty', {} as Told],
  ])('%s', async (_sentence, told) => {
    answer(told)
    await expect(observe()).rejects.toThrow(GitHubError)
  })

  test('the hourly limit, which says when', async () => {
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '600',
      'x-ratelimit-resource': 'graphql',
      date: 'Thu, 01 Jan 1970 00:00:00 GMT',
    }
    nock(api)
      .post('/graphql')
      .reply(200, { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }, headers)
    await expect(observe()).rejects.toMatchObject({ name: RateLimited.name, retryAfterMs: 600_000 })
  })
})
