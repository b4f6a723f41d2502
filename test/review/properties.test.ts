import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { independentReview } from '#controls/change/independent-review.ts'
import type { Account, ChangeFacts, Commit, Review } from '#facts/change-facts.ts'
import { notLookedFor } from '#facts/asked.ts'
import { known, unknown } from '#facts/fact.ts'
import type { Push } from '#facts/pushes.ts'
import { ana, approvalBy, ben, change, cleo, commitBy, dependabot, headSha, oldSha } from '../controls/sample-change.ts'
import { dana, difference, type Facts, facts, file, judged, type Settings } from './sample-review.ts'

type Outcome = ReturnType<typeof judged>['outcome']

const other = 'fee1234'.padEnd(40, '0')
const base = 'ba5e111'.padEnd(40, '0')
const account = fc.constantFrom(ana, ben, cleo, dana, dependabot)
const sha = fc.constantFrom(headSha, oldSha, other)

const review = fc.record<Review>({
  id: fc.integer({ min: 1, max: 50 }),
  author: fc.option(account, { freq: 9 }),
  state: fc.constantFrom('approved', 'approved', 'approved', 'changes-requested', 'commented', 'dismissed', 'pending'),
  commitSha: fc.constantFrom(headSha, headSha, headSha, oldSha, other, null),
  submittedAt: fc.constantFrom('2026-05-04T10:00:00Z', '2026-05-04T11:00:00Z', '2026-05-04T12:00:00Z'),
  authorCanWrite: fc.constant(true),
  forBase: fc.constantFrom('current', 'current', 'current', 'earlier'),
})
const signature = fc.option(account, { freq: 40 }).map((who) => ({ name: who?.login ?? 'Jane', account: who }))
const commit = fc.record<Commit>({
  sha,
  parents: fc.uniqueArray(fc.constantFrom(headSha, oldSha, other, base), { minLength: 1, maxLength: 2 }),
  headline: fc.constant('x'),
  mentions: fc.constant([]),
  authoredAt: fc.constant(null),
  authors: fc.array(signature, { minLength: 1, maxLength: 2 }),
  committer: fc.option(signature, { freq: 1 }),
  verification: fc.constant({ verified: true, reason: 'valid' }),
})
const push = fc.record<Push>({ before: fc.option(sha, { freq: 3 }), after: sha, by: account })
const fingerprints = fc.constantFrom(
  known({ a: difference('1') }),
  known({ a: difference('2') }),
  known({ a: difference('1', { before: 'b10b' }) }),
  known({ a: difference('1', { before: 'b10b5', exact: '2' }) }),
  known({ a: difference('1'), b: difference('1') }),
  unknown('more than 300 files'),
)
const hidden = unknown('grant the app this permission')
const members = fc.uniqueArray(fc.constantFrom(1, 2, 3, 4))

const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    change: fc.record({
      state: fc.constantFrom('open' as const, 'merged' as const),
      author: fc.option(account, { freq: 20 }),
    }),
    commits: fc.array(commit, { maxLength: 3 }),
    reviews: fc.uniqueArray(review, { maxLength: 8, selector: ({ id }) => id }),
    pushes: fc.array(push, { maxLength: 3 }),
    reader: fc.option(account),
    revisions: fc
      .uniqueArray(fc.record({ sha, files: fingerprints }), { selector: (one) => one.sha })
      .map((all) => known(all)),
    teams: fc.oneof(
      members.map((ids) => known([{ name: 'acme/x', members: known(ids) }])),
      fc.constantFrom(known([]), known([{ name: 'acme/x', members: hidden }]), hidden),
    ),
    files: fc.constantFrom(
      known([file('a')]),
      known([file('b')]),
      known([file('b', { status: 'renamed' as const })]),
      hidden,
    ),
    codeOwners: fc.constantFrom(
      known({ file: null, owned: [] }),
      known({
        file: { path: 'CODEOWNERS', commitSha: base },
        owned: [
          { line: 1, pattern: 'a', owners: ['@acme/x', '@Ben'], paths: ['a'] },
          { line: 2, pattern: 'b', owners: ['jane@acme.example', '3+x@users.noreply.github.com'], paths: ['b'] },
        ],
      }),
      hidden,
      notLookedFor,
    ),
  })
  .map(({ reader, ...some }) => ({
    ...facts,
    ...some,
    change: { ...change, ...some.change },
    // One permission each, whatever they reviewed.
    reviews: some.reviews.map((one) => ({ ...one, authorCanWrite: one.author !== reader })),
  }))

type Rule = NonNullable<Settings['rules']>[number]

const rule = fc.record({
  approvals: fc.constantFrom(1, 1, 2),
  when: fc.constantFrom<Rule['when']>(undefined, undefined, { paths: ['a'] }, { not: { 'only-paths': ['b'] } }),
  from: fc.constantFrom<Rule['from']>(
    undefined,
    undefined,
    { teams: ['acme/x'] },
    { users: [2, 3] },
    { permission: 'maintain' },
  ),
  special: fc.constantFrom('', 'distinct', 'owners'),
})
const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    staleApprovals: fc.constantFrom('keep-if-diff-unchanged' as const, 'drop-on-any-push' as const),
  })
  .map(({ rules, staleApprovals }): Settings => ({
    rules: rules.map(({ approvals, when, from, special }, at): Rule => ({
      name: `rule ${at}`,
      approvals,
      ...(when === undefined ? {} : { when }),
      ...(special === 'owners'
        ? { from: { ...from, 'code-owners': true } }
        : { ...(from === undefined ? {} : { from }), distinct: special === 'distinct' }),
    })),
    'stale-approvals': staleApprovals,
  }))

