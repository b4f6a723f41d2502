import { z } from 'zod'

export const count = z.int().nonnegative()

export const time = z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC.' })

/** A change by which people find it. */
export const reference = { repository: z.string(), number: z.int().positive(), title: z.string(), url: z.string() }

export const because = z.array(z.string()).describe('Reasons, each a sentence.')
