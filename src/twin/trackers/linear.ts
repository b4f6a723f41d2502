import { randomUUID } from 'node:crypto'
import type { Json } from '../shapes/json.ts'
import { answerLinear } from './linear-api.ts'
import { issueJson, organization, userJson } from './linear-shapes.ts'
import { type MovableTickets, type TicketRecord, TicketStore } from './tickets.ts'
import { startTrackerServer, type TrackerServer } from './tracker-server.ts'
import { uuidOf } from './uuid.ts'
import type { Message } from './webhooks.ts'

export interface LinearOptions {
  readonly now?: () => Date
}

/** Linear moves deleted issues to its trash, where they are still found; after some weeks they are gone. */
export interface LinearTickets extends MovableTickets {
  /** Empties the trash of one issue: from then on it is not found. Nobody is told. */
  readonly purge: (key: string) => void
}

/** A Linear on this machine. */
export interface Linear extends TrackerServer {
  /** A personal API key: sent as it is, without `Bearer`. */
  readonly token: string
  readonly tickets: LinearTickets
  /** Answers that the limit is reached until that moment; null ends it. */
  readonly limitRate: (until: Date | null) => void
}

/** Starts a Linear without issues. */
export async function startLinear({ now = () => new Date() }: LinearOptions = {}): Promise<Linear> {
  const token = `lin_api_${randomUUID().replaceAll('-', '')}`
  const store = new TicketStore({
    now,
    type: '',
    statuses: { open: 'Todo', 'in-progress': 'In Progress', closed: 'Done' },
    noCategory: 'Backlog',
  })
  const limit = { until: null as Date | null }
  const server = await startTrackerServer({
    now,
    sign: (digest) => ({ 'linear-signature': digest }),
    answer: (asked) => answerLinear({ store, token, limitedUntil: activeUntil(limit.until, now()) }, asked),
    trouble: { errors: [{ message: 'A fault was asked for.' }] },
  })
  return {
    ...server,
    token,
    tickets: ticketsOf(server, store, now),
    limitRate: (until) => void (limit.until = until),
  }
}

const activeUntil = (until: Date | null, at: Date): Date | null => (until !== null && until > at ? until : null)

function ticketsOf({ webhooks }: TrackerServer, store: TicketStore, now: () => Date): LinearTickets {
  const tell = (action: string, ticket: TicketRecord, updatedFrom?: Json): void =>
    webhooks.publish(messageOf(now(), { action, ticket, ...(updatedFrom && { updatedFrom }) }))
  return {
    add: (added) => tell('create', store.add(added)),
    setStatus: (key, status, category) => {
      const ticket = store.get(key)
      const { updatedAt, stateId, startedAt, completedAt, canceledAt } = issueJson(ticket)
      store.setStatus(ticket, status, category)
      tell('update', ticket, { updatedAt, stateId, startedAt, completedAt, canceledAt })
    },
    move: (key, newKey) => {
      const ticket = store.get(key)
      const { updatedAt, teamId, number, previousIdentifiers } = issueJson(ticket)
      store.move(ticket, newKey)
      tell('update', ticket, { updatedAt, teamId, number, previousIdentifiers })
    },
    remove: (key) => {
      const ticket = store.get(key)
      store.trash(ticket)
      tell('remove', ticket)
    },
    purge: (key) => store.remove(store.get(key)),
    hide: (key) => void (store.get(key).hidden = true),
    links: (key) => store.get(key).links,
  }
}

interface Telling {
  readonly action: string
  readonly ticket: TicketRecord
  readonly updatedFrom?: Json
}

function messageOf(at: Date, { action, ticket, updatedFrom }: Telling): Message {
  const data = issueJson(ticket)
  const actor = { ...userJson('Ana Alvarez'), type: 'user' }
  return {
    payload: {
      action,
      actor,
      createdAt: at.toISOString(),
      data,
      url: data['url'],
      type: 'Issue',
      ...(updatedFrom && { updatedFrom }),
      organizationId: organization['id'],
      webhookTimestamp: at.getTime(),
      webhookId: uuidOf('webhook'),
    },
    headers: {
      'user-agent': 'Linear-Webhook',
      'linear-delivery': randomUUID(),
      'linear-event': 'Issue',
      'linear-timestamp': String(at.getTime()),
    },
  }
}
