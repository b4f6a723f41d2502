import { randomUUID } from 'node:crypto'
import type { Json } from '../shapes/json.ts'
import { issueJson, type JiraKind, type JiraSite, userJson } from './jira-shapes.ts'
import { addedMessage, deletedMessage, movedMessage, statusMessage } from './jira-webhooks.ts'
import { type MovableTickets, type TicketRecord, TicketStore } from './tickets.ts'
import { type Asked, type Given, startTrackerServer, type TrackerServer } from './tracker-server.ts'

export interface JiraOptions {
  /** Default: `cloud`. */
  readonly kind?: JiraKind
  readonly now?: () => Date
  /**
   * What comes of a wrong token where the site also lets strangers in: Cloud then takes who asks for a stranger, and
   * answers as if every issue were hidden, with nothing but a header to tell. Default: `refused`, with 401.
   */
  readonly wrongCredentials?: 'refused' | 'taken-as-anonymous'
}

/** A Jira on this machine. */
export interface Jira extends TrackerServer {
  readonly kind: JiraKind
  /** Whose token it is: Cloud wants both in basic authentication, Data Center the token alone as bearer. */
  readonly email: string
  readonly token: string
  readonly tickets: MovableTickets
}

const email = 'bot@acme.example'
const self = 'Countersign Bot'

/** Starts a Jira without tickets: Cloud (REST v2 and v3), or Data Center (REST v2). */
export async function startJira(options: JiraOptions = {}): Promise<Jira> {
  const { kind = 'cloud', now = () => new Date(), wrongCredentials = 'refused' } = options
  const token = `${kind === 'cloud' ? 'ATATT3x' : 'NDM2'}${randomUUID().replaceAll('-', '')}`
  const store = new TicketStore({
    now,
    type: 'Bug',
    statuses: { open: 'To Do', 'in-progress': 'In Progress', closed: 'Done' },
    noCategory: 'Unsorted',
  })
  const context = { kind, token, store, wrongCredentials, url: '' }
  const server = await startTrackerServer({
    now,
    sign: (digest) => ({ 'x-hub-signature': `sha256=${digest}` }),
    answer: (asked) => answer(context, asked),
    trouble: errors('A fault was asked for.'),
  })
  context.url = server.url
  return { ...server, kind, email, token, tickets: ticketsOf(server, { store, now, kind }) }
}

interface Context {
  readonly kind: JiraKind
  readonly url: string
  readonly token: string
  readonly store: TicketStore
  readonly wrongCredentials: 'refused' | 'taken-as-anonymous'
}

interface People {
  readonly store: TicketStore
  readonly now: () => Date
  readonly kind: JiraKind
}

function ticketsOf({ url, webhooks }: TrackerServer, { store, now, kind }: People): MovableTickets {
  const told = { site: { url, kind, version: '2' }, now }
  return {
    add: (added) => webhooks.publish(addedMessage(told, store.add(added))),
    setStatus: (key, status, category) => {
      const ticket = store.get(key)
      const former = ticket.status
      store.setStatus(ticket, status, category)
      webhooks.publish(statusMessage(told, ticket, former))
    },
    move: (key, newKey) => {
      const ticket = store.get(key)
      store.move(ticket, newKey)
      webhooks.publish(movedMessage(told, ticket, key))
    },
    remove: (key) => {
      const ticket = store.get(key)
      store.remove(ticket)
      webhooks.publish(deletedMessage(told, ticket))
    },
    hide: (key) => void (store.get(key).hidden = true),
    links: (key) => store.get(key).links,
  }
}

function answer(context: Context, asked: Asked): Given {
  const [rest, api, version = '', resource, key, last] = asked.steps
  const isServed = context.kind === 'cloud' ? /^(?:2|3|latest)$/.test(version) : /^(?:2|latest)$/.test(version)
  if (rest !== 'rest' || api !== 'api' || !isServed) return unknownPath(context, asked)
  const standing = standingOf(context, asked)
  const site = { url: context.url, kind: context.kind, version }
  const name = [asked.method, resource, key === undefined ? '' : '{key}', last].filter(Boolean).join(' ')
  if (standing === 'refused' || (standing === 'anonymous' && resource === 'myself')) return refused(context, asked)
  const given = perform({ context, site, asked, isStranger: standing === 'anonymous' }, name, key ?? '')
  const reason = standing === 'anonymous' ? 'AUTHENTICATED_FAILED' : 'OK'
  return { ...given, headers: { 'x-seraph-loginreason': reason, ...given.headers } }
}

interface Performing {
  readonly context: Context
  readonly site: JiraSite
  readonly asked: Asked
  readonly isStranger: boolean
}

