import type { TicketName } from '#facts/ticket.ts'
import type { TicketEvent } from '#operations/receive-ticket-event.ts'
import type { TellingTracker, Told } from './tracker-door.ts'

/**
 * What a tracker told, as we act on it.
 *
 * Whoever did it goes by the tracker's name: what people are called there is text that anybody can choose.
 */
export function toTicketEvent(tracker: TellingTracker, told: Told, receivedAt: Date): TicketEvent {
  const names = toKeys(tracker, told.keys).map((key): TicketName => ({ tracker, key }))
  const [first, ...more] = names
  const which = `${first?.key ?? 'no ticket'}${more.length === 0 ? '' : ` and ${String(more.length)} more`}`
  const received = receivedAt.toISOString()
  const occurredAt = toPastTime(told.occurredAt, receivedAt) ?? received
  return { names, cause: { actor: tracker, reason: `${told.event} of ${which}`, occurredAt, receivedAt: received } }
}

/** A ticket has moved a few times in its life, a bulk change names some tens; more is no event of a ticket. */
const mostKeys = 100

/** Those that have the shape of a key, each once, as we write them: `BUG-453`, `sc-12`. */
function toKeys(tracker: TellingTracker, told: readonly unknown[]): readonly string[] {
  const keys = new Set<string>()
  for (const text of told) {
    if (keys.size === mostKeys) break
    if (typeof text === 'string' && shapes[tracker].test(text)) keys.add(cases[tracker](text))
  }
  return [...keys]
}

/** ASCII alone, before the case is changed: no letter of another script becomes one of a key's. */
const projectKey = /^[A-Za-z][A-Za-z0-9_]{0,31}-[1-9][0-9]{0,9}$/
const shapes: Readonly<Record<TellingTracker, RegExp>> = {
  jira: projectKey,
  linear: projectKey,
  shortcut: /^sc-[1-9][0-9]{0,9}$/,
}

const toUpper = (key: string): string => key.toUpperCase()
const cases: Readonly<Record<TellingTracker, (key: string) => string>> = {
  jira: toUpper,
  linear: toUpper,
  shortcut: (key) => key,
}

/** Trackers are younger than that: what is earlier is a number of seconds, or nonsense. */
const earliest = Date.UTC(2000, 0)

function toPastTime(value: string | number | undefined, now: Date): string | null {
  const at = new Date(value ?? Number.NaN)
  return at.getTime() >= earliest && at <= now ? at.toISOString() : null
}
