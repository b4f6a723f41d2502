import { listed } from '#facts/wording.ts'
import type { Approval } from './approvals.ts'
import { type Ownership, ownsSome } from './code-owners.ts'
import { isAmong } from './people.ts'
import { isPermitted, namedIn, type NeededPermission, type Rule } from './rule.ts'
import type { Sight } from './sight.ts'
import { holdsForEvery, no, notAsked, notSeen, type Truth, yes } from './truth.ts'

/** An approval in the light of one rule. */
export interface Candidate {
  readonly approval: Approval
  readonly truth: Truth
  /** When it does not count for the rule: why, as a clause that completes "ben …". */
  readonly against: string
}

export interface Electing {
  readonly sight: Sight
  readonly ownership: Ownership
}

/** Whether an approval counts for a rule: its `from` says whose do. */
export function candidateFor(approval: Approval, rule: Rule, electing: Electing): Candidate {
  let against = ''
  const truth = holdsForEvery(demands, ({ isMet, clause }) => {
    const answer = isMet(approval, rule, electing)
    if (answer.is === 'no') against = clause(rule)
    return answer
  })
  return { approval, truth, against }
}

interface Demand {
  readonly isMet: (approval: Approval, rule: Rule, electing: Electing) => Truth
  /** Why one does not count for whom it is not met. */
  readonly clause: (rule: Rule) => string
}

const demands: readonly Demand[] = [
  { isMet: ({ truth }) => truth, clause: () => '' },
  {
    isMet: ({ account }, { from = {} }, { sight }) => {
      const named = namedIn(from)
      return named === null ? yes : isAmong(account, named, sight)
    },
    clause: ({ from = {} }) => notAmong(from.teams ?? [], from.users ?? []),
  },
  {
    isMet: ({ account }, { from = {} }, { ownership }) =>
      from['code-owners'] === true ? ownsSome(account, ownership) : yes,
    clause: () => 'owns none of the touched paths',
  },
  {
    isMet: ({ account }, { from = {} }, { sight }) => mayAsMuch(account, from.permission ?? 'write', sight),
    clause: ({ from = {} }) => `has less than ${from.permission ?? 'write'} permission`,
  },
]

function notAmong(teams: readonly string[], users: readonly (string | number)[]): string {
  const within = teams.length > 0 ? [`in ${listed(teams, 'or')}`] : []
  const named = users.length > 0 ? [`named by the rule`] : []
  return `is not ${listed([...within, ...named], 'or')}`
}

/** Every approval that comes this far is by somebody with write access. */
function mayAsMuch(account: Approval['account'], needed: NeededPermission, { permissionOf }: Sight): Truth {
  if (needed === 'write') return yes
  const { id, login } = account
  const held = permissionOf(id)
  if (held === null) {
    return notAsked(`the permission of ${login} has not been looked for`, { permissions: [{ id, login }] })
  }
  if (!held.known) return notSeen(`the permission of ${login}: ${held.why}`)
  return isPermitted(held.value, needed) ? yes : no
}
