import { generateKeyPairSync } from 'node:crypto'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import type { BaseCommitNode, ChangeAnswer, HeadNode, PullRequestNode, TextFileNode } from '#github/change-answer.ts'
import { createGitHub, type GitHub, type GitHubOptions } from '#github/client.ts'
import { silentLogger } from './silent-logger.ts'

export const api = 'https://api.github.test'
export const appId = 4711
export const privateKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey

/** Each test has its own installation: tokens are kept per installation for the whole process. */
let lastInstallation = 1_000

export function sampleSubject(): ChangeSubject {
  lastInstallation += 1
  return {
    kind: 'change',
    installationId: lastInstallation,
    repositoryId: 10,
    owner: 'acme',
    repository: 'shop',
    number: 7,
  }
}

export const openGitHub = (options: Partial<GitHubOptions> = {}): GitHub =>
  createGitHub({
    appId,
    privateKey,
    baseUrl: api,
    userAgent: 'countersign',
    now: () => new Date(),
    logger: silentLogger,
    ...options,
  })

/** GitHub gives this token to whoever asks for the installation's. */
export function giveToken(installationId: number, token = 'ghs_0123456789abcdefghijklmnopqrstuvwxyz'): nock.Scope {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  return nock(api)
    .post(`/app/installations/${String(installationId)}/access_tokens`)
    .reply(201, { token, expires_at, permissions: { checks: 'write' }, repository_selection: 'all' })
}

export const headSha = 'c'.repeat(40)
const none = { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] }
const person = { __typename: 'User', login: 'ada', databaseId: 7 }

export const textFile = (text: string | null, more: object = {}): TextFileNode => ({
  object: { text, isTruncated: false, isBinary: false, ...more },
})

export const baseCommit = (files: Partial<BaseCommitNode>): BaseCommitNode => ({
  oid: 'b'.repeat(40),
  organizationPolicy: null,
  file: null,
  ownersInGithub: null,
  ownersInRoot: null,
  ownersInDocs: null,
  ...files,
})

/** A base branch without rules. */
export const sampleBase = (files: Partial<BaseCommitNode> = {}): NonNullable<PullRequestNode['baseRef']> => ({
  target: baseCommit(files),
  branchProtectionRule: null,
  rules: none,
})

/** A change of one commit, with nothing else. */
export function sampleAnswer(pull: Partial<PullRequestNode> = {}, head: Partial<HeadNode> = {}): ChangeAnswer {
  const ada = { name: 'Ada', email: 'ada@example.com', user: { databaseId: 7, login: 'ada' } }
  const commit = {
    oid: headSha,
    authoredDate: '2026-05-04T10:00:00+02:00',
    message: 'PAY-7',
    committedViaWeb: false,
    parents: { totalCount: 1, nodes: [{ oid: 'b'.repeat(40) }] },
    authors: { totalCount: 1, nodes: [ada] },
    committer: ada,
    signature: null,
  }
  const headNode: HeadNode = {
    oid: headSha,
    organizationPolicy: null,
    repositoryPolicy: null,
    statusCheckRollup: null,
    checkSuites: { nodes: [] },
    ...head,
  }
  const pullRequest: PullRequestNode = {
    number: 7,
    url: 'https://github.test/acme/shop/pull/7',
    title: 'Refunds',
    body: '',
    state: 'OPEN',
    isDraft: false,
    isCrossRepository: false,
    createdAt: '2026-01-10T00:00:00Z',
    mergedAt: null,
    baseRefName: 'main',
    headRefName: 'refunds',
    headRefOid: headSha,
    author: person,
    mergedBy: null,
    mergeCommit: null,
    labels: { nodes: [] },
    timelineItems: { nodes: [] },
    baseChanges: { nodes: [] },
    reviewsAndBases: { nodes: [] },
    baseRef: sampleBase(),
    commits: { ...none, totalCount: 1, nodes: [{ commit }] },
    reviews: none,
    files: none,
    head: { nodes: [{ commit: headNode }] },
    ...pull,
  }
  const repository = {
    databaseId: 10,
    name: 'shop',
    isPrivate: false,
    owner: { login: 'acme' },
    repositoryTopics: { nodes: [] },
    defaultBranchRef: {
      name: 'main',
      target: baseCommit({ oid: 'd'.repeat(40), file: textFile('of the default branch') }),
    },
    pullRequest,
  }
  return { repository, policyRepository: { name: '.github', owner: { login: 'acme' }, defaultBranchRef: null } }
}
