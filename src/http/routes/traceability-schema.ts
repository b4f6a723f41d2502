import { z } from 'zod'
import { because, count, reference, time } from './summary-parts.ts'

const counts = {
  merged: count.describe('All of them: the sum of the seven counts that follow.'),
  verified: count.describe('The tracker showed the ticket, and it was as the policy asks.'),
  named: count.describe('The change carried a ticket key, and the policy asks for no more.'),
  provisional: count.describe('The tracker did not answer, and has not answered yet.'),
  missing: count.describe('Merged though no ticket was found to be as the policy asks.'),
  exempt: count.describe('Needed no ticket: by whom it was made, as the policy says. Part of no share.'),
  undetermined: count.describe('Could not be judged: part of no share.'),
  notJudged: count.describe(
    'The control ticket-link was off, or the change was recorded by a release that kept no trace: part of no share.',
  ),
  share: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('verified / (verified + named + provisional + missing); null when there is none of these.'),
}

const trace = z.enum(['verified', 'named', 'provisional', 'missing', 'exempt', 'undetermined', 'not-judged'])

const untracedChange = z.object({
  ...reference,
  mergedAt: time,
  trace: trace.describe('As the counts; not-judged: counted in notJudged.'),
  because,
})

export const traceabilitySchema = z
  .object({
    period: z.object({
      from: time.describe('Included. ISO 8601, UTC.'),
      to: time.describe('Not included any more. ISO 8601, UTC.'),
    }),
    ...counts,
    repositories: z
      .array(z.object({ repository: z.string(), ...counts }))
      .describe('The same for each repository in which a change was merged, by name.'),
    untraced: z
      .object({ total: count, changes: z.array(untracedChange).describe('At most 100, the latest first.') })
      .describe('The changes that are neither verified nor exempt, and why.'),
  })
  .describe(
    'How the changes that were merged in the period trace to tickets. The figures cover the pull requests that ' +
      'Countersign has recorded as merged. What was merged before it recorded its first, or pushed without a pull ' +
      'request, is in none of them, and for a period that reaches further back no gap shows.',
  )
