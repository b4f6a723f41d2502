import { describe, expect, test } from '@jest/globals'
import { independentReview } from '#controls/change/independent-review.ts'
import { nothingAsked } from '#facts/asked.ts'
import type { Asked } from '#facts/asked.ts'
import type { ChangeFacts, OwnedPaths } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import type { Push } from '#facts/pushes.ts'
import { ana, approvalBy, ben, change, cleo, commitBy, headSha, oldSha, wholeFacts } from '../controls/sample-change.ts'
import {
  everyChange,
  file,
  mergeInto,
  opening,
  pushedBy,
  requestBy,
  sameSince,
  type Settings,
} from './sample-review.ts'

interface Row {
  /** Completes "it asks for …": `nothing when the head was approved`. */
  readonly title: string
  readonly facts: Partial<ChangeFacts>
  readonly settings?: Settings
  readonly asks: Asked
}

const base: ChangeFacts = { ...wholeFacts, pushes: known([opening(headSha)]) }
const reviewed = (...reviews: readonly ReturnType<typeof approvalBy>[]): Partial<ChangeFacts> => ({
  reviews: known(reviews),
})
const stale = approvalBy(ben, { commitSha: oldSha })
const bothRevisions: Asked = { revisions: [oldSha, headSha] }
const team: Settings = { rules: [{ ...everyChange, from: { teams: ['Acme/Payments'] } }] }
const onlyMaintainers: Settings = { rules: [{ ...everyChange, from: { permission: 'maintain' } }] }
const byTeam: Settings = {
  rules: [everyChange, { name: 'staff', when: { authors: { teams: ['acme/staff'] } }, approvals: 2 }],
}
const owners: Settings = { rules: [{ ...everyChange, from: { 'code-owners': true } }] }
const owned = (...groups: readonly OwnedPaths[]): Partial<ChangeFacts> => ({
  codeOwners: known({ file: { path: 'CODEOWNERS', commitSha: headSha }, owned: groups }),
})
const ofPayments: OwnedPaths = { line: 1, pattern: '*', owners: ['@Acme/Payments', '@cleo'], paths: ['a'] }
const renamed: Partial<ChangeFacts> = { files: known([file('b', { status: 'renamed' })]) }
const onPaths: Settings = { rules: [{ ...everyChange, when: { paths: ['a'] } }] }
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at)
const shaOf = (at: number): string => `5${at}f`.padEnd(40, '0')
/** By ben, one after the other up to the head. */
const pushesBy = (count: number): readonly Push[] => [
  opening(shaOf(0)),
  ...upTo(count).map((at) => ({ before: shaOf(at), after: at + 1 === count ? headSha : shaOf(at + 1), by: ben })),
]
const update = known([{ ...commitBy(ana), sha: oldSha }, mergeInto(oldSha, ben)])

