import { z } from 'zod'
import type { Account } from '#facts/change-facts.ts'
import type { AskedCommand } from '#engine/assessment.ts'
import type { ChangeSubject, MergeGroupSubject } from '#facts/subject.ts'

/**
 * The parts of GitHub's payloads that we read, each on its own: a payload that lacks one still tells the others.
 *
 * Numbers must be safe integers, so that an id beyond 2^53 is never taken for another.
 */
export function read<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> | null {
  return schema.safeParse(payload).data ?? null
}

const id = z.int().positive()
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)

const repository = z.object({ id, name: z.string(), owner: z.object({ login: z.string() }) })

const account = z.object({ id, login: z.string(), type: z.string().nullish() }).transform(toAccount)

export const repositoryPayload = z.object({ repository: z.object({ id }) })

export const installedPayload = z.object({ installation: z.object({ id }) })

export const installationPayload = z.object({
  installation: z.object({
    id,
    suspended_at: z.string().nullish(),
    account: z.union([
      z.object({ login: z.string() }).transform(({ login }) => login),
      z.object({ slug: z.string() }).transform(({ slug }) => slug),
    ]),
  }),
})

export const changePayload = z
  .object({ installation: z.object({ id }), repository, pull_request: z.object({ number: id }) })
  .transform(({ installation, repository: home, pull_request: { number } }) => toSubject(installation.id, home, number))

export const headPayload = z.object({ pull_request: z.object({ head: z.object({ sha }) }) })

export const synchronizePayload = z.object({ before: sha, after: sha })

export const senderPayload = z.object({ sender: account })

const checked = z.object({
  app: z.object({ id }).nullish(),
  head_sha: sha,
  pull_requests: z.array(z.unknown()).nullish(),
})

const checkHome = { installation: z.object({ id }), repository }

export const checkRunPayload = z
  .object({ ...checkHome, check_run: checked })
  .transform(({ check_run: check, ...home }) => ({ ...home, check }))

export const checkSuitePayload = z
  .object({ ...checkHome, check_suite: checked })
  .transform(({ check_suite: check, ...home }) => ({ ...home, check }))

export const statusPayload = z.object({ repository: z.object({ id }), sha })

export const buttonPayload = z.object({ requested_action: z.object({ identifier: z.string() }) })

/** A pull request as a check names it; one of another repository with the same head may be among them. */
export const namedPullRequest = z.object({
  number: id,
  base: z.object({ repo: z.object({ id }) }),
})

const ref = z
  .string()
  .startsWith('refs/heads/')
  .transform((name) => name.slice('refs/heads/'.length))

export const pushPayload = z.object({
  ref,
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  commits: z.array(z.unknown()).nullish(),
  repository: z.object({ id, name: z.string(), default_branch: z.string().nullish() }),
})

const paths = z.array(z.string())
export const pushedCommit = z
  .object({ added: paths, removed: paths, modified: paths })
  .transform(({ added, removed, modified }) => [...added, ...removed, ...modified])

export const mergeGroupPayload = z
  .object({
    ...checkHome,
    merge_group: z.object({ head_sha: sha, base_sha: sha, head_ref: ref, base_ref: ref }),
  })
  .transform(({ installation, repository: home, merge_group: group }): MergeGroupSubject => ({
    kind: 'merge-group',
    installationId: installation.id,
    ...placeOf(home),
    headSha: group.head_sha,
    baseSha: group.base_sha,
    headBranch: group.head_ref,
    baseBranch: group.base_ref,
  }))

/** The last pull request of a group, by the name that the queue gives its branch. */
export const queuedNumber = z
  .string()
  .transform((branch) => Number(/\/pr-(\d+)-[0-9a-f]+$/.exec(branch)?.[1]))
  .pipe(id)

/** A comment on a pull request, written by a person: no app or bot asks us for anything. */
export const commentPayload = z
  .object({
    installation: z.object({ id }),
    repository,
    issue: z.object({ number: id, pull_request: z.object({}) }),
    comment: z.object({ id, body: z.string(), created_at: z.iso.datetime({ offset: true }) }),
    sender: z.object({ login: z.string(), type: z.literal('User') }),
  })
  .transform(({ installation, repository: home, issue, comment, sender }) => ({
    subject: toSubject(installation.id, home, issue.number),
    body: comment.body,
    asked: { commentId: comment.id, by: sender.login, at: comment.created_at } satisfies Partial<AskedCommand>,
  }))

/** As GitHub takes them: nothing else becomes part of a ticket's key. */
const nameOnGitHub = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/)

const issue = z.object({ number: id })
const issueHome = z.object({ name: nameOnGitHub, owner: z.object({ login: nameOnGitHub }) })

/** Of an issue. GitHub sends some such events of pull requests too, which are no tickets. */
export const issuePayload = z
  .object({ repository: issueHome, issue: issue.extend({ pull_request: z.null().optional() }) })
  .transform(({ repository: home, issue: { number } }) => toIssueKey(home, number))

/** Where an issue was moved to. */
export const issueMovedToPayload = z
  .object({ changes: z.object({ new_issue: issue, new_repository: issueHome }) })
  .transform(({ changes }) => toIssueKey(changes.new_repository, changes.new_issue.number))

/** Where an issue was moved here from. */
export const issueMovedFromPayload = z
  .object({ changes: z.object({ old_issue: issue, old_repository: issueHome }) })
  .transform(({ changes }) => toIssueKey(changes.old_repository, changes.old_issue.number))

export const repositoryEditPayload = z.object({
  changes: z.object({ topics: z.unknown().optional(), default_branch: z.unknown().optional() }),
  repository: z.object({ name: z.string() }),
})

interface Home {
  readonly id: number
  readonly name: string
  readonly owner: { readonly login: string }
}

export const toSubject = (installationId: number, home: Home, number: number): ChangeSubject => ({
  kind: 'change',
  installationId,
  ...placeOf(home),
  number,
})

const placeOf = ({ id: repositoryId, name, owner }: Home) => ({ repositoryId, owner: owner.login, repository: name })

const toIssueKey = ({ name, owner }: Omit<Home, 'id'>, number: number): string =>
  `${owner.login}/${name}#${String(number)}`.toLowerCase()

function toAccount({ id, login, type }: { id: number; login: string; type?: string | null | undefined }): Account {
  if (type === 'User') return { id, login, kind: 'user' }
  return { id, login, kind: type === 'Bot' ? 'bot' : 'other' }
}
