import { catalogue } from '#controls/catalogue.ts'
import { asksOf } from '#engine/assess.ts'
import type { KeptAnswer, KeptKind } from '#engine/assessment.ts'
import type { ObservedChange } from '#engine/observed-change.ts'
import { type Asked, type AskedTicket, notLookedFor } from '#facts/asked.ts'
import type {
  Account,
  ChangedFile,
  ChangeFacts,
  CodeOwners,
  CustomProperties,
  HeldPermission,
  Permission,
  Revision,
  Team,
} from '#facts/change-facts.ts'
import { ownedPathsOf, parseCodeOwners } from '#facts/code-owners.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { lacksOldPath, touchedPaths } from '#facts/touched-paths.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import { lookUpTicket, type TicketPorts } from './look-up-ticket.ts'

/** A question to GitHub, or to a tracker, about one thing. What GitHub hides is unknown; its trouble throws. */
export interface LookUpPorts extends TicketPorts {
  readonly findKeptAnswer: (answer: KeptAnswer) => Promise<{ readonly value: unknown; readonly readAt: string } | null>
  readonly keepAnswer: (answer: KeptAnswer, value: unknown, at: Date) => Promise<void>
  /** `team` is `organization/slug`. Account ids. */
  readonly collectTeamMembers: (subject: ChangeSubject, team: string) => Promise<Fact<readonly number[]>>
  /** The slugs of the organization's teams, in lower case. */
  readonly collectTeams: (subject: ChangeSubject) => Promise<Fact<readonly string[]>>
  readonly collectPermission: (
    subject: ChangeSubject,
    account: Pick<Account, 'id' | 'login'>,
  ) => Promise<Fact<Permission>>
  readonly collectOrganizationMembers: (subject: ChangeSubject) => Promise<Fact<readonly number[]>>
  readonly collectProperties: (subject: ChangeSubject) => Promise<Fact<CustomProperties>>
  /** The commit from which `commit` left `base`. */
  readonly collectMergeBase: (
    subject: ChangeSubject,
    of: { readonly base: string; readonly commit: string },
  ) => Promise<Fact<string>>
  readonly collectRevision: (
    subject: ChangeSubject,
    of: { readonly mergeBase: string; readonly commit: string },
  ) => Promise<Revision['files']>
  /** New path to old path, of the files that the change renames. */
  readonly collectPreviousPaths: (subject: ChangeSubject) => Promise<Fact<Readonly<Record<string, string>>>>
}

interface LookingUp {
  readonly subject: ChangeSubject
  readonly facts: ChangeFacts
  readonly policy: EffectivePolicy
  /** Left out where no look was taken: then nobody's paths are known to have owners. */
  readonly codeOwnersFile?: ObservedChange['codeOwnersFile']
  /** Left out: every kind of question. */
  readonly only?: readonly Question['about'][]
}

/** One question leads to another (a team, then a difference), but never to many. */
const mostRounds = 6

/**
 * Looks up what the policy's controls ask for beyond one look at the change, until they ask for nothing new.
 *
 * What moves slowly comes from what we keep of GitHub's answers; a change that asks for nothing costs nothing.
 */
export async function lookUpAsked(looking: LookingUp, ports: LookUpPorts): Promise<ChangeFacts> {
  const { policy, only } = looking
  const asked = new Set<string>()
  let seen = looking.facts
  for (let round = 0; round < mostRounds; round += 1) {
    const questions = stillOpen(asksOf({ catalogue, facts: seen, policy }), asked)
    const open = questions.filter(({ about }) => only?.includes(about) ?? true)
    if (open.length === 0) break
    const answers = await Promise.all(open.map((question) => answer(question, { ...looking, facts: seen }, ports)))
    seen = answers.reduce((sofar, add) => add(sofar), seen)
  }
  return seen
}

type Question =
  | { readonly about: 'team'; readonly name: string }
  | { readonly about: 'permission'; readonly id: number; readonly login: string }
  | { readonly about: 'revision'; readonly sha: string }
  | { readonly about: 'ticket'; readonly asked: AskedTicket }
  | { readonly about: Required<Asked>['wants'][number] }

