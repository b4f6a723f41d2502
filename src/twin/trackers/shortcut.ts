import { randomUUID } from 'node:crypto'
import type { Json } from '../shapes/json.ts'
import {
  memberId,
  memberJson,
  selfJson,
  storyId,
  storyJson,
  storyUrl,
  type WorkflowState,
  workflowJson,
} from './shortcut-shapes.ts'
import { type TicketCategory, type TicketRecord, type Tickets, TicketStore } from './tickets.ts'
import { type Asked, type Given, startTrackerServer, type TrackerServer } from './tracker-server.ts'
import type { TrackerWebhooks } from './webhooks.ts'

export interface ShortcutOptions {
  readonly now?: () => Date
}

/** A Shortcut on this machine. A story keeps its number for good: nothing here is moved under another key. */
export interface Shortcut extends TrackerServer {
  readonly token: string
  readonly tickets: Tickets
}

const self = 'Countersign Bot'
const author = 'Ana Alvarez'

/** Starts a Shortcut without stories. Keys are `sc-12`. */
export async function startShortcut({ now = () => new Date() }: ShortcutOptions = {}): Promise<Shortcut> {
  const token = randomUUID()
  const store = new TicketStore({
    now,
    type: 'feature',
    statuses: { open: 'Ready for Dev', 'in-progress': 'In Development', closed: 'Completed' },
    noCategory: 'Backlog',
  })
  const startedAt = now()
  const place: Place = { store, token, now, startedAt, states: [...firstStates], tell: () => undefined }
  const server = await startTrackerServer({
    now,
    sign: (digest) => ({ 'payload-signature': digest }),
    answer: (asked) => answer(place, asked),
    trouble: { message: 'A fault was asked for.' },
  })
  place.tell = (action, by) => server.webhooks.publish(messageOf(now(), action, by))
  return { ...server, token, tickets: ticketsOf(place) }
}

interface Place {
  readonly store: TicketStore
  readonly token: string
  readonly now: () => Date
  readonly startedAt: Date
  readonly states: WorkflowState[]
  tell: (action: Json, by: string) => void
}

const firstStates: readonly WorkflowState[] = [
  { id: 500_000_006, name: 'Ready for Dev', category: 'open' },
  { id: 500_000_007, name: 'In Development', category: 'in-progress' },
  { id: 500_000_008, name: 'Completed', category: 'closed' },
]

function ticketsOf(place: Place): Tickets {
  const { store, tell } = place
  return {
    add: (added) => {
      if (!/^sc-\d+$/.test(added.key)) throw new Error(`A story is called sc-12, not ${added.key}.`)
      const ticket = store.add(added)
      stateOf(place, ticket)
      tell({ ...actionOn(ticket, 'create'), story_type: ticket.type }, author)
    },
    setStatus: (key, status, category) => {
      const ticket = store.get(key)
      const former = storyJson(ticket, stateOf(place, ticket))
      store.setStatus(ticket, status, category)
      const latter = storyJson(ticket, stateOf(place, ticket))
      tell({ ...actionOn(ticket, 'update'), changes: changesBetween(former, latter) }, author)
    },
    remove: (key) => {
      const ticket = store.get(key)
      store.remove(ticket)
      tell(actionOn(ticket, 'delete'), author)
    },
    hide: (key) => void (store.get(key).hidden = true),
    links: (key) => store.get(key).links,
  }
}

/** The state of that name and category, which the workflow gets when it has none such. */
function stateOf({ states }: Place, { status, category }: TicketRecord): WorkflowState {
  const wanted: TicketCategory = category ?? 'open'
  const known = states.find((state) => state.name === status && state.category === wanted)
  if (known) return known
  const state = { id: 500_000_006 + states.length, name: status, category: wanted }
  states.push(state)
  return state
}

const actionOn = (ticket: TicketRecord, action: string): Json => ({
  id: storyId(ticket),
  entity_type: 'story',
  action,
  name: ticket.title,
  app_url: storyUrl(ticket),
})

