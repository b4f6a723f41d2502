import { z } from 'zod'
import { TrackerUnavailable } from './tracker.ts'

/** A tracker's answer in the shape we know. Throws `TrackerUnavailable` for any other: half an answer is no fact. */
export function readAnswer<Shape>(shape: z.ZodType<Shape>, body: unknown): Shape {
  const read = shape.safeParse(body)
  if (read.success) return read.data
  throw unreadable(read.error.issues.map(({ path }) => path.join('.')).join(', '))
}

/** `where` names places in the answer, never what stands there. */
export const unreadable = (where: string): TrackerUnavailable =>
  new TrackerUnavailable('answered something that cannot be read', {
    about: 'ticket',
    cause: new Error(`not as expected: ${where}`),
  })

/** For an answer of a status that means nothing to us. */
export const unexpected = (status: number): TrackerUnavailable =>
  new TrackerUnavailable(`answered with status ${String(status)}, which was not expected`, { about: 'ticket' })

/** A time with its offset, as UTC. */
export const instant = z.iso.datetime({ offset: true }).transform((told) => new Date(told).toISOString())

/** An address that a page may link to: no `javascript:`, whatever the tracker holds. */
export const webAddress = z.url({ protocol: /^https?$/ })
