import { z } from 'zod'
import { read } from '../payloads.ts'
import { lenient, verb } from './payload-parts.ts'
import type { Told, TrackerDoor } from './tracker-door.ts'

export const shortcutDoor: TrackerDoor = {
  tracker: 'shortcut',
  name: 'Shortcut',
  signatureHeader: 'Payload-Signature',
  signaturePrefix: '',
  findTold,
}

const id = z.int().positive()

const changePayload = z.object({
  primary_id: lenient(id),
  changed_at: lenient(z.string()),
  actions: lenient(z.array(z.unknown())),
})

const namedAction = z.object({ id, entity_type: z.string(), action: verb })

/**
 * The stories that were acted on, and the one the event is about, which a comment or a task may belong to.
 *
 * What it is about may be an epic: its number is then no story's.
 */
function findTold(payload: object): Told | null {
  const told = read(changePayload, payload)
  if (told === null) return null
  const actions = (told.actions ?? []).flatMap((action) => read(namedAction, action) ?? [])
  const stories = actions.filter(({ entity_type }) => entity_type === 'story')
  const others = actions.filter(({ entity_type }) => entity_type !== 'story')
  const { primary_id: primary } = told
  const isOfAnother = primary === undefined || others.some((other) => other.id === primary)
  const ids = [...stories.map((story) => story.id), ...(isOfAnother ? [] : [primary])]
  if (ids.length === 0) return null
  const keys = ids.map((number) => `sc-${String(number)}`)
  return { event: `story.${stories[0]?.action ?? 'change'}`, keys, occurredAt: told.changed_at }
}
