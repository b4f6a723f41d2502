/** Someone or something with a login: a person, an app's bot, or an organization. */
export interface Account {
  readonly id: number
  readonly nodeId: string
  login: string
  readonly type: 'User' | 'Bot' | 'Organization'
  name: string | null
  /** The verified address. The noreply address of the account resolves to it as well. */
  readonly email: string
  twoFactor: boolean
  /** A deleted account is nobody in GraphQL and `ghost` or null in REST. */
  deleted: boolean
  readonly createdAt: Date
}

/** An app as GitHub shows it: the one under test, or another that reports checks. */
export interface AppIdentity {
  readonly id: number
  readonly nodeId: string
  readonly slug: string
  readonly name: string
  readonly clientId: string
  readonly owner: Account
  readonly bot: Account
  permissions: Readonly<Record<string, string>>
  events: readonly string[]
  readonly createdAt: Date
}

/** The address GitHub gives to everyone who keeps theirs private. */
export const noreplyEmail = (account: Account): string => `${account.id}+${account.login}@users.noreply.github.com`

/** A name and address in a commit. An address that belongs to no account stays unattributed. */
export interface Authorship {
  readonly name: string
  readonly email: string
}

/** An account signs commits with its noreply address; anything else signs as it says. */
export const authorshipOf = (who: Account | Authorship): Authorship =>
  'login' in who ? { name: who.name ?? who.login, email: noreplyEmail(who) } : who

/** The account behind commits that GitHub itself makes: merge button, web editor. */
export const webFlow: Authorship = { name: 'GitHub', email: 'noreply@github.com' }
