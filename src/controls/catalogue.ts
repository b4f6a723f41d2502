import { independentReview } from './change/independent-review.ts'
import { ticketLink } from './change/ticket-link.ts'
import { validPolicy } from './change/valid-policy.ts'
import type { Control } from './control.ts'

/** Every control we ship, in alphabetical order of id. A line here is what registers a control. */
export const catalogue: readonly Control[] = [independentReview, ticketLink, validPolicy]
