import { describe, expect, test } from '@jest/globals'
import type { ActorNode, CheckContextNode, CommitNode, SignatureNode } from '#github/change-nodes.ts'
import { toAccount, toCommitter, toSignature } from '#github/to-account.ts'
import { toCommits, toReview } from '#github/to-change-facts.ts'
import { toCheckResults, toPostedChecks } from '#github/to-checks.ts'

const signature = (name: string | null, email: string | null, user: SignatureNode['user'] = null): SignatureNode => ({
  name,
  email,
  user,
})
const ada = { databaseId: 7, login: 'ada' }
const linkedAda = { id: 7, login: 'ada', kind: 'user' }

describe('accounts', () => {
  test.each<[string, ActorNode | null, unknown]>([
    ['a person is a user', { __typename: 'User', login: 'ada', databaseId: 7 }, linkedAda],
    ['a deleted account is nobody', null, null],
    [
      'an app is a bot, by the name REST gives it',
      { __typename: 'Bot', login: 'dependabot', databaseId: 49 },
      { id: 49, login: 'dependabot[bot]', kind: 'bot' },
    ],
    [
      'a bot that has the suffix keeps it',
      { __typename: 'Bot', login: 'ci[bot]', databaseId: 5 },
      { id: 5, login: 'ci[bot]', kind: 'bot' },
    ],
    [
      'an imported account is of another kind',
      { __typename: 'Mannequin', login: 'old', databaseId: 3 },
      { id: 3, login: 'old', kind: 'other' },
    ],
    [
      'an organization is of another kind',
      { __typename: 'Organization', login: 'acme', databaseId: 9 },
      { id: 9, login: 'acme', kind: 'other' },
    ],
    [
      'an enterprise account is known by its user',
      { __typename: 'EnterpriseUserAccount', login: 'eva', user: { databaseId: 8 } },
      { id: 8, login: 'eva', kind: 'other' },
    ],
    ['an account without an id is nobody', { __typename: 'EnterpriseUserAccount', login: 'eva', user: null }, null],
  ])('%s', (_sentence, actor, account) => {
    expect(toAccount(actor)).toEqual(account)
  })
})

describe('names in commits', () => {
  const unlinked = (name: string) => ({ name, account: null })
  test.each<[string, SignatureNode, unknown]>([
    ['a linked e-mail is an account', signature('Ada', 'ada@example.com', ada), { name: 'Ada', account: linkedAda }],
    ['an unknown e-mail is nobody', signature('Eve', 'eve@example.com'), unlinked('Eve')],
    ['an account without an id is nobody', signature('Eve', null, { databaseId: null, login: 'eve' }), unlinked('Eve')],
    ['no name is said so', signature(null, null), unlinked('(no name)')],
    [
      'an app is known by the e-mail GitHub gave it',
      signature('dependabot[bot]', '49699333+dependabot[bot]@users.noreply.github.com'),
      { name: 'dependabot[bot]', account: { id: 49_699_333, login: 'dependabot[bot]', kind: 'bot' } },
    ],
    [
      "a person's private e-mail that GitHub does not link is nobody",
      signature('Ada', '7+ada@users.noreply.github.com'),
      unlinked('Ada'),
    ],
    [
      'an app-like e-mail elsewhere is nobody',
      signature('x', '7+x[bot]@users.noreply.github.com.evil.example/'),
      unlinked('x'),
    ],
  ])('%s', (_sentence, node, expected) => {
    expect(toSignature(node)).toEqual(expected)
    expect(JSON.stringify(toSignature(node))).not.toContain('@')
  })

  const webFlow = { databaseId: 19_864_447, login: 'web-flow' }
  const [byHand, inBrowser] = [false, true]
  test.each<[string, [SignatureNode | null, boolean], unknown]>([
    [
      "GitHub's own account makes nobody a contributor",
      [signature('GitHub', 'noreply@github.com', webFlow), byHand],
      null,
    ],
    ["GitHub's web editor makes nobody a contributor", [signature('GitHub', 'noreply@github.com'), inBrowser], null],
    [
      "an Enterprise Server's web editor makes nobody a contributor",
      [signature('GitHub Enterprise', 'noreply@git.example'), inBrowser],
      null,
    ],
    [
      "GitHub's name typed by hand is somebody unknown",
      [signature('GitHub', 'noreply@github.com'), byHand],
      unlinked('GitHub'),
    ],
    [
      'a person committing in the web editor is that person',
      [signature('Ada', 'ada@example.com', ada), inBrowser],
      { name: 'Ada', account: linkedAda },
    ],
    ['no committer at all is somebody unknown', [null, byHand], unlinked('(no name)')],
  ])('%s', (_sentence, [node, viaWeb], committer) => {
    expect(toCommitter(node, viaWeb)).toEqual(committer)
  })
})

