import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation } from './ask.ts'

describe('the GraphQL API', () => {
  let twin: Twin
  let acme: Organization
  let alice: Account
  let bob: Account
  let repository: Repository
  let pull: PullRequest
  let ask: ReturnType<typeof asking>

  beforeEach(async () => {
    twin = await startTwin()
    acme = twin.organization('acme')
    alice = acme.person('alice')
    bob = acme.person('bob', { twoFactor: false })
    repository = acme.repository('payments', { private: true, topics: ['pci'], files: { 'README.md': 'Hello\n' } })
    repository.push({ branch: 'feature', by: alice, coAuthors: [bob], message: 'Work', files: { 'a.txt': 'one\n' } })
    pull = repository.openPullRequest({ head: 'feature', title: 'Work', by: alice })
    acme.install()
    ask = await askingAsInstallation(twin)
  })

  afterEach(() => twin.stop())

  const query = async (text: string, variables: object = {}): Promise<{ data: never; errors?: unknown[] }> => {
    const { body, status } = await ask('POST /api/graphql', { body: { query: text, variables } })
    expect(status).toBe(200)
    return body as never
  }

  const inPull = async (selection: string): Promise<unknown> => {
    const { data, errors } = await query(
      `query Part { repository(owner: "acme", name: "payments") { pullRequest(number: 1) { ${selection} } } }`,
    )
    expect(errors).toBeUndefined()
    return (data as { repository: { pullRequest: unknown } }).repository.pullRequest
  }

  test('a repository shows its contents by expression', async () => {
    const { data } = await query(`{ repository(owner: "acme", name: "Payments") {
      databaseId nameWithOwner isPrivate owner { __typename login } defaultBranchRef { name target { oid } }
      readme: object(expression: "HEAD:README.md") { ... on Blob { text byteSize isTruncated } }
      missing: object(expression: "HEAD:nothing") { id }
      atBranch: object(expression: "feature:a.txt") { ... on Blob { text } }
      root: object(expression: "HEAD:") { ... on Tree { entries { name } } }
      repositoryTopics(first: 5) { nodes { topic { name } } }
    } }`)
    expect(data).toEqual({
      repository: {
        databaseId: repository.id,
        nameWithOwner: 'acme/payments',
        isPrivate: true,
        owner: { __typename: 'Organization', login: 'acme' },
        defaultBranchRef: { name: 'main', target: { oid: repository.head('main') } },
        readme: { text: 'Hello\n', byteSize: 6, isTruncated: false },
        missing: null,
        atBranch: { text: 'one\n' },
        root: { entries: [{ name: 'README.md' }] },
        repositoryTopics: { nodes: [{ topic: { name: 'pci' } }] },
      },
    })
    twin.assertClean()
  })

  test('commits show every author, and only people as users', async () => {
    const bot = twin.bot('dependabot')
    repository.push({ branch: 'feature', by: alice, author: bot, message: 'Bump', files: { 'b.txt': 'b\n' } })
    const nobody = { name: 'Nobody', email: 'nobody@nowhere.example' }
    repository.push({
      branch: 'feature',
      by: alice,
      author: nobody,
      committer: { name: 'GitHub', email: 'noreply@github.com' },
    })
    const shown = await inPull(`commits(first: 10) { totalCount nodes { commit { committedViaWeb authoredByCommitter
      authors(first: 5) { totalCount nodes { name user { login databaseId } } } committer { name user { login } } } } }`)
    expect(shown).toEqual({
      commits: {
        totalCount: 3,
        nodes: [
          {
            commit: {
              committedViaWeb: false,
              authoredByCommitter: true,
              authors: {
                totalCount: 2,
                nodes: [
                  { name: 'alice', user: { login: 'alice', databaseId: alice.id } },
                  { name: 'bob', user: { login: 'bob', databaseId: bob.id } },
                ],
              },
              committer: { name: 'alice', user: { login: 'alice' } },
            },
          },
          {
            commit: expect.objectContaining({
              authors: { totalCount: 1, nodes: [{ name: 'dependabot[bot]', user: null }] },
            }),
          },
          {
            commit: {
              committedViaWeb: true,
              authoredByCommitter: false,
              authors: { totalCount: 1, nodes: [{ name: 'Nobody', user: null }] },
              committer: { name: 'GitHub', user: null },
            },
          },
        ],
      },
    })
    twin.assertClean()
  })

  test('reviews show who, which commit and whether that person can write', async () => {
    acme.team('developers', [bob]).grant(repository, 'write')
    const first = pull.headSha
    const stays = pull.review({ by: bob, state: 'approve', body: 'Good' })
    const carol = acme.person('carol')
    pull.review({ by: carol, state: 'request-changes' })
    repository.push({ branch: 'feature', by: alice, files: { 'a.txt': 'two\n' } })
    twin.deleteAccount(carol)
    expect(
      await inPull(`reviewDecision headRefOid reviews(first: 5) { nodes { fullDatabaseId author { login } state
        authorCanPushToRepository commit { oid } body } }`),
    ).toEqual({
      reviewDecision: null,
      headRefOid: pull.headSha,
      reviews: {
        nodes: [
          {
            fullDatabaseId: String(stays.id),
            author: { login: 'bob' },
            state: 'APPROVED',
            authorCanPushToRepository: true,
            commit: { oid: first },
            body: 'Good',
          },
          expect.objectContaining({ author: null, state: 'CHANGES_REQUESTED', authorCanPushToRepository: false }),
        ],
      },
    })
    twin.assertClean()
  })

  test('checks are found by app and name, and the rollup holds checks and statuses', async () => {
    const ours = { title: 'Waiting', summary: 'For review' }
    repository.checks.create(pull.headSha, twin.world.app, { name: 'countersign', externalId: 'digest', output: ours })
    repository.externalCheck({ sha: pull.headSha, name: 'build', app: 'ci', conclusion: 'failure' })
    repository.externalStatus({ sha: pull.headSha, context: 'lint', state: 'success', by: alice })
    expect(
      await inPull(`commits(last: 1) { nodes { commit {
        statusCheckRollup { state contexts(first: 5) { nodes { __typename
          ... on CheckRun { name conclusion checkSuite { app { slug } } }
          ... on StatusContext { context state creator { login } } } } }
        checkSuites(first: 5, filterBy: { appId: ${twin.app.id} }) { nodes { checkRuns(first: 5, filterBy: { checkName: "countersign" }) {
          nodes { name status conclusion title externalId } } } } } } }`),
    ).toEqual({
      commits: {
        nodes: [
          {
            commit: {
              statusCheckRollup: {
                state: 'FAILURE',
                contexts: {
                  nodes: [
                    {
                      __typename: 'CheckRun',
                      name: 'countersign',
                      conclusion: null,
                      checkSuite: { app: { slug: 'countersign' } },
                    },
                    {
                      __typename: 'CheckRun',
                      name: 'build',
                      conclusion: 'FAILURE',
                      checkSuite: { app: { slug: 'ci' } },
                    },
                    { __typename: 'StatusContext', context: 'lint', state: 'SUCCESS', creator: { login: 'alice' } },
                  ],
                },
              },
              checkSuites: {
                nodes: [
                  {
                    checkRuns: {
                      nodes: [
                        {
                          name: 'countersign',
                          status: 'QUEUED',
                          conclusion: null,
                          title: 'Waiting',
                          externalId: 'digest',
                        },
                      ],
                    },
                  },
                ],
              },
            },
          },
        ],
      },
    })
    twin.assertClean()
  })

  test('connections are paged by cursor', async () => {
    for (const name of ['one', 'two', 'three']) pull.label(name, alice)
    const first = (await inPull('labels(first: 2) { nodes { name } pageInfo { hasNextPage endCursor } }')) as {
      labels: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    }
    expect(first.labels).toMatchObject({ nodes: [{ name: 'one' }, { name: 'two' }], pageInfo: { hasNextPage: true } })
    const rest = await inPull(
      `labels(first: 2, after: "${first.labels.pageInfo.endCursor}") { nodes { name } pageInfo { hasNextPage } }`,
    )
    expect(rest).toEqual({ labels: { nodes: [{ name: 'three' }], pageInfo: { hasNextPage: false } } })
    expect(await inPull('labels(last: 1) { nodes { name } }')).toEqual({ labels: { nodes: [{ name: 'three' }] } })
    twin.assertClean()
  })

  const pull1 = (selection: string): string =>
    `{ repository(owner: "acme", name: "payments") { pullRequest(number: 1) { ${selection} } } }`
  const refusals: readonly { what: string; text: string; error: object; recorded: boolean }[] = [
    {
      what: 'an unknown field',
      text: pull1('mood'),
      error: {
        message: "Field 'mood' doesn't exist on type 'PullRequest'",
        extensions: { code: 'undefinedField', typeName: 'PullRequest', fieldName: 'mood' },
      },
      recorded: true,
    },
    {
      what: 'a field the twin has not learned',
      text: pull1('viewerCanReact'),
      error: { message: 'The twin has no resolver for PullRequest.viewerCanReact. Add one in graphql/.' },
      recorded: true,
    },
    {
      what: 'a repository that is not there',
      text: '{ repository(owner: "acme", name: "nothing") { id } }',
      error: {
        type: 'NOT_FOUND',
        path: ['repository'],
        message: "Could not resolve to a Repository with the name 'acme/nothing'.",
      },
      recorded: false,
    },
    {
      what: 'a pull request that is not there',
      text: '{ repository(owner: "acme", name: "payments") { pullRequest(number: 9) { id } } }',
      error: { type: 'NOT_FOUND', path: ['repository', 'pullRequest'] },
      recorded: false,
    },
    {
      what: 'a list without bounds',
      text: pull1('labels { nodes { name } }'),
      error: { type: 'MISSING_PAGINATION_BOUNDARIES' },
      recorded: false,
    },
    {
      what: 'a page of 101',
      text: pull1('labels(first: 101) { nodes { name } }'),
      error: { type: 'EXCESSIVE_PAGINATION' },
      recorded: false,
    },
    {
      what: 'half a million nodes',
      text: pull1(
        'commits(first: 100) { nodes { commit { checkSuites(first: 100) { nodes { checkRuns(first: 100) { nodes { name } } } } } } }',
      ),
      error: { type: 'MAX_NODE_LIMIT_EXCEEDED' },
      recorded: true,
    },
  ]

  for (const { what, text, error, recorded } of refusals) {
    test(`${what} gives GitHub's error with status 200${recorded ? ', and is recorded' : ''}`, async () => {
      const { errors } = await query(text)
      expect(errors?.[0]).toMatchObject(error)
      expect(twin.violations.length > 0).toBe(recorded)
    })
  }

  test('a lacking permission is an error at its place', async () => {
    acme.installation?.grant({ metadata: 'read', pull_requests: 'read' })
    const { data, errors } = await query(
      pull1('title commits(last: 1) { nodes { commit { checkSuites(first: 1) { totalCount } } } }'),
    )
    expect(errors).toMatchObject([{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }])
    expect(data).toMatchObject({ repository: { pullRequest: { title: 'Work' } } })
    twin.assertClean()
  })

  test('two-factor of members shows only to who may administer', async () => {
    const text =
      '{ organization(login: "acme") { membersWithRole(first: 9) { edges { hasTwoFactorEnabled node { login } } } } }'
    const flags = async (): Promise<unknown> => {
      const { data } = await query(text)
      const { edges } = (
        data as {
          organization: { membersWithRole: { edges: { hasTwoFactorEnabled: unknown; node: { login: string } }[] } }
        }
      ).organization.membersWithRole
      return Object.fromEntries(edges.map(({ node, hasTwoFactorEnabled }) => [node.login, hasTwoFactorEnabled]))
    }
    expect(await flags()).toEqual({ 'acme-owner': true, alice: true, bob: false })
    acme.installation?.grant({ metadata: 'read', members: 'read' })
    expect(await flags()).toEqual({ 'acme-owner': null, alice: null, bob: null })
    twin.assertClean()
  })

  test('everything has a global id that leads back to it', async () => {
    const review = pull.review({ by: bob, state: 'approve' })
    const ids = [repository.nodeId, pull.nodeId, review.nodeId, alice.nodeId, acme.nodeId]
    const { data } = await query('query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids })
    const types = ['Repository', 'PullRequest', 'PullRequestReview', 'User', 'Organization']
    expect(data).toEqual({ nodes: ids.map((id, index) => ({ __typename: types[index], id })) })
    twin.assertClean()
  })

  test('a query tells its cost and spends it, and the log counts it by name', async () => {
    const { data } = await query(
      'query Cost { rateLimit { cost limit remaining } repository(owner: "acme", name: "payments") { id } }',
    )
    expect(data).toMatchObject({ rateLimit: { cost: 1, limit: 5000, remaining: 4999 } })
    expect(twin.requests.count({ graphql: 'Cost' })).toBe(1)
    expect(twin.requests.byEndpoint()).toMatchObject({ 'graphql Cost': 1 })
    expect((await ask('GET /rate_limit')).body).toMatchObject({
      resources: { graphql: { used: 1 }, core: { used: 0 } },
    })
  })
})
