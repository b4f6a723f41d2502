import { z } from 'zod'
import type { StatusCategory, Ticket } from '#facts/ticket.ts'
import { instant, readAnswer, unexpected, unreadable, webAddress } from './read-answer.ts'
import { LinkRefused, type TrackerClient, TrackerUnavailable } from './tracker.ts'
import type { Transport } from './transport.ts'

/**
 * Opens the way to Shortcut, through its REST API v3.
 *
 * A story keeps its number wherever it moves. One in the archive is found. Who asked for it is told as an id, which only
 * a further call would turn into a name: so nobody is named as its creator.
 */
export function openShortcut({ transport, now }: ShortcutOptions): TrackerClient {
  const findState = keepStates(transport, now)
  return {
    tracker: 'shortcut',
    findTicket: async (key, { signal }) => {
      const id = idOf(key)
      const story = id === null ? null : await findStory(transport, id, signal)
      return story === null ? null : toTicket(story, await findState(story.workflow_state_id, signal))
    },
    linkBack: async ({ key, url }, signal) => {
      const id = idOf(key)
      if (id === null) throw new LinkRefused('that is no key of a story')
      await linkOnce(transport, { id, url, signal })
    },
    findSelf: async (signal) => {
      const { status, body } = await transport.request({ method: 'GET', path: '/api/v3/member', signal })
      if (!isSuccess(status)) throw unexpected(status)
      return readAnswer(memberShape, body).name
    },
  }
}

export interface ShortcutOptions {
  readonly transport: Transport
  readonly now: () => Date
}

export const shortcutHeaders = (token: string): Readonly<Record<string, string>> => ({ 'shortcut-token': token })

const idOf = (key: string): number | null => {
  const digits = /^sc-([1-9]\d{0,9})$/.exec(key)?.[1]
  return digits === undefined ? null : Number(digits)
}

const storyShape = z.object({
  id: z.int(),
  name: z.string(),
  story_type: z.string().min(1),
  app_url: webAddress,
  created_at: instant,
  // What Shortcut saw: people may set another time (`started_at_override`), which proves nothing.
  started_at: instant.nullish(),
  completed_at: instant.nullish(),
  workflow_state_id: z.int(),
  external_links: z.array(z.string()),
})
const stateShape = z.object({ id: z.int(), name: z.string().min(1), type: z.string() })
const workflowsShape = z.array(z.object({ states: z.array(stateShape) }))
/** What Shortcut says for an address that it does not have; of a story that it does not have, it says something else. */
const noAddress = z.object({ message: z.string().regex(/^page not found/i) })
const memberShape = z.object({ name: z.string().min(1) })

type Story = z.output<typeof storyShape>
type State = z.output<typeof stateShape>

async function findStory(transport: Transport, id: number, signal: AbortSignal): Promise<Story | null> {
  const { status, body } = await transport.request({ method: 'GET', path: pathOf(id), signal })
  if (status === 404 && noAddress.safeParse(body).success) {
    throw new TrackerUnavailable('has no such API at its address: check SHORTCUT_URL')
  }
  if (status === 404) return null
  if (!isSuccess(status)) throw unexpected(status)
  const story = readAnswer(storyShape, body)
  if (story.id !== id) throw unreadable('id')
  return story
}

const pathOf = (id: number): string => `/api/v3/stories/${String(id)}`
const isSuccess = (status: number): boolean => status >= 200 && status <= 299

function toTicket(story: Story, state: State): Ticket {
  const category = categories.get(state.type.toLowerCase()) ?? null
  return {
    key: `sc-${String(story.id)}`,
    title: story.name,
    type: story.story_type,
    status: state.name,
    category,
    categorySince: sinceWhen(story, category),
    creator: null,
    createdAt: story.created_at,
    url: story.app_url,
  }
}

/** As answers have them; the documentation calls the last one `Finished`. */
const categories: ReadonlyMap<string, StatusCategory> = new Map([
  ['backlog', 'open'],
  ['unstarted', 'open'],
  ['started', 'in-progress'],
  ['done', 'closed'],
  ['finished', 'closed'],
])

/** Shortcut keeps no time of becoming open again. */
function sinceWhen({ started_at, completed_at }: Story, category: StatusCategory | null): string | null {
  if (category === 'in-progress') return started_at ?? null
  return category === 'closed' ? (completed_at ?? null) : null
}

/** Workflows change a few times a year. */
const keptMs = 60 * 60_000

/** Finds states of workflows by their id, in memory for an hour, and asks at once for one that is new. */
function keepStates(transport: Transport, now: () => Date): (id: number, signal: AbortSignal) => Promise<State> {
  let kept: { readonly states: ReadonlyMap<number, State>; readonly until: number } = { states: new Map(), until: 0 }
  return async (id, signal) => {
    const known = now().getTime() < kept.until ? kept.states.get(id) : undefined
    if (known !== undefined) return known
    const { status, body } = await transport.request({ method: 'GET', path: '/api/v3/workflows', signal })
    if (!isSuccess(status)) throw unexpected(status)
    const states = readAnswer(workflowsShape, body).flatMap((workflow) => workflow.states)
    kept = { states: new Map(states.map((state) => [state.id, state])), until: now().getTime() + keptMs }
    const found = kept.states.get(id)
    if (found === undefined) throw unreadable('workflow_state_id')
    return found
  }
}

interface WantedLink {
  readonly id: number
  readonly url: string
  readonly signal: AbortSignal
}

/** The links of a story are written all together: what somebody adds between our reading and our writing is lost. */
async function linkOnce(transport: Transport, { id, url, signal }: WantedLink): Promise<void> {
  const story = await findStory(transport, id, signal)
  if (story === null) throw new LinkRefused('the story is not there any more, or hidden from the token')
  if (story.external_links.includes(url)) return
  const body = { external_links: [...story.external_links, url] }
  const { status } = await transport.request({ method: 'PUT', path: pathOf(id), body, signal, answeredBy: 403 })
  if (status === 403) throw new LinkRefused('the token may not change this story (403)')
  if (refusals.has(status)) throw new LinkRefused(`it does not accept such a link (status ${String(status)})`)
  if (!isSuccess(status)) throw unexpected(status)
}

const refusals = new Set([400, 404, 422])
