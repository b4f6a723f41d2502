import type { TicketAnswer, TicketName, Tracker } from '#facts/ticket.ts'
import type { Network } from './addresses.ts'
import { type AskingGuarded, type GuardedTracker, type GuardOptions, guardTracker, type LinkOutcome } from './guard.ts'
import { type GithubIssuesOptions, openGithubIssues } from './github-issues.ts'
import { jiraDeniesCredentials, jiraHeaders, openJira } from './jira.ts'
import { linearHeaders, openLinear } from './linear.ts'
import { openShortcut, shortcutHeaders } from './shortcut.ts'
import { type Link, type TrackerClient, TrackerUnavailable } from './tracker.ts'
import { openTransport, type Transport } from './transport.ts'

export interface TrackerOptions extends GuardOptions {
  /** With an e-mail: Cloud. Without: Data Center. */
  readonly jira: (Connection & { readonly email: string | null }) | null
  readonly linear: Connection | null
  readonly shortcut: Connection | null
  readonly githubIssues: GithubIssuesOptions
  readonly network: Network
  /** Logins on whose behalf trackers are asked. Null: everybody's. */
  readonly organizations: readonly string[] | null
}

export interface Connection {
  /** Without a slash at the end. */
  readonly url: string
  readonly token: string
}

/** Every tracker that somebody may name, connected or not. */
export interface Trackers {
  /** Why nobody may be asked on behalf of that organization; null: somebody may. */
  readonly whyNotConnected: (tracker: Tracker, organization: string) => string | null
  /** Never throws for what trackers do: a tracker that does not answer, or is none of ours, is an answer too. */
  readonly askTracker: (
    name: TicketName,
    asking: AskingGuarded & { readonly organization: string },
  ) => Promise<TicketAnswer>
  /** Throws nothing for what trackers do. Done twice, it leaves one link. */
  readonly linkTicket: (link: LinkToPut) => Promise<LinkOutcome>
  /** Whose credentials these are, as a name for people. Throws `TrackerUnavailable`. */
  readonly findSelf: (tracker: Tracker) => Promise<string>
  readonly connected: ReadonlySet<Tracker>
  readonly close: () => Promise<void>
}

export interface LinkToPut extends Link {
  readonly tracker: Tracker
  readonly subject: { readonly installationId: number; readonly owner: string }
}

/** Opens the ways to all trackers that are configured. Nothing is asked yet. */
export function openTrackers(options: TrackerOptions): Trackers {
  const { organizations } = options
  const opened = openConfigured(options)
  const guards = new Map(opened.map(({ client }) => [client.tracker, guardTracker(client, options)]))
  const issues = guardEach(() => guardTracker(openGithubIssues(options.githubIssues), options))
  const allowed = organizations === null ? null : new Set(organizations.map((login) => login.toLowerCase()))

  const whyNotConnected: Trackers['whyNotConnected'] = (tracker, organization) => {
    // Issues are read with the organization's own installation.
    if (tracker === 'github-issues') return null
    if (allowed?.has(organization.toLowerCase()) === false) return 'This organization is not on TRACKER_ORGANIZATIONS.'
    return guards.has(tracker) ? null : missing[tracker]
  }
  const find = (tracker: Tracker, { installationId, organization }: OnBehalfOf): GuardedTracker | string => {
    const guard = tracker === 'github-issues' ? issues(installationId) : guards.get(tracker)
    return whyNotConnected(tracker, organization) ?? guard ?? missing[tracker]
  }
  return {
    whyNotConnected,
    askTracker: async ({ tracker, key }, { organization, installationId, generation }) => {
      const found = find(tracker, { organization, installationId })
      if (typeof found === 'string') return { outcome: 'not-connected', why: found }
      return found.ask(key, { installationId, generation })
    },
    linkTicket: async ({ tracker, key, url, title, subject }) => {
      const { installationId, owner: organization } = subject
      const found = find(tracker, { organization, installationId })
      if (typeof found !== 'string') return found.link({ key, url, title })
      // A link for an organization that is not served must not hold up others; one for no connection waits for it.
      return guards.has(tracker)
        ? { outcome: 'refused', why: found }
        : { outcome: 'unavailable', why: found, about: 'tracker' }
    },
    findSelf: async (tracker) => {
      const found = tracker === 'github-issues' ? issues(0) : guards.get(tracker)
      if (found === undefined) throw new TrackerUnavailable(`is not connected: ${missing[tracker]}`)
      return found.findSelf()
    },
    connected: new Set<Tracker>([...guards.keys(), 'github-issues']),
    close: async () => {
      await Promise.all(opened.map(({ transport }) => transport.close()))
    },
  }
}

interface OnBehalfOf {
  readonly installationId: number
  readonly organization: string
}

interface Opened {
  readonly client: TrackerClient
  readonly transport: Transport
}

function openConfigured({ jira, linear, shortcut, network, now }: TrackerOptions): readonly Opened[] {
  const opened: Opened[] = []
  if (jira !== null) {
    const { url, email, token } = jira
    const transport = openTransport({
      name: 'Jira',
      variable: 'JIRA',
      baseUrl: url,
      headers: jiraHeaders(email, token),
      network,
      deniesCredentials: jiraDeniesCredentials,
    })
    opened.push({ transport, client: openJira({ transport, url, edition: email === null ? 'data-center' : 'cloud' }) })
  }
  if (linear !== null) {
    const headers = linearHeaders(linear.token)
    const transport = openTransport({ name: 'Linear', variable: 'LINEAR', baseUrl: linear.url, headers, network })
    opened.push({ transport, client: openLinear({ transport }) })
  }
  if (shortcut !== null) {
    const headers = shortcutHeaders(shortcut.token)
    const transport = openTransport({ name: 'Shortcut', variable: 'SHORTCUT', baseUrl: shortcut.url, headers, network })
    opened.push({ transport, client: openShortcut({ transport, now }) })
  }
  return opened
}

/** A guard for each installation: one that GitHub refuses says nothing of the others. */
function guardEach(open: () => GuardedTracker): (installationId: number) => GuardedTracker {
  const guards = new Map<number, GuardedTracker>()
  return (installationId) => {
    const guard = guards.get(installationId) ?? open()
    guards.set(installationId, guard)
    return guard
  }
}

const missing: Readonly<Record<Tracker, string>> = {
  jira: 'Set JIRA_URL and JIRA_TOKEN_FILE, and JIRA_EMAIL for Jira Cloud, to connect Jira.',
  linear: 'Set LINEAR_TOKEN_FILE to connect Linear.',
  shortcut: 'Set SHORTCUT_TOKEN_FILE to connect Shortcut.',
  'github-issues': 'GitHub is always connected.',
}
