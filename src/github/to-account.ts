import type { Account, Signature } from '#facts/change-facts.ts'
import type { ActorNode, SignatureNode } from './change-nodes.ts'

/** The account GitHub itself commits with: merge button, web editor, "Update branch". */
const webFlowId = 19_864_447

/** What stands in a commit without a name. */
const nameless = '(no name)'

const kinds: Readonly<Record<string, Account['kind']>> = { User: 'user', Bot: 'bot' }

/** Null for an account that has been deleted since: GitHub shows nobody then. */
export function toAccount(actor: ActorNode | null): Account | null {
  const id = actor?.databaseId ?? actor?.user?.databaseId
  if (actor === null || id === null || id === undefined) return null
  const kind = kinds[actor.__typename] ?? 'other'
  return { id, login: kind === 'bot' ? botLogin(actor.login) : actor.login, kind }
}

/**
 * Whose name stands in a commit. `account` is null when GitHub links its e-mail to nobody.
 *
 * GitHub links no commit to an app, so an app is known by the e-mail that GitHub gave it. Anybody can type that one too:
 * a commit "by an app" says who is claimed to have written it, and who pushed says the rest. Of a person's private e-mail
 * we believe GitHub's link alone. E-mails go no further than here.
 */
export function toSignature({ name, email, user }: SignatureNode): Signature {
  return { name: name ?? nameless, account: linkedAccount(user) ?? appAccount(email ?? '') }
}

/** Null when GitHub itself committed: that makes nobody a contributor. */
export function toCommitter(committer: SignatureNode | null, committedViaWeb: boolean): Signature | null {
  // Without a committer nobody can be ruled out, so nobody is.
  if (committer === null) return { name: nameless, account: null }
  if (committer.user?.databaseId === webFlowId) return null
  const isGitHub =
    /^GitHub(?: Enterprise)?$/.test(committer.name ?? '') && (committer.email ?? '').startsWith('noreply@')
  return committedViaWeb && isGitHub ? null : toSignature(committer)
}

function linkedAccount(user: SignatureNode['user']): Account | null {
  if (user?.databaseId === null || user?.databaseId === undefined) return null
  return { id: user.databaseId, login: user.login, kind: 'user' }
}

function appAccount(email: string): Account | null {
  const [, id, login] = /^(\d{1,15})\+([\w.-]+\[bot\])@users\.noreply\.[\w.-]+$/.exec(email) ?? []
  return id === undefined || login === undefined ? null : { id: Number(id), login, kind: 'bot' }
}

/** REST and webhooks write `dependabot[bot]` where GraphQL writes `dependabot`. */
const botLogin = (login: string): string => (login.endsWith('[bot]') ? login : `${login}[bot]`)
