import type { Fact } from '#facts/fact.ts'
import { type Tracker, trackerNames } from '#facts/ticket.ts'
import { listed, shortSha } from '#facts/wording.ts'
import type { PolicySource } from '#policy/policy-document.ts'
import { type Examined, examined, type Found, ok, problem, wordsOf } from './examined.ts'
import { examinePolicy } from './examine-policy.ts'

/** A place where the app is installed. */
export interface Installed {
  readonly id: number
  /** Login of the organization or user. */
  readonly account: string
  readonly standing: 'active' | 'suspended'
}

export interface TicketPorts {
  /** Those that are connected; GitHub is not among them, for it is examined anyway. */
  readonly trackers: readonly ConnectedTracker[]
  /** Logins on whose behalf trackers are asked, in lower case; null: everybody's. */
  readonly trackerOrganizations: readonly string[] | null
  /** The policy of an organization; null when it has none. */
  readonly readPolicy: (installation: Installed) => Promise<Fact<PolicySource | null>>
}

export interface ConnectedTracker {
  readonly tracker: Tracker
  /** Who we are there, as a name for people. What it throws completes "Jira …". */
  readonly findSelf: () => Promise<string>
}

/** Examines each connected tracker, who has it asked, and whether the policies find what they ask for. */
export async function* examineTickets(
  installations: readonly Installed[],
  ports: TicketPorts,
): AsyncGenerator<Examined> {
  for (const one of ports.trackers) yield await examineTracker(one)
  const active = installations.filter(({ standing }) => standing === 'active')
  yield* examineSharing(active, ports)
  for (const installation of active) yield* await policyExamined(installation, ports)
}

async function examineTracker({ tracker, findSelf }: ConnectedTracker): Promise<Examined> {
  const name = trackerNames[tracker]
  const remedy = `Correct what this names, then run doctor again: docs/operations/trackers.md tells each setting of ${name}.`
  return examined({ name, remedy }, async () => ok(`answers as ${await findSelf()}`))
}

/** A check tells whether a ticket exists to whoever may open a pull request. */
function* examineSharing(
  active: readonly Installed[],
  { trackers, trackerOrganizations }: TicketPorts,
): Generator<Examined> {
  if (trackers.length === 0 || active.length < 2) return
  const name = 'tickets'
  if (trackerOrganizations !== null) {
    yield { name, ...ok(`looked up for ${listed(trackerOrganizations, 'and')} alone`) }
    return
  }
  const connected = listed(
    trackers.map(({ tracker }) => trackerNames[tracker]),
    'and',
  )
  yield {
    name,
    ...problem(
      `looked up in ${connected} for all ${active.length} accounts that have the app installed: whoever can open a pull request in any of them could learn whether a ticket exists`,
      'Name the organizations whose tickets these are in TRACKER_ORGANIZATIONS, even if that is all of them.',
    ),
  }
}

async function policyExamined(installation: Installed, ports: TicketPorts): Promise<readonly Examined[]> {
  const name = `policy of ${installation.account}`
  try {
    const policy = await ports.readPolicy(installation)
    if (!policy.known) return [{ name, standing: 'unknown', detail: policy.why }]
    if (policy.value === null) return [{ name, ...ok('none: every control observes, and blocks nobody') }]
    return judged(policy.value, installation.account, ports).map((found) => ({ name, ...found }))
  } catch (error) {
    return [{ name, standing: 'unknown', detail: wordsOf(error) }]
  }
}

function judged(policy: PolicySource, account: string, ports: TicketPorts): readonly Found[] {
  const { faults, trackersAsked } = examinePolicy(policy)
  const { repository, path, commitSha } = policy.origin
  const where = `${path} in ${repository} (${shortSha(commitSha)})`
  const found = [
    ...faults.map((fault) => problem(`${where}: ${fault}`, correctPolicy)),
    ...trackersAsked.flatMap((tracker) => unanswered(tracker, account, ports)),
  ]
  return found.length > 0 ? found : [ok(`${where} has no fault`)]
}

const correctPolicy = 'Correct the file: until then the last good policy stays in force.'

/** A policy that looks tickets up where this server asks nobody. */
function unanswered(tracker: Tracker, account: string, { trackers, trackerOrganizations }: TicketPorts): Found[] {
  if (tracker === 'github-issues') return []
  const name = trackerNames[tracker]
  const asks = `${account}'s policy looks tickets up in ${name}, but`
  if (!trackers.some((one) => one.tracker === tracker)) {
    return [problem(`${asks} this server has no connection to ${name}`, `Set ${settings[tracker]}.`)]
  }
  if (trackerOrganizations === null || trackerOrganizations.includes(account.toLowerCase())) return []
  return [problem(`${asks} TRACKER_ORGANIZATIONS does not name ${account}`, `Add ${account} to TRACKER_ORGANIZATIONS.`)]
}

const settings: Readonly<Record<Exclude<Tracker, 'github-issues'>, string>> = {
  jira: 'JIRA_URL and JIRA_TOKEN_FILE, and JIRA_EMAIL for Jira Cloud',
  linear: 'LINEAR_TOKEN_FILE',
  shortcut: 'SHORTCUT_TOKEN_FILE',
}
