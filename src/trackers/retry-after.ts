/** An hour: who asks for more is asked again all the same. */
const longestMs = 3_600_000

/** How long an answer asks to be left alone, by `Retry-After` in seconds or as a date; null when it does not say. */
export function retryAfterMsOf(headers: Headers): number | null {
  const value = headers.get('retry-after')?.trim() ?? ''
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1_000 : untilDate(value, headers)
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), longestMs)
}

/** Compared with the answer's own date where it has one, so that a wrong clock here does no harm. */
function untilDate(value: string, headers: Headers): number {
  const answeredAt = Date.parse(headers.get('date') ?? '')
  return Date.parse(value) - (Number.isNaN(answeredAt) ? Date.now() : answeredAt)
}