/** What a webhook names of a change, as `{ new, old }`. */
function changesBetween(former: Json, latter: Json): Json {
  const fields = ['workflow_state_id', 'started', 'started_at', 'completed', 'completed_at']
  const changed = fields.filter((field) => former[field] !== latter[field])
  return Object.fromEntries(changed.map((field) => [field, { new: latter[field], old: former[field] }]))
}

function messageOf(at: Date, action: Json, by: string): Parameters<TrackerWebhooks['publish']>[0] {
  const payload = {
    id: randomUUID(),
    changed_at: at.toISOString(),
    primary_id: action['id'],
    member_id: memberId(by),
    version: 'v1',
    actions: [action],
    references: [],
  }
  return { payload, headers: { 'user-agent': 'Shortcut-Webhook' } }
}

function answer(place: Place, asked: Asked): Given {
  const [api, version, resource = '', id, rest] = asked.steps
  if (asked.headers['shortcut-token'] !== place.token) return { status: 401, body: { message: 'Unauthorized' } }
  const name = `${asked.method} ${resource}${id === undefined ? '' : ' {id}'}`
  const operation = api === 'api' && version === 'v3' && rest === undefined ? operations[name] : undefined
  return operation ? operation(place, id ?? '', asked) : notFound
}

const notFound: Given = { status: 404, body: { message: 'Resource not found.' } }

const operations: Readonly<Record<string, (place: Place, id: string, asked: Asked) => Given>> = {
  'GET member': () => ({ status: 200, body: selfJson(self) }),
  'GET members {id}': ({ store }, id) => {
    const names = [self, ...store.all().flatMap(({ creator }) => (creator === null ? [] : [creator]))]
    const name = names.find((candidate) => memberId(candidate) === id)
    return name === undefined ? notFound : { status: 200, body: memberJson(name) }
  },
  'GET workflows': ({ states, startedAt }) => ({ status: 200, body: [workflowJson(states, startedAt)] }),
  'GET stories {id}': (place, id) =>
    withStory(place, id, (ticket) => ({ status: 200, body: storyJson(ticket, stateOf(place, ticket)) })),
  'PUT stories {id}': (place, id, { body }) => withStory(place, id, (ticket) => updated(place, ticket, body)),
}

function withStory({ store }: Place, id: string, give: (ticket: TicketRecord) => Given): Given {
  if (!/^\d+$/.test(id)) return invalid({ 'story-public-id': ['not', ['integer?', id]] })
  const ticket = store.find(`sc-${id}`)
  return !ticket || ticket.hidden ? notFound : give(ticket)
}

/** Of all that can be updated, the links: the list given replaces the one before. Shortcut tells of it as of any change. */
function updated(place: Place, ticket: TicketRecord, body: unknown): Given {
  const { external_links: links } = (body ?? {}) as { readonly external_links?: unknown }
  if (!Array.isArray(links) || !links.every((link) => typeof link === 'string' && /^https?:\/\/\S+$/.test(link))) {
    return invalid({ external_links: 'invalid' })
  }
  const wanted = links as readonly string[]
  const before = ticket.links.map(({ url }) => url)
  const adds = [...new Set(wanted)].filter((url) => !before.includes(url))
  const removes = before.filter((url) => !wanted.includes(url))
  for (const url of removes)
    ticket.links.splice(
      ticket.links.findIndex((link) => link.url === url),
      1,
    )
  for (const url of adds) place.store.link(ticket, { url, title: url, identity: url })
  if (adds.length + removes.length > 0) {
    place.tell({ ...actionOn(ticket, 'update'), changes: { external_links: { adds, removes } } }, self)
  }
  return { status: 200, body: storyJson(ticket, stateOf(place, ticket)) }
}

const invalid = (errors: Json): Given => ({
  status: 400,
  body: { message: 'The request included invalid or missing parameters.', errors },
})
