import type { AskedCommand } from '#engine/assessment.ts'
import type { Touch } from '#operations/receive-delivery.ts'
import { changePayload, commentPayload, headPayload, read, senderPayload, synchronizePayload } from '../payloads.ts'

/** The change that the payload is about. */
export function change(payload: unknown): readonly Touch[] {
  const subject = read(changePayload, payload)
  return subject === null ? [] : [{ touches: 'change', subject }]
}

/** Whoever opens a change pushed its head. */
export function opened(payload: unknown): readonly Touch[] {
  return [...change(payload), ...push(payload, null, read(headPayload, payload)?.pull_request.head.sha)]
}

/** Whoever moves a change's head pushed to it. */
export function moved(payload: unknown): readonly Touch[] {
  const heads = read(synchronizePayload, payload)
  return heads === null ? change(payload) : [...change(payload), ...push(payload, heads.before, heads.after)]
}

function push(payload: unknown, before: string | null, after: string | undefined): readonly Touch[] {
  const subject = read(changePayload, payload)
  const by = read(senderPayload, payload)?.sender
  if (subject === null || after === undefined || by === undefined) return []
  return [{ touches: 'pushes', subject, push: { before, after, by } }]
}

/** `/countersign <word>` on a line of its own, in a comment that a person wrote on a pull request. */
export function command(payload: unknown): readonly Touch[] {
  const commented = read(commentPayload, payload)
  const word = commented === null ? null : findWord(commented.body)
  if (commented === null || word === null) return []
  const { subject, asked } = commented
  return [{ touches: 'command', subject, command: { ...asked, command: toCommand(word) } }]
}

/** Of several, the first: a comment gets one answer. */
const findWord = (body: string): string | null => /^\/countersign[ \t]+(\S+)[ \t]*\r?$/m.exec(body)?.[1] ?? null

const toCommand = (word: string): AskedCommand['command'] => (word === 'recheck' ? 'recheck' : 'unknown')
