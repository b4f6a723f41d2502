import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { independentReview } from '#controls/change/independent-review.ts'
import { met, unmet, type Verdict, waiting } from '#controls/control.ts'
import type { Account, Review } from '#facts/change-facts.ts'
import { checkControl } from '../check-control.ts'
import { ana, approvalBy, ben, change, cleo, commitBy, dependabot, headSha, oldSha, signed } from '../sample-change.ts'

const dana: Account = { id: 4, login: 'dana', kind: 'user' }
const facts = { change, commits: [commitBy(ana)], reviews: [] as readonly Review[], pushers: [] as readonly Account[] }

const missing = 'Still missing: 1 approval of def5678 by somebody with write access who had no hand in the change.'
const waits = (...because: readonly string[]): Verdict => waiting('1 approval', [missing, ...because])
const requestBy = (author: Account, more: Partial<Review> = {}): Review =>
  approvalBy(author, { state: 'changes-requested', ...more })
const at = (time: string): Pick<Review, 'submittedAt'> => ({ submittedAt: `2026-05-04T${time}:00Z` })

checkControl(independentReview, [
  { when: 'nobody has looked at it', facts, expect: waits() },
  {
    when: 'nobody has looked at a draft',
    facts: { ...facts, change: { ...change, draft: true } },
    expect: waits(),
  },
  {
    when: 'somebody else approved the head',
    facts: { ...facts, reviews: [approvalBy(ben)] },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the only approval is of an earlier commit',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha })] },
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234, and the head is now def5678.',
    ),
  },
  {
    when: 'the only approval is of a commit that GitHub has forgotten',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: null })] },
    expect: waits('The approval by ben does not count: ben approved a commit that GitHub no longer knows.'),
  },
  {
    when: 'the head was approved, another commit after it as well, and then the head came back',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, commitSha: oldSha, ...at('11:00') })],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the only approver is the author',
    facts: { ...facts, reviews: [approvalBy(ana)] },
    expect: waits('The approval by ana does not count: ana opened the pull request and wrote the commit.'),
  },
  {
    when: 'the only approver also wrote commits',
    facts: { ...facts, commits: [commitBy(ana), commitBy(ben), commitBy(ben)], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben wrote 2 of the 3 commits.'),
  },
  {
    when: 'the only approver is a co-author',
    facts: { ...facts, commits: [commitBy(ana, ben)], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben wrote the commit.'),
  },
  {
    when: 'the only approver committed what another wrote',
    facts: { ...facts, commits: [{ ...commitBy(ana), committer: signed(ben) }], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben committed the commit.'),
  },
  {
    when: 'the only approver pushed commits of another',
    facts: { ...facts, pushers: [ben], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben pushed to the branch.'),
  },
  {
    when: 'the only approver pushed under an earlier login',
    facts: { ...facts, pushers: [{ ...ben, login: 'benjamin' }], reviews: [approvalBy(ben)] },
    expect: 'waiting',
  },
  {
    when: 'a contributor approved and somebody else as well',
    facts: { ...facts, pushers: [ben], reviews: [approvalBy(ben), approvalBy(cleo)] },
    expect: met('The approval by ben does not count: ben pushed to the branch.', 'cleo approved def5678, the head.'),
  },
  {
    when: 'the only approver has no write access',
    facts: { ...facts, reviews: [approvalBy(ben, { authorCanWrite: false })] },
    expect: waits('The approval by ben does not count: ben has no write access.'),
  },
  {
    when: 'several things speak against the only approval: all are told',
    facts: { ...facts, pushers: [ben], reviews: [approvalBy(ben, { authorCanWrite: false, commitSha: oldSha })] },
    expect: waits(
      'The approval by ben does not count: ben pushed to the branch, has no write access and approved an earlier ' +
        'version, abc1234, and the head is now def5678.',
    ),
  },
  {
    when: 'the only approver is an app',
    facts: { ...facts, reviews: [approvalBy(dependabot)] },
    expect: waits('The approval by dependabot[bot] does not count: dependabot[bot] is an app.'),
  },
  {
    when: 'the only approver is an organization',
    facts: { ...facts, reviews: [approvalBy({ ...ben, kind: 'other' })] },
    expect: waits("The approval by ben does not count: ben is not a person's account."),
  },
  {
    when: 'the only approver’s account has been deleted',
    facts: { ...facts, reviews: [approvalBy(null)] },
    expect: waits('The approval by a deleted account does not count: a deleted account is nobody we could name.'),
  },
  {
    when: 'somebody commented',
    facts: { ...facts, reviews: [approvalBy(ben, { state: 'commented' })] },
    expect: waits('ben commented, which approves nothing.'),
  },
  {
    when: 'a review has been begun and not submitted',
    facts: { ...facts, reviews: [approvalBy(ben, { state: 'pending', submittedAt: null })] },
    expect: waits(),
  },
  {
    when: 'the approver commented later',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, state: 'commented', ...at('11:00') })],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the approval was dismissed',
    facts: { ...facts, reviews: [approvalBy(ben, { state: 'dismissed' })] },
    expect: waits('The latest review by ben was dismissed and no longer says anything.'),
  },
  {
    when: 'a request for changes was dismissed: the approval before it does not revive',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, state: 'dismissed', ...at('11:00') })],
    },
    expect: 'waiting',
  },
  {
    when: 'an earlier approval was dismissed and the same person approved again',
    facts: {
      ...facts,
      reviews: [
        approvalBy(ben, { state: 'dismissed', commitSha: oldSha, ...at('10:00') }),
        approvalBy(ben, { id: 200, ...at('11:00') }),
      ],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'somebody requested changes and another approved',
    facts: { ...facts, reviews: [requestBy(ben), approvalBy(cleo)] },
    expect: unmet([
      'ben requested changes; this blocks until ben approves or the review is dismissed.',
      'cleo approved def5678, the head.',
    ]),
  },
  {
    when: 'a contributor requested changes and another approved: pushing must not silence a reviewer',
    facts: { ...facts, pushers: [ben], reviews: [requestBy(ben), approvalBy(cleo)] },
    expect: 'unmet',
  },
  {
    when: 'somebody requested changes of an earlier commit',
    facts: { ...facts, reviews: [requestBy(ben, { commitSha: oldSha }), approvalBy(cleo)] },
    expect: 'unmet',
  },
  {
    when: 'somebody without write access requested changes and another approved',
    facts: { ...facts, reviews: [requestBy(ben, { authorCanWrite: false }), approvalBy(cleo)] },
    expect: met(
      'ben requested changes, which does not block: ben has no write access.',
      'cleo approved def5678, the head.',
    ),
  },
  {
    when: 'an app requested changes and a person approved',
    facts: { ...facts, reviews: [requestBy(dependabot), approvalBy(cleo)] },
    expect: 'met',
  },
  {
    when: 'whoever requested changes approved later',
    facts: { ...facts, reviews: [requestBy(ben, at('10:00')), approvalBy(ben, { id: 200, ...at('11:00') })] },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'whoever approved requested changes later',
    facts: { ...facts, reviews: [approvalBy(ben, at('10:00')), requestBy(ben, { id: 200, ...at('11:00') })] },
    expect: 'unmet',
  },
  {
    when: 'the reviews come in no order: time decides, not place',
    facts: { ...facts, reviews: [requestBy(ben, { id: 200, ...at('11:00') }), approvalBy(ben, at('10:00'))] },
    expect: 'unmet',
  },
  {
    when: 'two reviews are of one second: the later number decides',
    facts: { ...facts, reviews: [requestBy(ben, { id: 201 }), approvalBy(ben, { id: 200 })] },
    expect: 'unmet',
  },
  {
    when: 'a login is used again in another case: the id tells the person',
    facts: {
      ...facts,
      reviews: [requestBy(ben, at('10:00')), approvalBy({ ...ben, login: 'BEN' }, { id: 9, ...at('11:00') })],
    },
    expect: met('BEN approved def5678, the head.'),
  },
  {
    when: 'the author’s account has been deleted',
    facts: { ...facts, change: { ...change, author: null }, reviews: [approvalBy(ben)] },
    expect: unmet([
      'The account that opened the pull request has been deleted, so nobody can tell it from its approvers.',
      'ben approved def5678, the head.',
    ]),
  },
  {
    when: 'the e-mail of a commit belongs to nobody',
    facts: {
      ...facts,
      commits: [{ ...commitBy(ana), authors: [{ name: 'Jane Doe', account: null }] }],
      reviews: [approvalBy(ben)],
    },
    expect: unmet([
      'Commit def5678 is signed "Jane Doe", whose e-mail belongs to no GitHub account, so an approver may have written ' +
        'it. Add the e-mail to the account, or commit again with one that is.',
      'ben approved def5678, the head.',
    ]),
  },
  {
    when: 'the e-mail of a committer belongs to nobody',
    facts: {
      ...facts,
      commits: [{ ...commitBy(ana), committer: { name: 'laptop', account: null } }],
      reviews: [approvalBy(ben)],
    },
    expect: 'unmet',
  },
  {
    when: 'GitHub itself committed: that makes nobody a contributor',
    facts: { ...facts, commits: [{ ...commitBy(ana), committer: null }], reviews: [approvalBy(ben)] },
    expect: 'met',
  },
  {
    when: 'the change was merged without an approval: nobody is waited for any more',
    facts: { ...facts, change: { ...change, state: 'merged' } },
    expect: unmet(['The change was merged with 0 of the 1 approvals that the rule "every change" asks for.']),
  },
  {
    when: 'the change was closed without an approval',
    facts: { ...facts, change: { ...change, state: 'closed' } },
    expect: 'unmet',
  },
  {
    when: 'the change was merged with its approval',
    facts: { ...facts, change: { ...change, state: 'merged' }, reviews: [approvalBy(ben)] },
    expect: 'met',
  },
])

