import { z } from 'zod'
import type { Account } from '#facts/change-facts.ts'
import type { ChangeSubject } from '#facts/subject.ts'

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

export const headPayload = z.object({
  repository: z.object({ id }),
  pull_request: z.object({ head: z.object({ sha }) }),
})

export const synchronizePayload = z.object({ repository: z.object({ id }), before: sha, after: sha })

export const senderPayload = z.object({ sender: account })

const checked = z.object({
  app: z.object({ id }),
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

export const buttonPayload = z.object({ requested_action: z.object({ identifier: z.string() }) })

/** A pull request as a check names it; one of another repository with the same head may be among them. */
export const namedPullRequest = z.object({
  number: id,
  base: z.object({ repo: z.object({ id }) }),
})

export const pushPayload = z.object({
  ref: z.string().startsWith('refs/heads/'),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  commits: z.array(z.unknown()).nullish(),
  repository: z.object({ id, name: z.string(), default_branch: z.string().nullish() }),
})

const paths = z.array(z.string())
export const pushedCommit = z
  .object({ added: paths, removed: paths, modified: paths })
  .transform(({ added, removed, modified }) => [...added, ...removed, ...modified])

export interface Home {
  readonly id: number
  readonly name: string
  readonly owner: { readonly login: string }
}

export function toSubject(installationId: number, home: Home, number: number): ChangeSubject {
  return {
    kind: 'change',
    installationId,
    repositoryId: home.id,
    owner: home.owner.login,
    repository: home.name,
    number,
  }
}

function toAccount({ id, login, type }: { id: number; login: string; type?: string | null | undefined }): Account {
  if (type === 'User') return { id, login, kind: 'user' }
  return { id, login, kind: type === 'Bot' ? 'bot' : 'other' }
}