/** What has not been asked in an earlier round; each is asked once, whatever the answer. */
function stillOpen(
  { teams, permissions, revisions, tickets, wants }: Required<Asked>,
  asked: Set<string>,
): readonly Question[] {
  const questions: readonly Question[] = [
    ...teams.map((name) => ({ about: 'team', name }) as const),
    ...permissions.map(({ id, login }) => ({ about: 'permission', id, login }) as const),
    ...revisions.map((sha) => ({ about: 'revision', sha }) as const),
    ...tickets.map((one) => ({ about: 'ticket', asked: one }) as const),
    ...wants.map((about) => ({ about })),
  ]
  return questions.filter((question) => {
    const key = JSON.stringify(question)
    return !asked.has(key) && asked.add(key)
  })
}

type Add = (facts: ChangeFacts) => ChangeFacts

async function answer(
  question: Question,
  { subject, facts, codeOwnersFile = notLookedFor }: LookingUp,
  ports: LookUpPorts,
): Promise<Add> {
  switch (question.about) {
    case 'team': {
      const team: Team = { name: question.name, members: await teamMembers(subject, question.name, ports) }
      return (sofar) => ({ ...sofar, teams: withOne(sofar.teams, team, ({ name }) => name) })
    }
    case 'permission': {
      const held: HeldPermission = { accountId: question.id, permission: await permission(subject, question, ports) }
      return (sofar) => ({ ...sofar, permissions: withOne(sofar.permissions, held, ({ accountId }) => accountId) })
    }
    case 'revision': {
      const revision: Revision = {
        sha: question.sha,
        files: await revisionAt(subject, { facts, sha: question.sha }, ports),
      }
      return (sofar) => ({ ...sofar, revisions: withOne(sofar.revisions, revision, ({ sha }) => sha) })
    }
    case 'ticket': {
      const mergedAt = facts.change.known ? (facts.change.value.merge?.at ?? null) : null
      const ticket = await lookUpTicket(question.asked, { subject, mergedAt }, ports)
      return (sofar) => ({
        ...sofar,
        tickets: withOne(sofar.tickets, ticket, ({ tracker, key }) => `${tracker} ${key}`),
      })
    }
    case 'organization-members': {
      const organizationMembers = await members(subject, ports)
      return (sofar) => ({ ...sofar, organizationMembers })
    }
    case 'properties': {
      const found = await properties(subject, ports)
      return (sofar) => ({ ...sofar, properties: found })
    }
    case 'code-owners': {
      return (sofar) => ({ ...sofar, codeOwners: codeOwnersOf(codeOwnersFile, sofar.files) })
    }
    case 'previous-paths': {
      const found = await previousPaths(subject, facts, ports)
      return (sofar) => withOldNames(sofar, found, codeOwnersFile)
    }
  }
}

/** In an order that does not depend on when we learned of them, so that equal facts stay equal. */
function withOne<Item>(
  list: Fact<readonly Item[]>,
  item: Item,
  keyOf: (item: Item) => string | number,
): Fact<readonly Item[]> {
  const items = [...(list.known ? list.value : []), item]
  return known(items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)))
}

/** What a webhook should have told us is read again after this, in case none came. */
const keptForMs = 30 * 60_000
const forGood = Infinity

interface Keeping {
  readonly kind: KeptKind
  readonly of: ChangeSubject
  /** `installation`: it holds for all of its repositories. */
  readonly within: 'installation' | 'repository'
  readonly key: string
  readonly forMs: number
}

/** An answer that we keep, or GitHub's, which is then kept. What GitHub hid is asked for anew each time. */
async function kept<Value>(
  { kind, of, within, key, forMs }: Keeping,
  collect: () => Promise<Fact<Value>>,
  ports: LookUpPorts,
): Promise<Fact<Value>> {
  const repositoryId = within === 'repository' ? of.repositoryId : 0
  const place: KeptAnswer = { kind, installationId: of.installationId, repositoryId, key }
  const found = await ports.findKeptAnswer(place)
  const at = ports.now()
  if (found !== null && at.getTime() - Date.parse(found.readAt) < forMs) return known(found.value as Value)
  const collected = await collect()
  // Stamped with the time before the question: what a webhook drops meanwhile was read before.
  if (collected.known) await ports.keepAnswer(place, collected.value, at)
  return collected
}

const teamMembers = (of: ChangeSubject, team: string, ports: LookUpPorts): Promise<Fact<readonly number[]>> =>
  kept(
    { kind: 'team-members', of, within: 'installation', key: team, forMs: keptForMs },
    () => ports.collectTeamMembers(of, team),
    ports,
  )