function perform(performing: Performing, operation: string, key: string): Given {
  const { context, site, asked, isStranger } = performing
  if (operation === 'GET myself') return { status: 200, body: myself(site) }
  const ticket = traced(context.store, key)
  const onTicket = issueOperations[operation]
  if (!onTicket) return unknownPath(context, asked)
  if (!ticket) return { status: 404, body: errors(absent(site.kind)) }
  if (ticket.hidden || isStranger) return concealed(site.kind)
  return onTicket(performing, ticket)
}

type OnTicket = (performing: Performing, ticket: TicketRecord) => Given

const issueOperations: Readonly<Record<string, OnTicket>> = {
  'GET issue {key}': ({ site, asked }, ticket) => {
    const wanted = asked.query.getAll('fields').flatMap((names) => names.split(','))
    return { status: 200, body: issueJson(site, ticket, wanted.filter(Boolean)) }
  },
  'GET issue {key} remotelink': ({ site, asked }, ticket) => {
    const identity = asked.query.get('globalId')
    const links = ticket.links.filter((link) => identity === null || link.identity === identity)
    return { status: 200, body: links.map((link) => ({ ...remoteLink(site, ticket, link.id), ...linkJson(link) })) }
  },
  'POST issue {key} remotelink': ({ context, site, asked }, ticket) => {
    const { globalId, object } = (asked.body ?? {}) as { readonly globalId?: unknown; readonly object?: Json }
    const { url, title } = object ?? {}
    if (typeof url !== 'string' || url === '') return fieldErrors({ url: "'url' is required." })
    if (typeof title !== 'string' || title === '') return fieldErrors({ title: "'title' is required." })
    const identity = typeof globalId === 'string' ? globalId : `none-${randomUUID()}`
    const { link, isNew } = context.store.link(ticket, { url, title, identity })
    return { status: isNew ? 201 : 200, body: remoteLink(site, ticket, link.id) }
  },
}

/** Jira takes an id, a key in any case, and the key that an issue had before it was moved. */
function traced(store: TicketStore, key: string): TicketRecord | undefined {
  return store.trace(key) ?? store.trace(key.toUpperCase()) ?? store.all().find(({ id }) => String(id) === key)
}

const remoteLink = ({ url, version }: JiraSite, ticket: TicketRecord, id: string): Json => ({
  id: Number(id),
  self: `${url}/rest/api/${version}/issue/${ticket.key}/remotelink/${id}`,
})

const linkJson = ({ identity, url, title }: TicketRecord['links'][number]): Json => ({
  globalId: identity,
  object: { url, title },
})

const myself = (site: JiraSite): Json => ({ ...userJson(site, self), emailAddress: email, locale: 'en_US' })

function standingOf({ kind, token, wrongCredentials }: Context, { headers }: Asked): 'known' | 'anonymous' | 'refused' {
  const basic = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`
  const expected = kind === 'cloud' ? basic : `Bearer ${token}`
  if (headers['authorization'] === expected) return 'known'
  return kind === 'cloud' && wrongCredentials === 'taken-as-anonymous' ? 'anonymous' : 'refused'
}

/** Without any credentials Jira answers in JSON; to wrong ones Cloud says one line, and Data Center shows a page. */
function refused({ kind, url }: Context, { headers }: Asked): Given {
  const why = 'Client must be authenticated to access this resource.'
  if (headers['authorization'] === undefined) return { status: 401, body: { message: why, 'status-code': 401 } }
  const shared = {
    'content-type': 'text/html;charset=UTF-8',
    'www-authenticate': `OAuth realm="${encodeURIComponent(url)}"`,
    'x-seraph-loginreason': 'AUTHENTICATED_FAILED',
  }
  return { status: 401, headers: shared, body: kind === 'cloud' ? why : unauthorizedPage }
}

const unauthorizedPage =
  '<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1>' +
  '<p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p></body></html>'

const cloudAbsence = 'Issue does not exist or you do not have permission to see it.'

const absent = (kind: JiraKind): string => (kind === 'cloud' ? cloudAbsence : 'Issue Does Not Exist')

/** Cloud does not tell what is hidden from what is not there; Data Center does. */
const concealed = (kind: JiraKind): Given =>
  kind === 'cloud'
    ? { status: 404, body: errors(cloudAbsence) }
    : { status: 403, body: errors('You do not have the permission to see the specified issue.') }

const errors = (message: string): Json => ({ errorMessages: [message], errors: {} })

const fieldErrors = (fields: Json): Given => ({ status: 400, body: { errorMessages: [], errors: fields } })

const unknownPath = ({ url }: Context, { steps }: Asked): Given => ({
  status: 404,
  body: { message: `null for uri: ${url}/${steps.map(encodeURIComponent).join('/')}`, 'status-code': 404 },
})