describe('commits', () => {
  type Authors = CommitNode['commit']['authors']['nodes']
  const linked = signature('Ada', 'ada@example.com', ada)
  const commit = (message: string, authors: number, nodes: Authors = [linked]): CommitNode => ({
    commit: {
      oid: 'a'.repeat(40),
      message,
      committedViaWeb: false,
      authors: { totalCount: authors, nodes },
      committer: signature('Ada', 'ada@example.com', ada),
    },
  })

  test('the headline is the whole first line, however long', () => {
    const long = `${'word '.repeat(30)}PAY-7`
    expect(toCommits([commit(`${long}\r\n\nBody`, 1)])).toMatchObject({ known: true, value: [{ headline: long }] })
  })

  test('a commit with more authors than are read is unknown, and the reason names it', () => {
    expect(toCommits([commit('x', 1), commit('y', 21)])).toEqual({
      known: false,
      why: 'the commit aaaaaaa has 21 authors, more than the 20 that are read: split it',
    })
  })

  test.each<[string, number, Authors]>([
    ['an author is null', 2, [linked, null]],
    ['fewer authors are shown than counted', 2, [linked]],
    ['the authors are null', 1, null],
    ['a commit has no author at all', 0, []],
  ])('are unknown when %s: nobody may pass for no contributor', (_sentence, count, authors) => {
    expect(toCommits([commit('x', 1), commit('y', count, authors)])).toEqual({
      known: false,
      why: 'GitHub left out part of its answer: it did not show all authors of the commit aaaaaaa',
    })
  })
})

test('a review of a deleted account on a commit GitHub has forgotten', () => {
  const node = {
    fullDatabaseId: '2503463542',
    state: 'APPROVED',
    submittedAt: null,
    authorCanPushToRepository: false,
    author: null,
    commit: null,
  } as const
  const review = {
    id: 2_503_463_542,
    author: null,
    state: 'approved',
    commitSha: null,
    submittedAt: null,
    authorCanWrite: false,
  }
  expect(toReview(node)).toEqual(review)
})

describe('checks of others', () => {
  const ownApp = 1
  type App = { databaseId: number; slug: string } | null
  const ci: App = { databaseId: 15, slug: 'ci' }
  const run = (name: string, conclusion: string | null, { id = 1, app = ci }: { id?: number; app?: App } = {}) => {
    const checkStatus = conclusion === null ? 'IN_PROGRESS' : 'COMPLETED'
    const node: CheckContextNode = {
      __typename: 'CheckRun',
      databaseId: id,
      name,
      checkStatus,
      checkConclusion: conclusion,
      checkSuite: { app },
    }
    return node
  }
  const status = (context: string, state: string, createdAt = '2026-01-01T00:00:00Z'): CheckContextNode => ({
    __typename: 'StatusContext',
    context,
    state,
    createdAt,
    creator: { __typename: 'User', login: 'ada', databaseId: 7 },
  })

  test.each([
    ['SUCCESS', 'success'],
    ['FAILURE', 'failure'],
    ['TIMED_OUT', 'failure'],
    ['STARTUP_FAILURE', 'failure'],
    ['NEUTRAL', 'other'],
    ['SKIPPED', 'other'],
    ['CANCELLED', 'other'],
    ['STALE', 'other'],
    ['ACTION_REQUIRED', 'other'],
    ['SOMETHING_NEW', 'other'],
    [null, 'pending'],
  ])('a check run concluded %p is %s', (conclusion, outcome) => {
    expect(toCheckResults([run('build', conclusion)], ownApp)).toEqual([{ name: 'build', source: 'ci', outcome }])
  })

  test.each([
    ['SUCCESS', 'success'],
    ['FAILURE', 'failure'],
    ['ERROR', 'failure'],
    ['PENDING', 'pending'],
    ['EXPECTED', 'pending'],
  ])('a status %s is %s', (state, outcome) => {
    expect(toCheckResults([status('lint', state)], ownApp)).toEqual([{ name: 'lint', source: 'ada', outcome }])
  })

  test('the latest of a name and source counts, in whatever order they come', () => {
    const contexts = [
      run('build', 'FAILURE', { id: 9 }),
      run('build', 'SUCCESS', { id: 8 }),
      status('build', 'SUCCESS', '2026-01-02T00:00:00Z'),
      status('build', 'ERROR'),
    ]
    expect(toCheckResults(contexts, ownApp)).toEqual([
      { name: 'build', source: 'ci', outcome: 'failure' },
      { name: 'build', source: 'ada', outcome: 'success' },
    ])
  })

  test("our own are left out, a deleted app's are not", () => {
    const contexts = [
      run('countersign', 'SUCCESS', { app: { databaseId: ownApp, slug: 'countersign' } }),
      run('old', 'SUCCESS', { app: null }),
    ]
    expect(toCheckResults(contexts, ownApp)).toEqual([{ name: 'old', source: 'ghost', outcome: 'success' }])
  })
})

describe('our own checks', () => {
  const node = {
    databaseId: 5,
    name: 'countersign',
    status: 'COMPLETED',
    conclusion: 'SUCCESS',
    externalId: 'a'.repeat(64),
    startedAt: null,
  }

  test('come newest first', () => {
    expect(toPostedChecks([node, { ...node, databaseId: 6 }], 'sha').map(({ runId }) => runId)).toEqual([6, 5])
  })

  test.each([
    ['COMPLETED', 'completed'],
    ['IN_PROGRESS', 'in_progress'],
    ['QUEUED', 'queued'],
    ['WAITING', 'queued'],
  ])('%s is %s', (status, expected) => {
    expect(toPostedChecks([{ ...node, status }], 'sha')).toMatchObject([{ status: expected, conclusion: 'success' }])
  })

  test.each([null, '', 'build 7', 'A'.repeat(64)])(
    'an external id that is no digest of ours (%p) is none',
    (externalId) => {
      expect(toPostedChecks([{ ...node, externalId }], 'sha')).toMatchObject([{ digest: null }])
    },
  )
})
