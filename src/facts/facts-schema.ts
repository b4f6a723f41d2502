import { z } from 'zod'
import type * as Facts from './change-facts.ts'
import { type Fact, unknown } from './fact.ts'
import type { Push } from './pushes.ts'
import type { ChangeSubject } from './subject.ts'
import type * as Tickets from './ticket.ts'

/** Compiles only when the schema's output is the type: no member more or less, and none looser or narrower. */
export const exactly =
  <Type>() =>
  <Schema extends z.ZodType>(schema: IsSame<z.output<Schema>, Type> extends true ? Schema : never): z.ZodType<Type> =>
    schema as Schema & z.ZodType<Type>

/** Assignable to each other, and of the same members: an optional one more would still be assignable. */
type IsSame<A, B> = [A, keyof A] extends [B, keyof B] ? ([B, keyof B] extends [A, keyof A] ? true : false) : false

/** Unlike zod's own, of readonly arrays. */
export const list = <Item>(item: z.ZodType<Item>): z.ZodType<readonly Item[]> => z.array(item)

const text = z.string()
const id = z.int()
const count = z.int().min(0)
const time = z.iso.datetime({
  error: ({ input }) => (input === undefined ? undefined : 'Expected a time in UTC, such as "2026-05-04T09:00:00Z".'),
})

/** `T` as something looked for: known, or not known and why. */
function fact<T>(value: z.ZodType<T>): z.ZodType<Fact<T>> {
  const known = z.strictObject({ known: z.literal(true), value })
  const hidden = z.strictObject({
    known: z.literal(false),
    why: text.describe('Why it could not be seen: completes "checks: …".'),
  })
  return z.discriminatedUnion('known', [known, hidden], {
    error: 'Expected {"known": true, "value": …}, or {"known": false, "why": "…"} for what could not be seen.',
  })
}

const account = exactly<Facts.Account>()(
  z.strictObject({
    id: id.describe('What identifies the account. `gh api users/LOGIN` shows it.'),
    login: text.describe('For showing only: logins are renamed.'),
    kind: z.enum(['user', 'bot', 'other']),
  }),
).meta({ id: 'account', description: 'An account of GitHub.' })

const signature = exactly<Facts.Signature>()(
  z.strictObject({
    name: text,
    account: account.nullable().describe('Null when the e-mail address belongs to no account.'),
  }),
).meta({ id: 'signature', description: 'A name in a commit.' })

const change = exactly<Facts.Change>()(
  z.strictObject({
    number: id,
    url: text,
    title: text,
    body: text,
    state: z.enum(['open', 'closed', 'merged']),
    draft: z.boolean(),
    author: account.nullable().describe('Null when the account has been deleted since.'),
    baseBranch: text,
    headBranch: text,
    headSha: text,
    baseSha: text.nullable().describe('The tip of the base branch; null when the branch has been deleted since.'),
    crossRepository: z.boolean().describe('True when the head branch is in a fork.'),
    labels: list(text),
    openedAt: time,
    merge: exactly<Facts.Merge>()(
      z.strictObject({ at: time, by: account.nullable(), commitSha: text.nullable() }),
    ).nullable(),
  }),
)

const commit = exactly<Facts.Commit>()(
  z.strictObject({
    sha: text,
    parents: list(text),
    headline: text.describe('First line of the message.'),
    mentions: list(text)
      .nullable()
      .default([])
      .describe(
        'What the rest of the message holds in the shape of a ticket key; null when that is more than 50 different ones.',
      ),
    authoredAt: time.nullable().default(null).describe('When it was first written, by the clock of whoever wrote it.'),
    authors: list(signature).describe('The author and every co-author.'),
    committer: signature.nullable().describe('Null when GitHub itself committed.'),
    verification: exactly<Facts.Verification>()(
      z.strictObject({ verified: z.boolean(), reason: text.describe('`valid`, `unsigned`, `unknown-key`, …') }),
    ),
  }),
)

const review = exactly<Facts.Review>()(
  z.strictObject({
    id,
    author: account.nullable().describe('Null when the account has been deleted since.'),
    state: z.enum(['approved', 'changes-requested', 'commented', 'dismissed', 'pending']),
    commitSha: text.nullable().describe('The commit that was looked at; null when GitHub no longer knows it.'),
    submittedAt: time.nullable().describe('Null while pending.'),
    authorCanWrite: z.boolean().describe('Whether the author has at least write permission to the repository.'),
    forBase: z.enum(['current', 'earlier']).describe('`earlier`: the change has been given another base since.'),
  }),
)

const push = exactly<Push>()(
  z.strictObject({
    before: text.nullable().describe('Null: the pull request was opened with `after` as its head.'),
    after: text,
    by: account,
  }),
)

const changedFile = exactly<Facts.ChangedFile>()(
  z.strictObject({
    path: text,
    status: z.enum(['added', 'modified', 'removed', 'renamed', 'copied', 'changed']),
    previousPath: text.nullable().describe('What a renamed file was called before.'),
    additions: count,
    deletions: count,
  }),
)

const workflow = exactly<Facts.Workflow>()(
  z.strictObject({
    path: text.describe('`.github/workflows/ci.yml`'),
    repository: text.describe('`owner/name` of the repository that the file is in.'),
    event: text.describe('What started the run: `pull_request`, `push`, …'),
  }),
)

const check = exactly<Facts.CheckResult>()(
  z.strictObject({
    name: text,
    kind: z.enum(['check-run', 'status']),
    source: text.describe("The slug of the app, or a status's account."),
    appId: id.nullable().describe('Null for a status.'),
    outcome: z.enum(['success', 'failure', 'pending', 'neutral', 'skipped', 'other']),
    workflow: fact(workflow.nullable()).describe('The workflow that ran it; null for what none ran.'),
  }),
)

