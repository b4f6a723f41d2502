import type { Finding } from '#engine/assess.ts'
import { canonicalJson } from '#facts/canonical-json.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { Transaction } from 'kysely'
import { changeIs } from './changes.ts'
import { storableTime } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

interface Found {
  readonly findings: readonly Finding[]
  /** When we looked, and when the change was opened. ISO 8601, UTC. */
  readonly at: string
  readonly opened: string
}

/**
 * Makes these the findings of a change.
 *
 * A control that comes out as before keeps the time it began to; at the first look, that is the opening of the change.
 */
export async function replaceFindings(
  within: Transaction<Tables>,
  subject: ChangeSubject,
  { findings, at, opened }: Found,
): Promise<void> {
  const before = await within
    .selectFrom('findings')
    .select(['control', 'outcome', 'since'])
    .where(changeIs(subject))
    .execute()
  const sinceOf = (finding: Finding): string => {
    if (before.length === 0) return storableTime(opened)
    const same = before.find((row) => row.control === finding.control && row.outcome === finding.outcome)
    return same?.since ?? storableTime(at)
  }
  await within.deleteFrom('findings').where(changeIs(subject)).execute()
  if (findings.length === 0) return
  const rows = findings.map((finding) => ({
    repository_id: subject.repositoryId,
    number: subject.number,
    control: finding.control,
    mode: finding.mode,
    outcome: finding.outcome,
    since: sinceOf(finding),
    finding: canonicalJson(finding),
  }))
  await within.insertInto('findings').values(rows).execute()
}

/** The findings of other open changes whose head is the same commit: their check runs are one. */
export async function findSharingHead(
  on: Connection,
  subject: ChangeSubject,
  headSha: string,
): Promise<readonly { readonly number: number; readonly findings: readonly Finding[] }[]> {
  const rows = await on
    .selectFrom('changes')
    .leftJoin('findings', (join) =>
      join
        .onRef('findings.repository_id', '=', 'changes.repository_id')
        .onRef('findings.number', '=', 'changes.number'),
    )
    .select(['changes.number', 'findings.finding'])
    .where('changes.repository_id', '=', subject.repositoryId)
    .where('changes.head_sha', '=', headSha)
    .where('changes.state', '=', 'open')
    .where('changes.number', '<>', subject.number)
    .orderBy('changes.number')
    .orderBy('findings.control')
    .execute()
  const sharing = new Map<number, Finding[]>()
  for (const { number, finding } of rows) {
    const findings = sharing.get(number) ?? []
    if (finding !== null) findings.push(parseFinding(finding))
    sharing.set(number, findings)
  }
  return [...sharing].map(([number, findings]) => ({ number, findings }))
}

/** Only for what `replaceFindings` wrote. */
export const parseFinding = (json: string): Finding => JSON.parse(json) as Finding
