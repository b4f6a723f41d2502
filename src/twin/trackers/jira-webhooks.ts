import { randomUUID } from 'node:crypto'
import type { Json } from '../shapes/json.ts'
import { idOf, issueJson, type JiraSite, projectOf, userJson } from './jira-shapes.ts'
import type { TicketRecord } from './tickets.ts'
import type { Message } from './webhooks.ts'

/** Who tells, and when. */
interface Telling {
  readonly site: JiraSite
  readonly now: () => Date
}

/** `jira:issue_created`. */
export const addedMessage = (telling: Telling, ticket: TicketRecord): Message =>
  message(telling, ticket, { webhookEvent: 'jira:issue_created', issue_event_type_name: 'issue_created' })

/** `jira:issue_updated` with the status that changed. */
export const statusMessage = (telling: Telling, ticket: TicketRecord, former: string): Message =>
  message(telling, ticket, {
    webhookEvent: 'jira:issue_updated',
    issue_event_type_name: 'issue_generic',
    changelog: changelog(changed('status', 'status', former, ticket.status)),
  })

/** `jira:issue_updated`: the issue stands under its new key, and the change log names both. */
export const movedMessage = (telling: Telling, ticket: TicketRecord, former: string): Message =>
  message(telling, ticket, {
    webhookEvent: 'jira:issue_updated',
    issue_event_type_name: 'issue_moved',
    changelog: changelog(changed('project', 'project', projectOf(former), projectOf(ticket.key)), {
      ...changed('Key', 'Key', former, ticket.key),
      from: null,
      to: null,
    }),
  })

/** `jira:issue_deleted` with the issue as it was. */
export const deletedMessage = (telling: Telling, ticket: TicketRecord): Message =>
  message(telling, ticket, { webhookEvent: 'jira:issue_deleted' })

function message({ site, now }: Telling, ticket: TicketRecord, event: Json): Message {
  return {
    payload: {
      timestamp: now().getTime(),
      ...event,
      user: userJson(site, 'Ana Alvarez'),
      issue: issueJson(site, ticket),
    },
    headers: {
      'user-agent': 'Atlassian Webhook HTTP Client',
      'x-atlassian-webhook-identifier': randomUUID(),
      ...(site.kind === 'cloud' && { 'x-atlassian-webhook-flow': 'Primary' }),
    },
  }
}

const changelog = (...items: readonly Json[]): Json => ({ id: '10124', items })

/** One line of a change log: ids, and the words for people. */
function changed(field: string, fieldId: string, ...[from, to]: readonly [string, string]): Json {
  const [fromId, toId] = [idOf(from), idOf(to)]
  return { field, fieldtype: 'jira', fieldId, from: fromId, fromString: from, to: toId, toString: to }
}
