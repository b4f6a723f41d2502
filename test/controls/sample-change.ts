import type { Account, Change, ChangeFacts, CheckResult, Commit, Review, Signature } from '#facts/change-facts.ts'
import { nothingAsked } from '#facts/asked.ts'
import { known } from '#facts/fact.ts'
import type { Push } from '#facts/pushes.ts'

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
  baseSha: 'ba5e000'.padEnd(40, '0'),
  crossRepository: false,
  labels: [],
  openedAt: '2026-05-04T09:00:00Z',
  merge: null,
}

export const signed = (account: Account): Signature => ({ name: account.login, account })

export const commitBy = (...authors: readonly Account[]): Commit => ({
  sha: headSha,
  parents: ['ba5e000'.padEnd(40, '0')],
  headline: 'Fix the dropdown',
  mentions: [],
  authoredAt: '2026-05-04T08:00:00.000Z',
  authors: authors.map((account) => signed(account)),
  committer: null,
  verification: { verified: true, reason: 'valid' },
})

/** An approval of the head by somebody who may write. */
export const approvalBy = (author: Account | null, more: Partial<Review> = {}): Review => ({
  id: 100 + (author?.id ?? 0),
  author,
  state: 'approved',
  commitSha: headSha,
  submittedAt: '2026-05-04T10:00:00Z',
  authorCanWrite: true,
  forBase: 'current',
  ...more,
})

/** Everything about ana's change that one look brings, and nothing that no policy asked for. */
export const wholeFacts: ChangeFacts = {
  change: known(change),
  commits: known([commitBy(ana)]),
  reviews: known([]),
  pushes: known([]),
  files: known([]),
  checks: known([]),
  requiredChecks: known([]),
  labelings: known([]),
  policyEdits: known([]),
  ...nothingAsked,
}

/** A check run of some app that no workflow ran. */
export const checkResult = (more: Partial<CheckResult> = {}): CheckResult => ({
  name: 'ci',
  kind: 'check-run',
  source: 'ci-app',
  appId: 77,
  outcome: 'success',
  workflow: known(null),
  ...more,
})

/** A job of GitHub Actions that passed, of a workflow in the repository of the change. */
export const ci: CheckResult = checkResult({
  source: 'github-actions',
  appId: 15368,
  workflow: known({ path: '.github/workflows/ci.yml', repository: 'acme/shop', event: 'pull_request' }),
})

/** A push of the head by each. */
export const pushesBy = (...accounts: readonly Account[]): readonly Push[] =>
  accounts.map((by) => ({ before: oldSha, after: headSha, by }))
