import type { Account, ChangeFacts, CheckResult, Merge, Review } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { pushersOf } from '#facts/pushes.ts'
import { signaturesOf } from '#facts/signatures.ts'
import { type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import type { Finding } from './assess.ts'
import {
  findingsTable,
  keyedTable,
  ledgerTold,
  list,
  named,
  policyTold,
  quoted,
  tell,
  ticketRow,
  ticketsTold,
  told,
} from './audit-rows.ts'
import { codeSpan } from './markdown.ts'

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
  /** Markdown, at most 48,000 characters. */
  readonly body: string
}

/** GitHub's limit for a comment is 65,536 characters: this leaves room for what is added to the record later. */
const longestBody = 48_000

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
  const body = `${marker}\n### Audit record\n\n${ledgerTold(input.ledgerPosition)}\n\nThe record is too long for a comment; the ledger has it whole.`
  return { marker, body }
}

export interface AuditAdditionInput extends AuditInput {
  /** When the change was judged again. ISO 8601, UTC. */
  readonly at: string
  /** Of the findings that are told, so that the same are added once. */
  readonly findingsDigest: string
}

/** What is added to the record of a merged change, found again by its marker, which is in both texts. */
export interface AuditAddition {
  readonly marker: string
  /** Markdown, at most 16,000 characters. */
  readonly text: string
  /** One line, for a comment without room for the text: where the ledger has it. */
  readonly shortText: string
}

const longestAddition = 16_000

/** What was found when a merged change was judged again: added below its record, which stays as it was written. */
export function auditAddition(input: AuditAdditionInput): AuditAddition {
  const marker = `<!-- countersign:addition ${input.findingsDigest} -->`
  const opening = `**Added ${input.at}.** This change was judged again`
  const where =
    input.ledgerPosition === null ? 'it is not in the ledger' : `see ${ledgerTold(input.ledgerPosition)} of the ledger`
  const shortText = `${opening}: ${where}. ${marker}`
  for (const most of [Infinity, 20, 5, 1]) {
    const text = [marker, `${opening}; what stands above is told as it was found then.`, ...added(input, most)].join(
      '\n\n',
    )
    if (text.length <= longestAddition) return { marker, text, shortText }
  }
  return { marker, text: shortText, shortText }
}

function added({ facts, findings, policy, ledgerPosition }: AuditAdditionInput, most: number): readonly string[] {
  const tickets = ticketsTold(facts.tickets, most)
  const applying = findings.filter(({ outcome }) => outcome !== 'not-applicable')
  return [
    keyedTable([
      ...(tickets === null ? [] : ([['Ticket', tickets]] as const)),
      ['Policy', policyTold(policy, most)],
      ['Ledger', ledgerTold(ledgerPosition)],
    ]),
    applying.length === 0 ? 'No control asks for anything.' : findingsTable(applying, most),
  ]
}

/** `most` is how much of each list is told. */
function render(
  marker: string,
  { facts, findings, policy, ledgerPosition, waivers, subject }: AuditInput,
  most: number,
): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Ticket', ticketRow(findings, facts.tickets, most)],
    ['Contributors', tell(contributors(facts), (people) => listOf(people, named, most))],
    ['Approvals', tell(facts.reviews, (reviews) => approvals(reviews, most))],
    ['Tested by', tell(facts.checks, (checks) => listOf(checks, outcomeOf, most))],
    ['Merged', tell(facts.change, ({ merge }) => merged(merge))],
    ['Policy', policyTold(policy, most)],
    ['Waivers', listOf(waivers ?? [], told, most)],
    ['Ledger', ledgerTold(ledgerPosition)],
  ]
  return [
    marker,
    `### Audit record of ${codeSpan(`${subject.owner}/${subject.repository}`)} pull request ${subject.number}`,
    keyedTable(rows),
    findingsTable(findings, most),
  ].join('\n\n')
}

const listOf = <Item>(items: readonly Item[], say: (item: Item) => string, most: number): string =>
  list(
    items.map((item) => say(item)),
    most,
  )

/** Everyone who opened, wrote, committed or pushed, once each, in order of account id; then names without an account. */
function contributors({ change, commits, pushes }: ChangeFacts): Fact<readonly (Account | string | null)[]> {
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

const approvals = (reviews: readonly Review[], most: number): string =>
  listOf(
    reviews.filter(({ state }) => state === 'approved').toSorted((a, b) => a.id - b.id),
    ({ author, commitSha }) =>
      `${named(author)} approved ${commitSha === null ? 'an unknown commit' : codeSpan(commitSha)}`,
    most,
  )

const outcomeOf = ({ name, source, outcome }: CheckResult): string =>
  `${quoted(name)} by ${codeSpan(source)}: ${outcome}`

function merged(merge: Merge | null): string {
  if (merge === null) return 'not merged'
  const commit = merge.commitSha === null ? '' : ` as ${codeSpan(merge.commitSha)}`
  return `by ${named(merge.by)} at ${codeSpan(merge.at)}${commit}`
}