const two = { name: 'every change', approvals: 2 }

checkControl(independentReview, [
  {
    when: 'one of two approvals is there',
    facts: { ...facts, reviews: [approvalBy(ben)] },
    settings: { rules: [two] },
    expect: waiting('1 approval', [missing, 'ben approved def5678, the head.']),
  },
  {
    when: 'two approvals are missing',
    facts,
    settings: { rules: [two] },
    expect: waiting('2 approvals', [missing.replace('1 approval', '2 approvals')]),
  },
  {
    when: 'one person approved twice and two are asked for',
    facts: { ...facts, reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, ...at('11:00') })] },
    settings: { rules: [two] },
    expect: 'waiting',
  },
  {
    when: 'two people approved and two are asked for',
    facts: { ...facts, reviews: [approvalBy(ben), approvalBy(cleo)] },
    settings: { rules: [two] },
    expect: 'met',
  },
  {
    when: 'one of two rules is met: the other is named',
    facts: { ...facts, reviews: [approvalBy(ben)] },
    settings: {
      rules: [
        { name: 'every change', approvals: 1 },
        { name: 'payments', approvals: 3 },
      ],
    },
    expect: waiting('2 approvals for payments', [
      missing.replace('1 approval', '2 approvals for payments'),
      'ben approved def5678, the head.',
    ]),
  },
])