const isMet = (some: Facts, settings: Settings): boolean => judged(some, settings).outcome === 'met'
const worseThanWaiting: readonly Outcome[] = ['unmet', 'waiting']

describe('whatever the facts and the rules are,', () => {
  test('it is met now and then, or these properties would say nothing', () => {
    const outcomes = new Set(
      fc
        .sample(fc.tuple(anyFacts, anySettings), { numRuns: 500, seed: 1 })
        .map(([some, settings]) => judged(some, settings).outcome),
    )
    expect([...outcomes].toSorted()).toEqual(['blind', 'met', 'unmet', 'waiting'])
  })

  test('another contributor never makes it met', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, account, (some, settings, who) => {
        fc.pre(!isMet(some, settings))
        const pushes = [...some.pushes, { before: oldSha, after: headSha, by: who }]
        expect(isMet({ ...some, pushes }, settings)).toBe(false)
        expect(isMet({ ...some, commits: [...some.commits, { ...commitBy(who), sha: 'abc' }] }, settings)).toBe(false)
      }),
    )
  })

  test('an approval less never makes it met', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (some, settings) => {
        fc.pre(!isMet(some, settings))
        for (const taken of some.reviews.filter(({ state }) => state === 'approved')) {
          const reviews = some.reviews.filter((kept) => kept !== taken)
          expect(isMet({ ...some, reviews }, settings)).toBe(false)
        }
      }),
    )
  })

  test('moving a hunk in an unchanged file drops approvals', () => {
    const before = fc.option(fc.string({ unit: fc.constantFrom('a', '1'), minLength: 7, maxLength: 12 }))
    fc.assert(
      fc.property(fc.string(), before, fc.nat({ max: 5 }), (content, blob, longer) => {
        const full = blob === null ? null : blob + 'c'.repeat(longer)
        const revisions = known([
          { sha: oldSha, files: known({ a: difference(content, { before: full, exact: 'here' }) }) },
          { sha: headSha, files: known({ a: difference(content, { before: blob, exact: 'there' }) }) },
        ])
        const reviews = [approvalBy(ben, { commitSha: oldSha })]
        expect(isMet({ ...facts, reviews, revisions }, {})).toBe(blob === null)
      }),
    )
  })

  test('giving the change another base never makes it met', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (some, settings) => {
        fc.pre(!isMet(some, settings))
        const reviews = some.reviews.map((one) => ({ ...one, forBase: 'earlier' as const }))
        expect(isMet({ ...some, reviews }, settings)).toBe(false)
      }),
    )
  })

  test('the order in which reviews, commits, pushes and revisions are listed changes nothing', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (some, settings) => {
        const turned = {
          ...some,
          reviews: some.reviews.toReversed(),
          commits: some.commits.toReversed(),
          pushes: some.pushes.toReversed(),
          revisions: some.revisions.known ? known(some.revisions.value.toReversed()) : some.revisions,
        }
        expect(judged(turned, settings).outcome).toBe(judged(some, settings).outcome)
      }),
    )
  })

  test('renaming logins changes no outcome where rules name ids and teams', () => {
    const codeOwners = known({ file: null, owned: [] })
    fc.assert(
      fc.property(anyFacts, anySettings, (some, settings) => {
        const before = { ...some, codeOwners }
        expect(judged(renamed(before), settings).outcome).toBe(judged(before, settings).outcome)
      }),
    )
  })

  test('every person who submitted a review is spoken of', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (some, settings) => {
        const said = judged(some, settings).because.join('\n')
        for (const { author, state } of some.reviews) {
          if (state !== 'pending') expect(said).toContain(author?.login ?? 'a deleted account')
        }
      }),
    )
  })

  test('what was met or unmet without something stays so when it is found', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, members, (some, settings, ids) => {
        const before = { ...some, teams: hidden }
        const { outcome } = judged(before, settings)
        const after = judged({ ...some, teams: known([{ name: 'acme/x', members: known(ids) }]) }, settings).outcome
        if (outcome === 'met') expect(after).toBe('met')
        if (worseThanWaiting.includes(outcome)) expect(worseThanWaiting).toContain(after)
      }),
    )
  })

  test('nothing is asked for once it is met or found', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (some, settings) => {
        const all: ChangeFacts = {
          ...some,
          change: known(some.change),
          commits: known(some.commits),
          reviews: known(some.reviews),
          pushes: known(some.pushes),
          labelings: known([]),
          organizationMembers: known([]),
          policyEdits: known([]),
          tickets: known([]),
        }
        const read = independentReview.settings.parse(settings)
        const asked = independentReview.asks?.(all, read) ?? {}
        const total = Object.values(asked).flat().length
        if (isMet(some, settings)) expect(total).toBe(0)
        for (const name of asked.teams ?? []) {
          expect(some.teams.known && some.teams.value.some((team) => team.name === name)).toBe(false)
        }
        for (const at of asked.revisions ?? []) {
          expect(some.revisions.known && some.revisions.value.some((one) => one.sha === at)).toBe(false)
        }
      }),
    )
  })
})

function renamed(some: Facts): Facts {
  const rename = <Who extends Account | null>(who: Who): Who => (who === null ? who : { ...who, login: 'same' })
  return {
    ...some,
    change: { ...some.change, author: rename(some.change.author) },
    commits: some.commits.map((one) => ({
      ...one,
      authors: one.authors.map(({ name, account: who }) => ({ name, account: rename(who) })),
    })),
    pushes: some.pushes.map((one) => ({ ...one, by: rename(one.by) })),
    reviews: some.reviews.map((one) => ({ ...one, author: rename(one.author) })),
  }
}
