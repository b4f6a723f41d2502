import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { buildSchema, parse, validate } from 'graphql'
import nock from 'nock'
import { collectOrganizationPolicy, organizationPolicyQuery } from '#github/collect-organization-policy.ts'
import { createGitHub } from '#github/client.ts'
import { GitHubError } from '#github/errors.ts'
import { startTwin } from '#twin/twin.ts'
import { api, giveToken, openGitHub, sampleSubject, textFile } from './sample-answer.ts'
import { silentLogger } from './silent-logger.ts'
import { useNock } from './use-nock.ts'

let id: number

useNock()

beforeEach(() => {
  id = sampleSubject().installationId
})

const collect = () => collectOrganizationPolicy(openGitHub(), { policyRepository: '.github' })({ id, account: 'acme' })

function answer(repository: object | null, errors?: readonly object[]): void {
  giveToken(id)
  nock(api)
    .post('/graphql', ({ variables }: { readonly variables: unknown }) => {
      expect(variables).toEqual({ owner: 'acme', name: '.github' })
      return true
    })
    .reply(200, { data: { repository }, ...(errors === undefined ? {} : { errors }) })
}

const oid = 'b'.repeat(40)
const named = { name: '.github', owner: { login: 'acme' } }
const withFile = (file: object | null) => ({ ...named, defaultBranchRef: { target: { oid, file } } })

describe('the policy of an organization', () => {
  test('is the text on the default branch, and where it stood', async () => {
    answer(withFile(textFile('mode: observe\n')))
    const origin = { layer: 'organization', repository: 'acme/.github', path: 'countersign.yml', commitSha: oid }
    expect(await collect()).toEqual({ known: true, value: { text: 'mode: observe\n', origin } })
  })

  test.each([
    ['the repository has no such file', withFile(null)],
    ['a folder has its name', withFile({ object: {} })],
    ['the repository is empty', { ...named, defaultBranchRef: null }],
  ])('is none when %s', async (_when, repository) => {
    answer(repository)
    expect(await collect()).toEqual({ known: true, value: null })
  })

  test('is unknown when GitHub shows no such repository, and the reason names both causes', async () => {
    answer(null, [{ type: 'NOT_FOUND', path: ['repository'], message: 'Could not resolve to a Repository' }])
    expect(await collect()).toEqual({
      known: false,
      why: 'the repository acme/.github cannot be seen: it does not exist, or the app is not installed on it',
    })
  })

  test('is unknown when GitHub hides the file', async () => {
    const path = ['repository', 'defaultBranchRef', 'target', 'file']
    answer(withFile(null), [{ type: 'FORBIDDEN', path, message: 'Resource not accessible by integration' }])
    expect(await collect()).toEqual({
      known: false,
      why: 'GitHub hid the policy file: grant the app contents: read (Resource not accessible by integration)',
    })
  })

  test('is unknown when it is too large to be shown', async () => {
    answer(withFile(textFile('mode', { isTruncated: true })))
    expect(await collect()).toMatchObject({
      known: false,
      why: expect.stringContaining('is too large for GitHub to show'),
    })
  })

  test('is unknown when GitHub refuses the question', async () => {
    giveToken(id)
    nock(api).post('/graphql').reply(403, { message: 'no' })
    expect(await collect()).toEqual({
      known: false,
      why: 'GitHub did not show the policy in acme/.github: grant the app contents: read (no)',
    })
  })

  test('is no fact when GitHub fails', async () => {
    giveToken(id)
    nock(api).post('/graphql').reply(502)
    await expect(collect()).rejects.toMatchObject({ name: GitHubError.name, status: 502 })
  })

  test("is asked for with a document that is valid by GitHub's schema", () => {
    const text = readFileSync(
      new URL('../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url),
      'utf8',
    )
    const schema = buildSchema(text, { assumeValidSDL: true, assumeValid: true })
    expect(validate(schema, parse(organizationPolicyQuery))).toEqual([])
  })
})

describe('the policy of an organization, from the twin', () => {
  test('is what its default branch has now', async () => {
    nock.enableNetConnect('127.0.0.1')
    const twin = await startTwin()
    try {
      const acme = twin.organization('acme')
      acme.repository('.github', { files: { 'countersign.yml': 'preset: soc2\n' } })
      const { id: appId, privateKey } = twin.app
      const options = { userAgent: 'countersign', now: () => new Date(), logger: silentLogger }
      const github = createGitHub({ appId, privateKey, baseUrl: twin.url, ...options })
      const installed = { id: acme.install().id, account: 'acme' }
      const read = (policyRepository: string) => collectOrganizationPolicy(github, { policyRepository })(installed)
      expect(await read('.github')).toMatchObject({ known: true, value: { text: 'preset: soc2\n' } })
      expect(await read('compliance')).toMatchObject({
        known: false,
        why: expect.stringContaining('it does not exist'),
      })
      twin.assertClean()
    } finally {
      await twin.stop()
    }
  })
})
