import { describe, expect, test } from '@jest/globals'
import { independentReview } from '#controls/change/independent-review.ts'
import { blind, met, unmet, waiting } from '#controls/control.ts'
import type { Permission } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, approvalBy, ben, change, cleo, commitBy, dependabot, headSha } from '../controls/sample-change.ts'
import { approvedBy, dana, everyChange, type Facts, facts, judged, opening, touching } from './sample-review.ts'

const payments = { name: 'payments', when: { paths: ['src/payments/**'] }, approvals: 1 }
const fromTeam = { ...payments, from: { teams: ['acme/Payments'] } }
const inPayments = { files: touching('src/payments/a.ts') }
const team = (...members: readonly number[]): Pick<Facts, 'teams'> => ({
  teams: known([{ name: 'acme/payments', members: known(members) }]),
})
const still = (what: string): string =>
  `Still missing: ${what} by somebody with write access who had no hand in the change.`
const mayMaintain = { permissions: known([{ accountId: ben.id, permission: known<Permission>('maintain') }]) }
const byDependabot = {
  change: { ...change, author: dependabot },
  commits: [commitBy(dependabot)],
  pushes: [opening(headSha, dependabot)],
  files: touching('package-lock.json'),
}
const updates = {
  name: 'dependency updates',
  when: { 'authored-by-apps': ['dependabot'], 'only-paths': ['**/package-lock.json'] },
  approvals: 0,
  replaces: ['every change'],
}

