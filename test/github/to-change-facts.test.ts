import { describe, expect, test } from '@jest/globals'
import type { ActorNode, CommitNode, FileNode, SignatureNode } from '#github/change-nodes.ts'
import { toAccount, toCommitter, toSignature } from '#github/to-account.ts'
import { toChangedFile, toCommits } from '#github/to-change-facts.ts'

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
      authoredDate: '2026-05-04T10:00:00+02:00',
      committedViaWeb: false,
      parents: { totalCount: 0, nodes: [] },
      authors: { totalCount: authors, nodes },
      committer: signature('Ada', 'ada@example.com', ada),
      signature: null,
    },
  })

  test('the headline is the whole first line, however long', () => {
    const long = `${'word '.repeat(30)}PAY-7`
    expect(toCommits([commit(`${long}\r\n\nBody`, 1)])).toMatchObject({ known: true, value: [{ headline: long }] })
  })

  test('what the rest of the message mentions is kept, each once, the first line left out', () => {
    const message = 'PAY-7 #1\n\nCloses #2, PAY-8 and #2.\nUTF-8'
    expect(toCommits([commit(message, 1)])).toMatchObject({ value: [{ mentions: ['#2', 'PAY-8', 'UTF-8'] }] })
  })

  test.each([
    [50, 50],
    [51, null],
    [9000, null],
  ])('of %d different mentions %j are kept: never a part of them', (count, kept) => {
    const message = `Bump\n\n${Array.from({ length: count }, (_, index) => `#${String(index + 1)} #1`).join(' ')}`
    const commits = toCommits(Array.from({ length: 250 }, () => commit(message, 1)))
    for (const { mentions } of commits.known ? commits.value : []) expect(mentions?.length ?? null).toBe(kept)
    expect(commits.known && commits.value.length).toBe(250)
    expect(JSON.stringify(commits).length).toBeLessThan(250 * 1000)
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

describe('parents and signatures of commits', () => {
  const one: CommitNode['commit'] = {
    oid: 'a'.repeat(40),
    message: 'x',
    authoredDate: '2026-05-04T10:00:00+02:00',
    committedViaWeb: false,
    parents: { totalCount: 0, nodes: [] },
    authors: { totalCount: 1, nodes: [signature('Ada', 'ada@example.com', ada)] },
    committer: null,
    signature: null,
  }
  const of = (more: Partial<CommitNode['commit']>) => toCommits([{ commit: { ...one, ...more } }])
  const [left, right] = [{ oid: '1'.repeat(40) }, { oid: '2'.repeat(40) }]

  test('the parents of a merge keep their order', () => {
    const parents = { totalCount: 2, nodes: [right, left] }
    expect(of({ parents })).toMatchObject({ value: [{ parents: [right.oid, left.oid] }] })
  })

  test.each([
    [
      'has more than are read',
      { totalCount: 11, nodes: [] },
      'the commit aaaaaaa has 11 parents, more than the 10 that are read: split it',
    ],
    [
      'is shown without one of them',
      { totalCount: 2, nodes: [left, null] },
      'GitHub left out part of its answer: it did not show all parents of the commit aaaaaaa',
    ],
  ])('a commit that %s makes the commits unknown', (_sentence, parents, why) => {
    expect(of({ parents })).toEqual({ known: false, why })
  })

  test.each([
    ['that is not signed', null, { verified: false, reason: 'unsigned' }],
    ['with a valid signature', { isValid: true, state: 'VALID' }, { verified: true, reason: 'valid' }],
    ['with an unknown key', { isValid: false, state: 'UNKNOWN_KEY' }, { verified: false, reason: 'unknown-key' }],
  ])('a commit %s says so', (_sentence, signed, verification) => {
    expect(of({ signature: signed })).toMatchObject({ value: [{ verification }] })
  })
})

test.each<[FileNode['changeType'], string]>([
  ['ADDED', 'added'],
  ['CHANGED', 'changed'],
  ['COPIED', 'copied'],
  ['DELETED', 'removed'],
  ['MODIFIED', 'modified'],
  ['RENAMED', 'renamed'],
])('a file %s is %s, and was called nothing else as far as one look tells', (changeType, status) => {
  expect(toChangedFile({ path: 'a', changeType, additions: 1, deletions: 2 })).toEqual({
    path: 'a',
    status,
    previousPath: null,
    additions: 1,
    deletions: 2,
  })
})
