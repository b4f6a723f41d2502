import type { Json } from '../shapes/json.ts'
import type { TicketRecord } from './tickets.ts'
import { uuidOf } from './uuid.ts'

export const issueId = ({ id }: TicketRecord): string => uuidOf(`issue ${id}`)

export const organization: Json = { id: uuidOf('organization acme'), name: 'Acme', urlKey: 'acme' }

/** An issue as a webhook carries it: what GraphQL answers, with ids beside the objects. */
export function issueJson(ticket: TicketRecord): Json {
  const [team, state] = [teamJson(ticket), stateJson(ticket)]
  const end = ticket.closedAt?.toISOString() ?? null
  const isCanceled = state['type'] === 'canceled'
  return {
    id: issueId(ticket),
    number: Number(ticket.key.slice(ticket.key.lastIndexOf('-') + 1)),
    identifier: ticket.key,
    previousIdentifiers: [...ticket.formerKeys],
    title: ticket.title,
    description: null,
    url: `https://linear.app/acme/issue/${ticket.key}/ticket`,
    priority: 0,
    createdAt: ticket.createdAt.toISOString(),
    updatedAt: ticket.updatedAt.toISOString(),
    startedAt: ticket.startedAt?.toISOString() ?? null,
    completedAt: isCanceled ? null : end,
    canceledAt: isCanceled ? end : null,
    archivedAt: ticket.trashedAt?.toISOString() ?? null,
    trashed: ticket.trashedAt === null ? null : true,
    state,
    stateId: state['id'],
    team,
    teamId: team['id'],
    creator: ticket.creator === null ? null : userJson(ticket.creator),
    creatorId: ticket.creator === null ? null : uuidOf(`user ${ticket.creator}`),
  }
}

export function userJson(name: string): Json {
  const login = name.toLowerCase().replaceAll(' ', '.')
  const shown = { name, displayName: login, email: `${login}@people.example`, active: true }
  return { id: uuidOf(`user ${name}`), ...shown, url: `https://linear.app/acme/profiles/${login}` }
}

function teamJson({ key }: TicketRecord): Json {
  const team = key.slice(0, key.lastIndexOf('-'))
  return { id: uuidOf(`team ${team}`), key: team, name: team }
}

const stateJson = (ticket: TicketRecord): Json => ({
  id: uuidOf(`state ${ticket.status}`),
  name: ticket.status,
  type: stateTypeOf(ticket),
  color: '#e2e2e2',
})

/** Linear tells apart more than three: by the name, as its own first workflow calls them. */
function stateTypeOf({ status, category }: TicketRecord): string {
  if (category === 'in-progress') return 'started'
  if (category === 'closed') return /^(?:cancel|duplicate|won't)/i.test(status) ? 'canceled' : 'completed'
  const name = status.toLowerCase()
  return name === 'triage' || name === 'backlog' ? name : 'unstarted'
}