const rows: readonly Row[] = [
  { title: 'nothing when nobody has looked at it', facts: {}, asks: {} },
  { title: 'nothing when the head was approved', facts: reviewed(approvalBy(ben)), asks: {} },
  { title: 'both versions when an earlier one was approved', facts: reviewed(stale), asks: bothRevisions },
  {
    title: 'nothing when an earlier one was approved and the policy drops it',
    facts: reviewed(stale),
    settings: { 'stale-approvals': 'drop-on-any-push' },
    asks: {},
  },
  {
    title: 'nothing when an earlier one was approved for another base branch',
    facts: reviewed(approvalBy(ben, { commitSha: oldSha, forBase: 'earlier' })),
    asks: {},
  },
  {
    title: 'nothing when the head was approved for another base branch by one whose push would be compared',
    facts: { ...reviewed(approvalBy(ben, { forBase: 'earlier' })), pushes: known(pushedBy(ben)) },
    asks: {},
  },
  {
    title: 'the latest 25 of the versions that one person approved',
    facts: reviewed(...upTo(40).map((at) => approvalBy(ben, { id: at, commitSha: shaOf(at) }))),
    asks: {
      revisions: upTo(25).flatMap((at) => (at === 0 ? [shaOf(39), headSha] : [shaOf(39 - at)])),
    },
  },
  {
    title: 'what 25 pushes of an approver changed',
    facts: { ...reviewed(approvalBy(ben)), pushes: known(pushesBy(25)) },
    asks: { revisions: [...upTo(25).map(shaOf), headSha] },
  },
  {
    title: 'nothing about 26 pushes of an approver, which count as a hand',
    facts: { ...reviewed(approvalBy(ben)), pushes: known(pushesBy(26)) },
    asks: {},
  },
  { title: 'nothing when another approved the head', facts: reviewed(stale, approvalBy(cleo)), asks: {} },
  { title: 'nothing when somebody requested changes', facts: reviewed(stale, requestBy(cleo)), asks: {} },
  {
    title: 'nothing when the approver of an earlier version has no write access',
    facts: reviewed(approvalBy(ben, { commitSha: oldSha, authorCanWrite: false })),
    asks: {},
  },
  {
    title: 'nothing when the approver of an earlier version wrote a commit',
    facts: { ...reviewed(stale), commits: known([commitBy(ana, ben)]) },
    asks: {},
  },
  {
    title: 'only the version that is not known yet',
    facts: { ...reviewed(stale), revisions: known([{ sha: headSha, files: known({}) }]) },
    asks: { revisions: [oldSha] },
  },
  {
    title: 'nothing when the head cannot be compared',
    facts: { ...reviewed(stale), revisions: known([{ sha: headSha, files: unknown('too large') }]) },
    asks: {},
  },
  { title: 'nothing when both versions are known', facts: { ...reviewed(stale), revisions: sameSince }, asks: {} },
  {
    title: 'nothing when commits are unknown, which makes it undetermined anyway',
    facts: { ...reviewed(stale), commits: unknown('more than 250') },
    asks: {},
  },
  {
    title: 'what a push changed when the approver did nothing else',
    facts: { ...reviewed(approvalBy(ben)), pushes: known(pushedBy(ben)) },
    asks: bothRevisions,
  },
  {
    title: 'nothing about a push when the approver wrote a commit as well',
    facts: { ...reviewed(approvalBy(ben)), pushes: known(pushedBy(ben)), commits: known([commitBy(ana, ben)]) },
    asks: {},
  },
  {
    title: 'nothing about a push when who pushed has not approved',
    facts: { pushes: known(pushedBy(ben)) },
    asks: {},
  },
  {
    title: 'what a merge from the base changed when its author approved',
    facts: { ...reviewed(approvalBy(ben)), commits: update },
    asks: bothRevisions,
  },
  {
    title: 'nothing about a merge from the base when its author has not approved',
    facts: { commits: update },
    asks: {},
  },
  { title: 'no team when nobody has approved', facts: {}, settings: team, asks: {} },
  {
    title: 'the team when somebody approved',
    facts: reviewed(approvalBy(ben)),
    settings: team,
    asks: { teams: ['acme/payments'] },
  },
  {
    title: 'no team when only a contributor approved',
    facts: reviewed(approvalBy(ana)),
    settings: team,
    asks: {},
  },
  {
    title: 'no version and no permission when the approver is not in the team',
    facts: { ...reviewed(stale), teams: known([{ name: 'acme/payments', members: known([]) }]) },
    settings: { rules: [{ ...everyChange, from: { teams: ['acme/payments'], permission: 'admin' } }] },
    asks: {},
  },
  {
    title: 'nothing more when the members of the team cannot be seen',
    facts: { ...reviewed(approvalBy(ben)), teams: known([{ name: 'acme/payments', members: unknown('403') }]) },
    settings: team,
    asks: {},
  },
  { title: 'the team that a condition names', facts: {}, settings: byTeam, asks: { teams: ['acme/staff'] } },
  {
    title: 'no team of a condition that fails by something else',
    facts: {},
    settings: {
      rules: [
        everyChange,
        { name: 'staff', when: { authors: { teams: ['acme/staff'] }, title: ['no'] }, approvals: 2 },
      ],
    },
    asks: {},
  },
  {
    title: 'no team of a condition whose rule the approvals would meet anyway',
    facts: reviewed(approvalBy(ben), approvalBy(cleo)),
    settings: byTeam,
    asks: {},
  },
  {
    title: 'the permission of an approver when more than write is asked for',
    facts: reviewed(approvalBy(ben), approvalBy(cleo, { authorCanWrite: false })),
    settings: onlyMaintainers,
    asks: { permissions: [{ id: ben.id, login: 'ben' }] },
  },
  { title: 'no permission when nobody has approved', facts: {}, settings: onlyMaintainers, asks: {} },
  {
    title: 'code owners when somebody approved and a rule asks for them',
    facts: reviewed(approvalBy(ben)),
    settings: owners,
    asks: { wants: ['code-owners'] },
  },
  {
    title: 'code owners when nobody has approved, to say who is waited for',
    facts: {},
    settings: owners,
    asks: { wants: ['code-owners'] },
  },
  { title: 'no code owners when no rule asks for them', facts: reviewed(stale), asks: bothRevisions },
  {
    title: 'no code owners when the rule that asks for them does not apply',
    facts: { files: known([file('b')]) },
    settings: {
      rules: [everyChange, { name: 'a', approvals: 1, when: { paths: ['a'] }, from: { 'code-owners': true } }],
    },
    asks: {},
  },
  {
    title: 'no code owners when they were looked for and are hidden',
    facts: { ...reviewed(approvalBy(ben)), codeOwners: unknown('grant the app contents: read') },
    settings: owners,
    asks: {},
  },
  {
    title: 'the owning team when somebody approved who is not named',
    facts: { ...reviewed(approvalBy(ben)), ...owned(ofPayments) },
    settings: owners,
    asks: { teams: ['acme/payments'] },
  },
  {
    title: 'no owning team when a named owner approved',
    facts: { ...reviewed(approvalBy(cleo)), ...owned(ofPayments) },
    settings: owners,
    asks: {},
  },
  { title: 'no owning team when nobody approved', facts: owned(ofPayments), settings: owners, asks: {} },
  {
    title: 'old names when a path is looked for and a file was renamed',
    facts: renamed,
    settings: onPaths,
    asks: { wants: ['previous-paths'] },
  },
  {
    title: 'no old names when the path is found without them',
    facts: { files: known([file('b', { status: 'renamed' }), file('a')]) },
    settings: onPaths,
    asks: {},
  },
  { title: 'no old names when no rule looks at paths', facts: renamed, asks: {} },
  {
    title: 'old names when owners are asked for and a file was renamed',
    facts: { ...reviewed(approvalBy(cleo)), ...renamed, ...owned(ofPayments) },
    settings: owners,
    asks: { wants: ['previous-paths'] },
  },
  {
    title: 'properties when a condition uses them',
    facts: {},
    settings: { rules: [{ ...everyChange, when: { 'custom-properties': { tier: ['1'] } } }] },
    asks: { wants: ['properties'] },
  },
  {
    title: 'no properties when they were looked for and are hidden',
    facts: { properties: unknown('grant the app custom properties: read') },
    settings: { rules: [{ ...everyChange, when: { 'custom-properties': { tier: ['1'] } } }] },
    asks: {},
  },
]

const nothing = { teams: [], permissions: [], revisions: [], wants: [] }

describe('it asks for', () => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', (_title, { facts, settings, asks }) => {
    const asked = independentReview.asks?.({ ...base, ...facts }, independentReview.settings.parse(settings ?? {}))
    expect({ ...nothing, ...asked }).toEqual({ ...nothing, ...asks })
  })

  test('nothing with the default policy on any whole look at a change whose head was approved or not reviewed', () => {
    const defaults = independentReview.settings.parse({})
    for (const state of ['open', 'closed', 'merged'] as const) {
      const looked = { ...base, ...nothingAsked, change: known({ ...change, state }) }
      expect({ ...nothing, ...independentReview.asks?.(looked, defaults) }).toEqual(nothing)
    }
  })
})