checkControl(independentReview, [
  {
    when: 'no rule covers the change, approved or not',
    facts: { ...approvedBy(ben), files: touching('docs/a') },
    settings: { rules: [payments] },
    expect: unmet([
      'No rule covers this change: "payments" does not apply. An administrator adds one without "when" under ' +
        'controls.independent-review.rules.',
      'ben approved def5678, the head.',
    ]),
  },
  {
    when: 'whether the only rule applies cannot be seen',
    facts: { ...approvedBy(ben), files: unknown('grant the app contents: read') },
    settings: { rules: [payments] },
    expect: 'blind',
  },
  {
    when: 'whether a second rule applies cannot be seen, but it would be met',
    facts: { ...approvedBy(ben), files: unknown('grant the app contents: read') },
    settings: { rules: [everyChange, payments] },
    expect: met(
      'Whether the rule "payments" applies could not be seen: files: grant the app contents: read.',
      'ben approved def5678, the head. It counts for every change and payments.',
    ),
  },
  {
    when: 'whether a second rule applies cannot be seen, and nobody has approved yet',
    facts: { ...facts, files: unknown('grant the app contents: read') },
    settings: { rules: [everyChange, payments] },
    expect: 'waiting',
  },
  {
    when: 'whether a second rule applies cannot be seen, and that decides',
    facts: { ...approvedBy(ben), files: unknown('grant the app contents: read') },
    settings: { rules: [everyChange, { ...payments, approvals: 2 }] },
    expect: 'blind',
  },
  {
    when: 'all rules that apply are met',
    facts: { ...approvedBy(ben, cleo), ...inPayments, ...team(cleo.id) },
    settings: { rules: [everyChange, fromTeam] },
    expect: met(
      'ben approved def5678, the head. It counts for every change. It does not count for payments: ben is not in ' +
        'acme/Payments.',
      'cleo approved def5678, the head. It counts for every change and payments.',
    ),
  },
  {
    when: 'nobody of the team has approved',
    facts: { ...approvedBy(ben), ...inPayments, ...team(cleo.id) },
    settings: { rules: [everyChange, fromTeam] },
    expect: waiting('1 approval from acme/Payments for payments', [
      still('1 approval of def5678 from acme/Payments for payments'),
      'ben approved def5678, the head. It counts for every change. It does not count for payments: ben is not in ' +
        'acme/Payments.',
    ]),
  },
  {
    when: 'the only rule asks for somebody else',
    facts: approvedBy(ben),
    settings: { rules: [{ ...everyChange, from: { users: ['cleo', dana.id] } }] },
    expect: waiting('1 approval from cleo or account 4', [
      still('1 approval of def5678 from cleo or account 4'),
      'The approval by ben does not count: ben is not named by the rule.',
    ]),
  },
  {
    when: 'a named user approved, written in another case',
    facts: approvedBy(ben),
    settings: { rules: [{ ...everyChange, from: { users: ['BEN'] } }] },
    expect: 'met',
  },
  {
    when: 'a user named by id approved, whatever the login is by now',
    facts: approvedBy({ ...ben, login: 'benjamin' }),
    settings: { rules: [{ ...everyChange, from: { users: [ben.id] } }] },
    expect: 'met',
  },
  {
    when: 'a user approved who is not in the team but named beside it',
    facts: { ...approvedBy(ben), ...team() },
    settings: { rules: [{ ...everyChange, from: { teams: ['acme/payments'], users: ['ben'] } }] },
    expect: 'met',
  },
  {
    when: 'somebody of the team approved who has a hand in the change',
    facts: { ...approvedBy(ben), commits: [commitBy(ana, ben)], ...team(ben.id) },
    settings: { rules: [{ ...everyChange, from: { teams: ['acme/payments'] } }] },
    expect: 'waiting',
  },
  {
    when: 'who is in the team cannot be seen, and that decides',
    facts: { ...approvedBy(ben), teams: unknown('grant the app members: read') },
    settings: { rules: [{ ...everyChange, from: { teams: ['acme/payments'] } }] },
    expect: blind(
      'who is in acme/payments: grant the app members: read',
      'ben approved def5678, the head. Whether it counts for every change could not be seen: who is in acme/payments: ' +
        'grant the app members: read.',
    ),
  },
  {
    when: 'who is in the team cannot be seen, and more approvals are missing than could be seen',
    facts: { ...approvedBy(ben), teams: unknown('grant the app members: read') },
    settings: { rules: [{ ...everyChange, approvals: 2, from: { teams: ['acme/payments'] } }] },
    expect: 'waiting',
  },
  {
    when: 'the approver may maintain and that is asked for',
    facts: { ...approvedBy(ben), ...mayMaintain },
    settings: { rules: [{ ...everyChange, from: { permission: 'maintain' } }] },
    expect: 'met',
  },
  {
    when: 'the approver may maintain and an administrator is asked for',
    facts: { ...approvedBy(ben), ...mayMaintain },
    settings: { rules: [{ ...everyChange, from: { permission: 'admin' } }] },
    expect: waiting('1 approval with admin permission', [
      still('1 approval of def5678 with admin permission'),
      'The approval by ben does not count: ben has less than admin permission.',
    ]),
  },
  {
    when: 'the permission of the approver cannot be seen',
    facts: { ...approvedBy(ben), permissions: known([{ accountId: ben.id, permission: unknown('403') }]) },
    settings: { rules: [{ ...everyChange, from: { permission: 'admin' } }] },
    expect: 'blind',
  },
  {
    when: 'an app brings an update that needs no approval',
    facts: { ...facts, ...byDependabot },
    settings: { rules: [everyChange, updates] },
    expect: met(
      'The rule "dependency updates" applies in place of "every change".',
      'The rule "dependency updates" asks for no approval.',
    ),
  },
  {
    when: 'an app brings an update that needs no approval, and somebody requested changes',
    facts: { ...facts, ...byDependabot, reviews: [approvalBy(ben, { state: 'changes-requested' })] },
    settings: { rules: [everyChange, updates] },
    expect: 'unmet',
  },
  {
    when: 'a person brings such an update',
    facts: { ...facts, files: byDependabot.files },
    settings: { rules: [everyChange, updates] },
    expect: 'waiting',
  },
  {
    when: 'whether the replacing rule applies cannot be seen',
    facts: { ...facts, ...byDependabot, files: unknown('too many') },
    settings: { rules: [everyChange, updates] },
    expect: 'blind',
  },
  {
    when: 'whether the replacing rule applies cannot be seen, and the replaced one is met',
    facts: { ...facts, ...byDependabot, files: unknown('too many'), reviews: [approvalBy(ben)] },
    settings: { rules: [everyChange, updates] },
    expect: 'met',
  },
  {
    when: 'the replacing rule is itself replaced: it switches nothing off',
    facts: { ...facts, ...byDependabot },
    settings: {
      rules: [
        everyChange,
        updates,
        { name: 'always', when: { 'base-branches': ['main'] }, approvals: 0, replaces: ['dependency updates'] },
      ],
    },
    expect: 'waiting',
  },
  {
    when: 'it was merged without what two rules ask for: both are told',
    facts: { ...facts, ...inPayments, change: { ...change, state: 'merged' } },
    settings: { rules: [everyChange, payments] },
    expect: unmet([
      'The change was merged with 0 of the 1 approvals that the rule "every change" asks for.',
      'The change was merged with 0 of the 1 approvals that the rule "payments" asks for.',
    ]),
  },
  {
    when: 'two rules miss approvals: both are waited for',
    facts: { ...facts, ...inPayments },
    settings: { rules: [everyChange, { ...fromTeam, approvals: 2 }] },
    expect: waiting('1 approval for every change and 2 approvals from acme/Payments for payments', [
      still('1 approval of def5678 for every change'),
      still('2 approvals of def5678 from acme/Payments for payments'),
    ]),
  },
])