describe('a repository', () => {
  const { rules } = independentReview.strictness
  const one = { name: 'every change', approvals: 1 }

  test.each([
    ['may ask for more approvals', rules([one], [two]), true],
    ['may add a rule', rules([one], [one, { name: 'payments', approvals: 1 }]), true],
    ['may not ask for fewer approvals', rules([two], [one]), false],
    ['may not rename a rule', rules([one], [{ name: 'each change', approvals: 1 }]), false],
    ['may not drop a rule', rules([one, { name: 'payments', approvals: 1 }], [one]), false],
  ])('%s', (_name, isAllowed, expected) => {
    expect(isAllowed).toBe(expected)
  })

  test.each([
    ['no rule', []],
    ['two rules of one name', [one, two]],
    ['a rule without approvals', [{ name: 'x', approvals: 0 }]],
    ['a rule without a name', [{ name: ' ', approvals: 1 }]],
  ])('cannot have %s', (_name, wrong) => {
    expect(independentReview.settings.safeParse({ rules: wrong }).success).toBe(false)
  })
})

describe('whatever the facts are,', () => {
  const people = [ana, ben, cleo, dana, dependabot]
  const account = fc.constantFrom(...people)
  const review = fc.record<Review>({
    id: fc.integer({ min: 1, max: 50 }),
    author: fc.option(account, { freq: 9 }),
    state: fc.constantFrom('approved', 'changes-requested', 'commented', 'dismissed', 'pending'),
    commitSha: fc.constantFrom(headSha, headSha, oldSha, null),
    submittedAt: fc.constantFrom('2026-05-04T10:00:00Z', '2026-05-04T11:00:00Z', '2026-05-04T12:00:00Z'),
    authorCanWrite: fc.boolean(),
  })
  const signature = fc.option(account, { freq: 20 }).map((who) => ({ name: who?.login ?? 'Jane', account: who }))
  const commit = fc.record({
    sha: fc.constantFrom(headSha, oldSha),
    headline: fc.constant('x'),
    authors: fc.array(signature, { minLength: 1, maxLength: 3 }),
    committer: fc.option(signature, { freq: 1 }),
  })
  const anyFacts = fc.record({
    change: fc
      .record({ state: fc.constantFrom('open' as const, 'merged' as const), author: fc.option(account) })
      .map((some) => ({ ...change, ...some })),
    commits: fc.array(commit, { maxLength: 4 }),
    reviews: fc.uniqueArray(review, { maxLength: 8, selector: ({ id }) => id }),
    pushers: fc.array(account, { maxLength: 2 }),
  })
  const settings = fc
    .constantFrom(1, 2)
    .map((approvals) => independentReview.settings.parse({ rules: [{ name: 'every change', approvals }] }))
  type Facts = Parameters<typeof independentReview.evaluate>[0]
  const isMet = (any: Facts, set: Parameters<typeof independentReview.evaluate>[1]): boolean =>
    independentReview.evaluate(any, set).outcome === 'met'

  test('another contributor never makes it met', () => {
    fc.assert(
      fc.property(anyFacts, settings, account, (any, set, more) => {
        fc.pre(!isMet(any, set))
        expect(isMet({ ...any, pushers: [...any.pushers, more] }, set)).toBe(false)
        expect(isMet({ ...any, commits: [...any.commits, commitBy(more)] }, set)).toBe(false)
      }),
    )
  })

  test('an approval less never makes it met', () => {
    fc.assert(
      fc.property(anyFacts, settings, (any, set) => {
        fc.pre(!isMet(any, set))
        for (const taken of any.reviews.filter(({ state }) => state === 'approved')) {
          const reviews = any.reviews.filter((kept) => kept !== taken)
          const revealed = independentReview.evaluate({ ...any, reviews }, set).outcome
          expect(revealed).not.toBe('met')
        }
      }),
    )
  })

  test('the order in which reviews and commits are listed changes nothing', () => {
    fc.assert(
      fc.property(anyFacts, settings, (any, set) => {
        const turned = { ...any, reviews: any.reviews.toReversed(), commits: any.commits.toReversed() }
        const verdict = independentReview.evaluate(any, set)
        expect(independentReview.evaluate(turned, set).outcome).toBe(verdict.outcome)
      }),
    )
  })

  test('renaming logins changes no outcome', () => {
    fc.assert(
      fc.property(anyFacts, settings, (any, set) => {
        const renamed = <Who extends Account | null>(who: Who): Who => (who ? { ...who, login: 'same' } : who)
        const others = {
          change: { ...any.change, author: renamed(any.change.author) },
          commits: any.commits.map((one) => ({
            ...one,
            authors: one.authors.map((signed_) => ({ ...signed_, account: renamed(signed_.account) })),
          })),
          reviews: any.reviews.map((one) => ({ ...one, author: renamed(one.author) })),
          pushers: any.pushers.map((who) => renamed(who)),
        }
        expect(independentReview.evaluate(others, set).outcome).toBe(independentReview.evaluate(any, set).outcome)
      }),
    )
  })

  test('every person who submitted a review is spoken of', () => {
    fc.assert(
      fc.property(anyFacts, settings, (any, set) => {
        const said = independentReview.evaluate(any, set).because.join('\n')
        for (const { author, state } of any.reviews) {
          if (state !== 'pending') expect(said).toContain(author?.login ?? 'a deleted account')
        }
      }),
    )
  })
})
