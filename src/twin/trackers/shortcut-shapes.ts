import type { Json } from '../shapes/json.ts'
import type { TicketCategory, TicketRecord } from './tickets.ts'
import { uuidOf } from './uuid.ts'

/** A state of the workflow. */
export interface WorkflowState {
  readonly id: number
  readonly name: string
  readonly category: TicketCategory
}

const workflowId = 500_000_005

const stateTypes: Readonly<Record<TicketCategory, string>> = {
  open: 'unstarted',
  'in-progress': 'started',
  closed: 'done',
}

/** Whole seconds: `2026-05-04T10:00:00Z`. */
const time = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

const timeOrNull = (date: Date | null): string | null => date && time(date)

export const storyId = ({ key }: TicketRecord): number => Number(key.replace(/^sc-/, ''))

export const memberId = (name: string): string => uuidOf(`member ${name}`)

/** Whose story it is when nobody is left: an id that leads to nobody. */
const nobody = uuidOf('nobody')

export const storyUrl = (ticket: TicketRecord): string =>
  `https://app.shortcut.com/acme/story/${storyId(ticket)}/${encodeURIComponent(ticket.title.toLowerCase().replaceAll(' ', '-'))}`

export const storyJson = (ticket: TicketRecord, state: WorkflowState): Json => ({
  entity_type: 'story',
  app_url: storyUrl(ticket),
  id: storyId(ticket),
  global_id: `v2:s:${ticket.id}`,
  name: ticket.title,
  description: '',
  story_type: ticket.type,
  workflow_id: workflowId,
  workflow_state_id: state.id,
  started: ticket.startedAt !== null,
  started_at: timeOrNull(ticket.startedAt),
  started_at_override: null,
  completed: ticket.closedAt !== null,
  completed_at: timeOrNull(ticket.closedAt),
  completed_at_override: null,
  archived: false,
  blocked: false,
  created_at: time(ticket.createdAt),
  updated_at: time(ticket.updatedAt),
  moved_at: time(ticket.categorySince),
  requested_by_id: ticket.creator === null ? nobody : memberId(ticket.creator),
  owner_ids: [],
  labels: [],
  external_id: null,
  external_links: ticket.links.map(({ url }) => url),
})

export const workflowJson = (states: readonly WorkflowState[], at: Date): Json => ({
  entity_type: 'workflow',
  id: workflowId,
  name: 'Engineering',
  description: '',
  default_state_id: states[0]?.id,
  auto_assign_owner: true,
  project_ids: [],
  team_id: 1,
  created_at: time(at),
  updated_at: time(at),
  states: states.map(({ id, name, category }, position) => ({
    entity_type: 'workflow-state',
    id,
    global_id: `v2:ws:${id}`,
    name,
    type: stateTypes[category],
    description: '',
    verb: null,
    position,
    num_stories: 0,
    num_story_templates: 0,
    created_at: time(at),
    updated_at: time(at),
  })),
})

/** A member as `GET /api/v3/members/{id}` shows it. */
export const memberJson = (name: string): Json => ({
  entity_type: 'member',
  id: memberId(name),
  role: 'member',
  state: 'full',
  disabled: false,
  profile: { entity_type: 'profile', id: memberId(name), name, mention_name: mentionOf(name), deactivated: false },
})

/** The member whose token it is, as `GET /api/v3/member` shows it. */
export const selfJson = (name: string): Json => ({
  id: memberId(name),
  name,
  mention_name: mentionOf(name),
  role: 'member',
  workspace2: { url_slug: 'acme', estimate_scale: [0, 1, 2, 4, 8], name: 'Acme' },
})

const mentionOf = (name: string): string => name.toLowerCase().replaceAll(' ', '')
