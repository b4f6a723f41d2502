import type { ChangeFacts } from './change-facts.ts'
import { type Fact, known, unknown } from './fact.ts'
import type { Tracker } from './ticket.ts'

/**
 * What a control would have to see beyond what one look at a change brings: only what can still change its answer.
 *
 * Each is asked for again until it is in the facts, known or not.
 */
export interface Asked {
  /** `organization/slug`, in any case. */
  readonly teams?: readonly string[]
  /** Whose permission in the repository, with the login under which GitHub is asked. */
  readonly permissions?: readonly { readonly id: number; readonly login: string }[]
  /** At which commits. */
  readonly revisions?: readonly string[]
  readonly tickets?: readonly AskedTicket[]
  readonly wants?: readonly Wanted[]
}

export interface AskedTicket {
  readonly tracker: Tracker
  /** As the change names it: `BUG-453`, `sc-12`, `#7`. */
  readonly key: string
  /** Of an issue on GitHub: the name of its repository, in the same organization. Null: the change's own. */
  readonly repository: string | null
}

/** `previous-paths`: what renamed files were called before. `code-owners`: who owns the touched paths. */
export type Wanted = 'organization-members' | 'properties' | 'previous-paths' | 'code-owners'

/** Stands where something was not looked for, because no policy asked for it. */
export const notLookedFor: Fact<never> = unknown('was not looked for, because no policy in force asks for it')

/** What no control has asked for yet. */
export const nothingAsked: Pick<
  ChangeFacts,
  'teams' | 'permissions' | 'organizationMembers' | 'revisions' | 'properties' | 'codeOwners' | 'tickets'
> = {
  teams: known([]),
  permissions: known([]),
  organizationMembers: notLookedFor,
  revisions: known([]),
  properties: notLookedFor,
  codeOwners: notLookedFor,
  tickets: known([]),
}

/** Facts as an earlier release recorded them, with what is looked for since as not looked for. */
export const withWhatCameSince = (facts: ChangeFacts): ChangeFacts => ({
  ...nothingAsked,
  ...facts,
  commits: facts.commits.known
    ? known(facts.commits.value.map((commit) => ({ ...untoldOfCommits, ...commit })))
    : facts.commits,
})

const untoldOfCommits = { mentions: [], authoredAt: null }
