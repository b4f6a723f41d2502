import type { Account, ChangeFacts, CheckResult, Merge, Review } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { pushersOf } from '#facts/pushes.ts'
import { signaturesOf } from '#facts/signatures.ts'
import { type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import type { Finding } from './assess.ts'
import { codeSpan, escapeMarkdown, shortened } from './markdown.ts'

export interface AuditInput {
  readonly subject: ChangeSubject
  readonly facts: ChangeFacts
  readonly findings: readonly Finding[]
  readonly policy: EffectivePolicy
  /** Where the ledger holds the assessment that this record tells of. */
  readonly ledgerPosition: number | null
  /** Exceptions that were used, a sentence each. */
  readonly waivers?: readonly string[]
}

/** A comment, and the hidden text in it by which it is found again among those that we posted. */
export interface AuditComment {
  readonly marker: string
  /** Markdown, at most 65,536 characters. */
  readonly body: string
}

/** GitHub's limit for a comment, in characters. */
const longestBody = 65_536

/**
 * The record of a merged change: what it was for, who made it, who approved which commit, what tested it, by which
 * policy it was judged, who merged it and when, and where the ledger has it.
 *
 * What could not be seen is said to be so. People are named without being notified. The marker is the same for the same
 * change; whoever looks for it must look only among our own comments, since anybody can write it.
 */
export function auditComment(input: AuditInput): AuditComment {
  const marker = `<!-- countersign:audit ${subjectKey(input.subject)} -->`
  for (const most of [Infinity, 100, 20, 5]) {
    const body = render(marker, input, most)
    if (body.length <= longestBody) return { marker, body }
  }
  const body = `${marker}\n### Audit record\n\n${ledgerLine(input)}\n\nThe record is too long for a comment; the ledger has it whole.`
  return { marker, body }
}

/** `most` is how much of each list is told. */
function render(
  marker: string,
  { facts, findings, policy, ledgerPosition, waivers, subject }: AuditInput,
  most: number,
): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Ticket', reasonsFor('ticket-link', findings, most)],
    [
      'Contributors',
      tell(contributors(facts), (people) =>
        list(
          people.map((person) => named(person)),
          most,
        ),
      ),
    ],
    ['Approvals', tell(facts.reviews, (reviews) => approvals(reviews, most))],
    [
      'Tested by',
      tell(facts.checks, (checks) =>
        list(
          checks.map((check) => outcomeOf(check)),
          most,
        ),
      ),
    ],
    ['Merged', tell(facts.change, ({ merge }) => merged(merge))],
    ['Policy', `${codeSpan(policy.digest)}, preset ${codeSpan(policy.preset)}${originsOf(policy, most)}`],
    [
      'Waivers',
      list(
        (waivers ?? []).map((waiver) => told(waiver)),
        most,
      ),
    ],
    ['Ledger', ledgerLine({ ledgerPosition })],
  ]
  return [
    marker,
    `### Audit record of ${codeSpan(`${subject.owner}/${subject.repository}`)} pull request ${subject.number}`,
    ['| | |', '|---|---|', ...rows.map(([name, text]) => `| **${name}** | ${text} |`)].join('\n'),
    ['| Control | Finding | Mode | Why |', '|---|---|---|---|', ...findings.map((finding) => row(finding, most))].join(
      '\n',
    ),
  ].join('\n\n')
}

const row = ({ control, outcome, mode, because }: Finding, most: number): string =>
  `| ${codeSpan(control)} | ${outcome} | ${mode} | ${list(
    because.map((reason) => told(reason)),
    most,
  )} |`

function reasonsFor(control: string, findings: readonly Finding[], most: number): string {
  const finding = findings.find((candidate) => candidate.control === control)
  return finding === undefined
    ? 'not judged'
    : list(
        finding.because.map((reason) => told(reason)),
        most,
      )
}

/** Everyone who opened, wrote, committed or pushed, once each, in order of account id; then names without an account. */
function contributors({ change, commits, pushes }: ChangeFacts): Fact<readonly Contributor[]> {
  if (!change.known) return change
  if (!commits.known) return commits
  if (!pushes.known) return pushes
  const signatures = commits.value.flatMap((commit) => signaturesOf(commit))
  const accounts = [change.value.author, ...signatures.map(({ account }) => account), ...pushersOf(pushes.value)]
  const byId = new Map(accounts.flatMap((account) => (account === null ? [] : [[account.id, account] as const])))
  const names = new Set(signatures.flatMap(({ account, name }) => (account === null ? [name] : [])))
  const ghost = change.value.author === null ? [null] : []
  return {
    known: true,
    value: [...ghost, ...[...byId.values()].toSorted((a, b) => a.id - b.id), ...[...names].toSorted()],
  }
}

/** Null: an account deleted since. Text: a name in a commit that belongs to no account. */
type Contributor = Account | string | null

function named(person: Contributor): string {
  if (person === null) return 'a deleted account'
  if (typeof person === 'string') return `${codeSpan(shortened(person, longestText))} (no GitHub account)`
  return `${codeSpan(person.login)} (id ${person.id})`
}

const approvals = (reviews: readonly Review[], most: number): string =>
  list(
    reviews
      .filter(({ state }) => state === 'approved')
      .toSorted((a, b) => a.id - b.id)
      .map(
        ({ author, commitSha }) =>
          `${named(author)} approved ${commitSha === null ? 'an unknown commit' : codeSpan(commitSha)}`,
      ),
    most,
  )

const outcomeOf = ({ name, source, outcome }: CheckResult): string =>
  `${codeSpan(shortened(name, longestText))} by ${codeSpan(source)}: ${outcome}`

function merged(merge: Merge | null): string {
  if (merge === null) return 'not merged'
  const commit = merge.commitSha === null ? '' : ` as ${codeSpan(merge.commitSha)}`
  return `by ${named(merge.by)} at ${codeSpan(merge.at)}${commit}`
}

const originsOf = ({ origins }: EffectivePolicy, most: number): string =>
  origins.length === 0
    ? ', no policy file'
    : `<br>${list(
        origins.map(
          ({ repository, path, commitSha }) => `${codeSpan(`${repository}/${path}`)} at ${codeSpan(commitSha)}`,
        ),
        most,
      )}`

const ledgerLine = ({ ledgerPosition }: Pick<AuditInput, 'ledgerPosition'>): string =>
  ledgerPosition === null ? 'not recorded' : `entry ${ledgerPosition}`

const longestText = 300

const told = (text: string): string => escapeMarkdown(shortened(text, longestText))

const tell = <Value>(fact: Fact<Value>, say: (value: Value) => string): string =>
  fact.known ? say(fact.value) : `could not be seen: ${told(fact.why)}`

function list(items: readonly string[], most: number): string {
  if (items.length === 0) return 'none'
  const left = items.length - most
  return [...items.slice(0, most), ...(left > 0 ? [`… and ${left} more`] : [])].join('<br>')
}
