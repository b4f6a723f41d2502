import { z } from 'zod'

/** One part that is missing or not as expected leaves the others readable. */
export const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

/** What was done to a ticket, as one short word; `change` stands for anything else. */
export const verb = z
  .string()
  .regex(/^[a-z]{1,20}$/)
  .catch('change')
