import type { Account, Change, Commit, Review, Signature } from '#facts/change-facts.ts'

export const ana: Account = { id: 1, login: 'ana', kind: 'user' }
export const ben: Account = { id: 2, login: 'ben', kind: 'user' }
export const cleo: Account = { id: 3, login: 'cleo', kind: 'user' }
export const dependabot: Account = { id: 49699333, login: 'dependabot[bot]', kind: 'bot' }

export const oldSha = 'abc1234'.padEnd(40, '0')
export const headSha = 'def5678'.padEnd(40, '0')

/** An open change by ana that nobody has looked at yet. */
export const change: Change = {
  number: 12,
  url: 'https://github.com/acme/shop/pull/12',
  title: 'Fix the dropdown',
  body: '',
  state: 'open',
  draft: false,
  author: ana,
  baseBranch: 'main',
  headBranch: 'BUG-453-fix-broken-dropdown',
  headSha,
  crossRepository: false,
  labels: [],
  openedAt: '2026-05-04T09:00:00Z',
  merge: null,
}

export const signed = (account: Account): Signature => ({ name: account.login, account })

export const commitBy = (...authors: readonly Account[]): Commit => ({
  sha: headSha,
  headline: 'Fix the dropdown',
  authors: authors.map((account) => signed(account)),
  committer: null,
})

/** An approval of the head by somebody who may write. */
export const approvalBy = (author: Account | null, more: Partial<Review> = {}): Review => ({
  id: 100 + (author?.id ?? 0),
  author,
  state: 'approved',
  commitSha: headSha,
  submittedAt: '2026-05-04T10:00:00Z',
  authorCanWrite: true,
  ...more,
})