const requiredCheck = exactly<Facts.RequiredCheck>()(
  z.strictObject({ name: text, appId: id.nullable().describe('Null when any app may report it.') }),
)

const labeling = exactly<Facts.Labeling>()(
  z.strictObject({ label: text, by: account.nullable().describe('Null when GitHub no longer tells.') }),
)

const codeOwners = exactly<Facts.CodeOwners>()(
  z.strictObject({
    file: z.strictObject({ path: text, commitSha: text }).nullable().describe('Null when there is no such file.'),
    owned: list(
      exactly<Facts.OwnedPaths>()(
        z.strictObject({
          line: z.int().min(1),
          pattern: text,
          owners: list(text).describe('`@login`, `@organization/team` or an e-mail address.'),
          paths: list(text),
        }),
      ),
    ),
  }),
)

const policyEdit = exactly<Facts.PolicyEdit>()(
  z.strictObject({ path: text, faults: list(text), consequences: list(text) }),
)

const team = exactly<Facts.Team>()(
  z.strictObject({
    name: text.describe('`organization/slug`, in lower case.'),
    members: fact(list(id)).describe('Account ids, members of child teams included.'),
  }),
)

const heldPermission = exactly<Facts.HeldPermission>()(
  z.strictObject({
    accountId: id,
    permission: fact(exactly<Facts.Permission>()(z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin']))),
  }),
)

const fileDifference = exactly<Facts.FileDifference>()(
  z.strictObject({
    content: text.describe('A fingerprint of the difference, with the positions of its hunks left out.'),
    exact: text.describe('A fingerprint with the positions.'),
    before: text.nullable().describe('The blob that the file was at the base; null where there is none.'),
  }),
)

const revision = exactly<Facts.Revision>()(
  z.strictObject({
    sha: text,
    files: fact(z.record(text, fileDifference)).describe('The difference in each touched path.'),
  }),
)

const ticket = exactly<Tickets.Ticket>()(
  z.strictObject({
    key: text.describe('What it is called now.'),
    title: text,
    type: text.nullable(),
    status: text.describe('As the tracker calls it.'),
    category: z.enum(['open', 'in-progress', 'closed']).nullable().describe('Null when its status is in none.'),
    categorySince: time.nullable().describe('Null when the tracker does not tell.'),
    creator: text.nullable(),
    createdAt: time,
    url: text,
  }),
)

const ticketAnswer = exactly<Tickets.TicketAnswer>()(
  z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('found'), ticket }),
    z.strictObject({ outcome: z.literal('not-found-or-hidden') }),
    z.strictObject({ outcome: z.literal('unavailable'), why: text.describe('Completes "Jira …".') }),
    z.strictObject({ outcome: z.literal('unanswered'), why: text.describe('Completes "Jira …".') }),
    z.strictObject({ outcome: z.literal('not-connected'), why: text }),
  ]),
)

const namedTicket = exactly<Tickets.NamedTicket>()(
  z.strictObject({
    tracker: z.enum(['jira', 'linear', 'shortcut', 'github-issues']),
    key: text.describe('Unique within its tracker: `BUG-453`, `acme/shop#7`.'),
    named: text.describe('As the change names it: `#7`.'),
    answer: ticketAnswer,
    readAt: time.describe('When the tracker was asked.'),
    staleBecause: text.nullable().describe('Why there is no newer answer, though one is due; null: it is new enough.'),
  }),
)

/** Custom properties of a repository by name, each with its value, its values or null. */
export const customPropertiesSchema = exactly<Facts.CustomProperties>()(
  z.record(text, z.union([text, list(text)]).nullable()),
)

/** A fact of a change. A snapshot from before we looked for it lacks it: then it could not be seen. */
const recorded = <T>(value: z.ZodType<T>, meaning: string): z.ZodType<Fact<T>> =>
  fact(value).default(unknown('was not recorded')).describe(meaning)

/** The facts of a change, from a file: a member nobody knows is a fault, and a fact that is missing is unknown. */
export const changeFactsSchema = exactly<Facts.ChangeFacts>()(
  z.strictObject({
    change: recorded(change, 'The pull request itself.'),
    commits: recorded(list(commit), 'Every commit between base and head.'),
    reviews: recorded(list(review), 'Every review, oldest first.'),
    pushes: recorded(list(push), 'The pushes to the head branch while it was open, and its opening.'),
    files: recorded(list(changedFile), 'The touched files.'),
    checks: recorded(list(check), 'Checks and statuses of others on the head commit, the latest of each.'),
    requiredChecks: recorded(list(requiredCheck), 'What the rules in force for the base branch require.'),
    labelings: recorded(list(labeling), 'Who set each label.'),
    codeOwners: recorded(codeOwners, 'Who owns the touched paths, by the CODEOWNERS file of the base branch.'),
    policyEdits: recorded(list(policyEdit), 'The policy files it edits, each with its faults.'),
    teams: recorded(list(team), 'The teams that a policy asked about.'),
    permissions: recorded(list(heldPermission), 'The permissions that a policy asked about.'),
    organizationMembers: recorded(list(id), 'The account ids of the members of the organization.'),
    revisions: recorded(list(revision), 'What the change was at other commits than its head, and at its head.'),
    tickets: recorded(list(namedTicket), 'What trackers say of the tickets that it names.'),
    properties: recorded(customPropertiesSchema, 'Custom properties of the repository.'),
  }),
)

/** Which change it is, from a file. */
export const changeSubjectSchema = exactly<ChangeSubject>()(
  z.strictObject({
    kind: z.literal('change'),
    installationId: id,
    repositoryId: id,
    owner: text,
    repository: text,
    number: id,
  }),
)