const distinct = (name: string, ...users: readonly string[]) => ({
  name,
  approvals: 1,
  ...(users.length > 0 ? { from: { users: [...users] } } : {}),
  distinct: true,
})

checkControl(independentReview, [
  {
    when: 'one person fits two distinct rules',
    facts: approvedBy(ben),
    settings: { rules: [distinct('first'), distinct('second')] },
    expect: waiting('1 approval for second', [
      still('1 approval of def5678 for second'),
      'ben approved def5678, the head. It counts for first. It does not count for second: ben counts for first, and ' +
        'nobody counts for two distinct rules.',
    ]),
  },
  {
    when: 'one person fits two rules of which only one is distinct',
    facts: approvedBy(ben),
    settings: { rules: [distinct('first'), { name: 'second', approvals: 1 }] },
    expect: 'met',
  },
  {
    when: 'two people fit two distinct rules, the one who fits both being listed first',
    facts: approvedBy(ben, cleo),
    settings: { rules: [distinct('first'), distinct('second', 'ben')] },
    expect: 'met',
  },
  {
    when: 'three people have to be given to three distinct rules in the one way that works',
    facts: approvedBy(ben, cleo, dana),
    settings: { rules: [distinct('a', 'ben', 'cleo'), distinct('b', 'cleo', 'dana'), distinct('c', 'ben')] },
    expect: 'met',
  },
  {
    when: 'more people approved than distinct rules ask for',
    facts: approvedBy(ben, cleo, dana),
    settings: { rules: [distinct('a'), distinct('b')] },
    expect: met(
      'ben approved def5678, the head. It counts for a. It does not count for b: ben counts for a, and nobody counts for ' +
        'two distinct rules.',
      'cleo approved def5678, the head. It counts for b. It does not count for a: cleo counts for b, and nobody counts ' +
        'for two distinct rules.',
      'dana approved def5678, the head. It does not count for a: dana is not needed for it. It does not count for b: dana ' +
        'is not needed for it.',
    ),
  },
])

describe('the words about who is asked', () => {
  test('name a few and count the others', () => {
    const users = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']
    const verdict = judged(facts, { rules: [{ ...everyChange, from: { users } }] })
    expect(verdict).toHaveProperty('awaited', '1 approval from u1, u2, u3 or 3 more')
  })
})
