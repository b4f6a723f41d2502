import type { StatusCategory, Ticket } from '#facts/ticket.ts'

/** Never the title: a check is as public as its repository. */
export function describeTicket({ type, status }: Pick<Ticket, 'type' | 'status'>): string {
  const words = [shortened(type ?? ''), shortened(status)].filter((word) => word !== '')
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}

/** `closed (Done)`; but `closed`, or `closed as completed`, where the status says it itself. */
export function describeStatus({ category, status }: Pick<Ticket, 'category' | 'status'>): string {
  const word = category === null ? 'in no status category' : categoryNames[category]
  const name = shortened(status)
  if (name === '' || name.toLowerCase() === word) return word
  return name.toLowerCase().startsWith(`${word} `) ? name : `${word} (${name})`
}

export const categoryNames: Readonly<Record<StatusCategory, string>> = {
  open: 'open',
  'in-progress': 'in progress',
  closed: 'closed',
}

/** One line of at most 60 characters: a tracker's text may be as long as somebody likes. */
export function shortened(text: string): string {
  const characters = Array.from(text.slice(0, 1000).replace(/\s+/gu, ' ').trim())
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('')
}

const longest = 60

/** Null for what is no time. In milliseconds. */
export function timeOf(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/** `2026-05-04 10:00 UTC`. */
export const minuteOf = (at: number): string => `${wordsOf(at).slice(0, -4)} UTC`

/** `2026-05-04 10:00:31 UTC`. */
export const secondOf = (at: number): string => `${wordsOf(at).slice(0, -1)} UTC`

const wordsOf = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace(/\.\d+/, '')
