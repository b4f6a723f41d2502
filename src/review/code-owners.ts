import type { Account, OwnedPaths } from '#facts/change-facts.ts'
import { isSameName } from '#facts/same-name.ts'
import { isMember } from './people.ts'
import type { Sight } from './sight.ts'
import { unlessRenamed } from './touched-paths.ts'
import { hiddenBy, holdsForSome, no, notSeen, type Truth, yes } from './truth.ts'

/** Who owns the touched paths, by CODEOWNERS of the base branch. */
export interface Ownership {
  /** The file; null when the base branch has none. */
  readonly file: string | null
  readonly groups: readonly OwnedPaths[]
  /** Whether these groups are all there are. Never no. */
  readonly isWhole: Truth
  readonly owns: (account: Account, group: OwnedPaths) => Truth
}

export function ownershipOf(sight: Sight): Ownership {
  const { codeOwners, files } = sight
  const owns = rememberingOwners((account, owner) => isOwner(account, owner, sight))
  if (!codeOwners.known) {
    const ask = { wants: ['code-owners' as const] }
    const isWhole = hiddenBy(codeOwners.why, { what: 'who owns the touched paths', ask })
    return { file: null, groups: [], isWhole, owns }
  }
  const { file, owned } = codeOwners.value
  const isWhole = file !== null && files.known ? unlessRenamed(files.value, yes) : yes
  return { file: file?.path ?? null, groups: owned, isWhole, owns }
}

/** Whether somebody owns any of the touched paths; anybody does as far as there are no owners to ask. */
export function ownsSome(account: Account, { groups, isWhole, owns }: Ownership): Truth {
  if (isWhole.is === 'yes' && groups.length === 0) return yes
  const some = holdsForSome(groups, (group) => owns(account, group))
  return some.is === 'no' && isWhole.is === 'unseen' ? isWhole : some
}

/** As CODEOWNERS writes one: `@login`, `@organization/team` or an e-mail address. */
function isOwner(account: Account, written: string, sight: Sight): Truth {
  if (written.startsWith('@')) {
    const name = written.slice(1)
    if (name.includes('/')) return isMember(account, name, sight)
    return isSameName(name, account.login) ? yes : no
  }
  const id = /^(\d{1,15})\+[^@]+@users\.noreply\.[\w.-]+$/.exec(written)?.[1]
  if (id !== undefined) return Number(id) === account.id ? yes : no
  return notSeen(`CODEOWNERS names ${written}, and GitHub does not tell whose address that is: write @login there`)
}

type IsOwner = (account: Account, owner: string) => Truth

/** Files of hundreds of lines name the same few teams again and again. */
function rememberingOwners(judge: IsOwner): Ownership['owns'] {
  const byAccount = new Map<number, { readonly owners: Map<string, Truth>; readonly groups: Map<OwnedPaths, Truth> }>()
  return (account, group) => {
    const known = byAccount.get(account.id) ?? {
      owners: new Map<string, Truth>(),
      groups: new Map<OwnedPaths, Truth>(),
    }
    byAccount.set(account.id, known)
    const found =
      known.groups.get(group) ??
      holdsForSome(group.owners, (owner) => {
        const truth = known.owners.get(owner) ?? judge(account, owner)
        known.owners.set(owner, truth)
        return truth
      })
    known.groups.set(group, found)
    return found
  }
}
