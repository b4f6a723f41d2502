import { attributedCommits } from './change/attributed-commits.ts'
import { changeTested } from './change/change-tested.ts'
import { documentedChange } from './change/documented-change.ts'
import { independentReview } from './change/independent-review.ts'
import { signedCommits } from './change/signed-commits.ts'
import { ticketLink } from './change/ticket-link.ts'
import { validPolicy } from './change/valid-policy.ts'
import type { Control } from './control.ts'

/** Every control we ship, in alphabetical order of id. A line here is what registers a control. */
export const catalogue: readonly Control[] = [
  attributedCommits,
  changeTested,
  documentedChange,
  independentReview,
  signedCommits,
  ticketLink,
  validPolicy,
]