/** The slugs of the organization's teams, in lower case. */
export const organizationTeams = (of: ChangeSubject, ports: LookUpPorts): Promise<Fact<readonly string[]>> =>
  kept({ kind: 'teams', of, within: 'installation', key: '', forMs: keptForMs }, () => ports.collectTeams(of), ports)

const permission = (
  of: ChangeSubject,
  account: Pick<Account, 'id' | 'login'>,
  ports: LookUpPorts,
): Promise<Fact<Permission>> =>
  kept(
    { kind: 'permission', of, within: 'repository', key: String(account.id), forMs: keptForMs },
    () => ports.collectPermission(of, account),
    ports,
  )

const members = (of: ChangeSubject, ports: LookUpPorts): Promise<Fact<readonly number[]>> =>
  kept(
    { kind: 'organization-members', of, within: 'installation', key: '', forMs: keptForMs },
    () => ports.collectOrganizationMembers(of),
    ports,
  )

/** The custom properties of a change's repository. */
export const properties = (of: ChangeSubject, ports: LookUpPorts): Promise<Fact<CustomProperties>> =>
  kept(
    { kind: 'properties', of, within: 'repository', key: '', forMs: keptForMs },
    () => ports.collectProperties(of),
    ports,
  )

/** Commits do not change: each answer about them is asked for once. */
async function revisionAt(
  of: ChangeSubject,
  { facts, sha: commit }: { readonly facts: ChangeFacts; readonly sha: string },
  ports: LookUpPorts,
): Promise<Revision['files']> {
  const base = facts.change.known ? facts.change.value.baseSha : null
  if (base === null)
    return unknown('what the base branch was is not known any more, so there is nothing to compare with')
  const mergeBase = await kept(
    { kind: 'merge-base', of, within: 'repository', key: `${base}..${commit}`, forMs: forGood },
    () => ports.collectMergeBase(of, { base, commit }),
    ports,
  )
  if (!mergeBase.known) return mergeBase
  return kept(
    { kind: 'revision', of, within: 'repository', key: `${mergeBase.value}..${commit}`, forMs: forGood },
    () => ports.collectRevision(of, { mergeBase: mergeBase.value, commit }),
    ports,
  )
}

type PreviousPaths = Fact<Readonly<Record<string, string>>>

/** Of one head on one base: another look may see other files. */
async function previousPaths(of: ChangeSubject, facts: ChangeFacts, ports: LookUpPorts): Promise<PreviousPaths> {
  if (!facts.change.known) return facts.change
  const { headSha, baseSha, number } = facts.change.value
  return kept(
    {
      kind: 'previous-paths',
      of,
      within: 'repository',
      key: `${String(number)}/${baseSha ?? ''}..${headSha}`,
      forMs: forGood,
    },
    () => ports.collectPreviousPaths(of),
    ports,
  )
}

/** Who owns the touched paths: read from the file that the look brought, so it takes no question to GitHub. */
function codeOwnersOf(file: ObservedChange['codeOwnersFile'], files: ChangeFacts['files']): Fact<CodeOwners> {
  if (!file.known) return file
  if (file.value === null) return known({ file: null, owned: [] })
  if (!files.known) return files
  const { path, commitSha, text } = file.value
  const parsed = parseCodeOwners(text)
  if (!parsed.known) return parsed
  const owned = ownedPathsOf(parsed.value, touchedPaths(files.value))
  return owned.known ? known({ file: { path, commitSha }, owned: owned.value }) : owned
}

/** The old paths may have other owners: where those were asked for, they are told anew. */
function withOldNames(
  facts: ChangeFacts,
  previous: PreviousPaths,
  codeOwnersFile: ObservedChange['codeOwnersFile'],
): ChangeFacts {
  const files = renamed(facts.files, previous)
  const codeOwners = facts.codeOwners === notLookedFor ? notLookedFor : codeOwnersOf(codeOwnersFile, files)
  return { ...facts, files, codeOwners }
}

/** A renamed file whose old name GitHub does not tell hides what was touched, so the files are unknown. */
function renamed(files: ChangeFacts['files'], previous: PreviousPaths): ChangeFacts['files'] {
  if (!files.known) return files
  if (!previous.known) return previous
  const named = files.value.map((file): ChangedFile => ({
    ...file,
    previousPath: file.status === 'renamed' ? (previous.value[file.path] ?? null) : null,
  }))
  const nameless = named.find(lacksOldPath)
  if (nameless === undefined) return known(named)
  return unknown(`GitHub did not say what the renamed file ${nameless.path} was called before`)
}
