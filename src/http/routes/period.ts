import { z } from 'zod'
import type { Period } from '#operations/summarize-traceability.ts'

const form = 'write two days, both included, as in 2026-07-01..2026-09-30'
const longestYears = 3

/**
 * A period as people write it, `2026-07-01..2026-09-30`: whole days in UTC, both included, at most three years.
 *
 * It becomes two instants, the first included and the second not, so that no part of the last day is left out.
 */
export const periodSchema = z
  .string(form)
  .regex(/^2\d{3}-\d{2}-\d{2}\.\.2\d{3}-\d{2}-\d{2}$/, form)
  .transform((text, context): Period => {
    const [first = '', last = ''] = text.split('..')
    const fault = faultOf(first, last)
    if (fault === null) return { from: startOf(first).toISOString(), to: dayAfter(last).toISOString() }
    context.addIssue({ code: 'custom', message: fault })
    return z.NEVER
  })
  .describe(
    'Which merged changes the traceability figures are about: two days in UTC, both included, as in ' +
      '`2026-07-01..2026-09-30`; at most 3 years. Left out: the last 90 days, up to now.',
  )

function faultOf(first: string, last: string): string | null {
  const missing = [first, last].find((day) => !isDay(day))
  if (missing !== undefined) return `there is no day ${missing}: ${form}`
  if (first > last) return `it ends before it begins: ${form}`
  const longest = startOf(first)
  longest.setUTCFullYear(longest.getUTCFullYear() + longestYears)
  return dayAfter(last) > longest
    ? `it is longer than ${String(longestYears)} years: ask for a shorter one, as in 2026-07-01..2026-09-30`
    : null
}

const startOf = (day: string): Date => new Date(`${day}T00:00:00.000Z`)

function dayAfter(day: string): Date {
  const next = startOf(day)
  next.setUTCDate(next.getUTCDate() + 1)
  return next
}

/** Not 2026-02-30, which a date of its own accord makes March of, and not 2026-13-01. */
const isDay = (day: string): boolean =>
  !Number.isNaN(startOf(day).getTime()) && startOf(day).toISOString().startsWith(day)
