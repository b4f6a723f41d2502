import { type Account, webFlow } from './account.ts'
import type { World } from './world.ts'

/** Why GitHub shows a signed commit as verified or not, in the words of the REST API. */
export type SignatureState =
  'valid' | 'invalid' | 'unknown_key' | 'unverified_email' | 'bad_email' | 'no_user' | 'expired_key' | 'not_signing_key'

/** A commit's signature and what GitHub found when it checked it. */
export interface CommitSignature {
  readonly state: SignatureState
  /** Whose key it is; null for a key nobody registered, and for GitHub's own. */
  readonly signer: Account | null
  /** Made with the key that GitHub signs with what its own buttons and editor commit. */
  readonly byGithub: boolean
  readonly email: string
  /** When GitHub verified it; null when it did not. */
  readonly verifiedAt: string | null
}

/** How a commit is signed: by GitHub itself, by its committer with this outcome, or not at all. */
export type Signing = 'github' | SignatureState | 'none'

/** The signature on a commit of this committer. What names GitHub as committer is signed by GitHub, unless told otherwise. */
export function signatureOn(
  committer: { readonly email: string; readonly date: string },
  world: World,
  signing?: Signing,
): CommitSignature | null {
  const { email, date } = committer
  const how = signing ?? (email === webFlow.email ? 'github' : 'none')
  if (how === 'none') return null
  if (how === 'github') {
    return { state: 'valid', signer: null, byGithub: true, email: webFlow.email, verifiedAt: date }
  }
  const signer = how === 'no_user' || how === 'unknown_key' ? null : (world.accountOf({ email }) ?? null)
  return { state: how, signer, byGithub: false, email, verifiedAt: how === 'valid' ? date : null }
}
