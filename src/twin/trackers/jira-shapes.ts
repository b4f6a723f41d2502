import { createHash } from 'node:crypto'
import type { Json } from '../shapes/json.ts'
import type { TicketCategory, TicketRecord } from './tickets.ts'

/** Atlassian's two products of that name: their answers differ in more than the version of the API. */
export type JiraKind = 'cloud' | 'data-center'

/** A Jira as its answers name it. */
export interface JiraSite {
  readonly url: string
  readonly kind: JiraKind
  /** `3` or `2`: by which version it was asked, and in which links in answers go on. */
  readonly version: string
}

interface Category {
  readonly id: number
  readonly key: string
  readonly colorName: string
  readonly name: string
}

const uncategorised: Category = { id: 1, key: 'undefined', colorName: 'medium-gray', name: 'No Category' }

const categories: Readonly<Record<TicketCategory, Category>> = {
  open: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  'in-progress': { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  closed: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
}

/** Milliseconds and an offset without a colon: `2026-05-04T10:00:00.000+0000`. */
const jiraTime = (date: Date): string => date.toISOString().replace('Z', '+0000')

/** An issue with the fields that were asked for. */
export const issueJson = (site: JiraSite, ticket: TicketRecord, wanted: readonly string[] = []): Json => ({
  expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
  id: String(ticket.id),
  self: rest(site, `/issue/${ticket.id}`),
  key: ticket.key,
  fields: chosen(fieldsJson(site, ticket), wanted),
})

export function userJson({ url, kind, version }: JiraSite, name: string): Json {
  const login = name.toLowerCase().replaceAll(' ', '.')
  const shown = { displayName: name, active: true, timeZone: 'Etc/UTC', avatarUrls: {} }
  if (kind === 'data-center') {
    const self = `${url}/rest/api/2/user?username=${encodeURIComponent(login)}`
    return { self, name: login, key: `JIRAUSER${login.length}`, emailAddress: `${login}@people.example`, ...shown }
  }
  const accountId = `712020:${Buffer.from(login).toString('hex').padEnd(32, '0').slice(0, 32)}`
  return {
    self: `${url}/rest/api/${version}/user?accountId=${accountId}`,
    accountId,
    accountType: 'atlassian',
    ...shown,
  }
}

function fieldsJson(site: JiraSite, ticket: TicketRecord): Json {
  const creator = ticket.creator === null ? null : userJson(site, ticket.creator)
  const isClosed = ticket.category === 'closed'
  return {
    summary: ticket.title,
    issuetype: issueTypeJson(site, ticket.type),
    project: projectJson(site, ticket.key),
    status: statusJson(site, ticket),
    // Data Center has no such field.
    ...(site.kind === 'cloud' && { statuscategorychangedate: jiraTime(ticket.categorySince) }),
    creator,
    reporter: creator,
    assignee: null,
    created: jiraTime(ticket.createdAt),
    updated: jiraTime(ticket.updatedAt),
    resolution: isClosed ? { self: rest(site, '/resolution/10000'), id: '10000', name: 'Done' } : null,
    resolutiondate: isClosed && ticket.closedAt ? jiraTime(ticket.closedAt) : null,
    description: null,
    labels: [],
  }
}

function issueTypeJson(site: JiraSite, name: string): Json {
  const id = idOf(name)
  return {
    self: rest(site, `/issuetype/${id}`),
    id,
    description: '',
    iconUrl: `${site.url}/icon.svg`,
    name,
    subtask: false,
  }
}

function projectJson(site: JiraSite, issueKey: string): Json {
  const key = projectOf(issueKey)
  const id = idOf(key)
  return { self: rest(site, `/project/${id}`), id, key, name: key, projectTypeKey: 'software', simplified: false }
}

function statusJson(site: JiraSite, { status: name, category }: TicketRecord): Json {
  const statusCategory = category === null ? uncategorised : categories[category]
  const id = idOf(name)
  return {
    self: rest(site, `/status/${id}`),
    description: '',
    iconUrl: `${site.url}/`,
    name,
    id,
    statusCategory: { self: rest(site, `/statuscategory/${statusCategory.id}`), ...statusCategory },
  }
}

export const projectOf = (issueKey: string): string => issueKey.slice(0, issueKey.lastIndexOf('-'))

/** One number per name, as good as any. */
export const idOf = (name: string): string => String(10_000 + createHash('sha256').update(name).digest().readUInt16BE())

const rest = ({ url, version }: JiraSite, path: string): string => `${url}/rest/api/${version}${path}`

/** `fields=summary,status`, `*all`, `*navigable`, `-description`; nothing asked for is everything. */
function chosen(fields: Json, wanted: readonly string[]): Json {
  const without = wanted.filter((name) => name.startsWith('-')).map((name) => name.slice(1))
  const named = wanted.filter((name) => !name.startsWith('-'))
  const isWhole = named.length === 0 || named.some((name) => name.startsWith('*'))
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => (isWhole || named.includes(name)) && !without.includes(name)),
  )
}
