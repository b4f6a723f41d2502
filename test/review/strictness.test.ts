import { describe, expect, test } from '@jest/globals'
import { independentReview } from '#controls/change/independent-review.ts'
import { everyChange, type Settings } from './sample-review.ts'

type Rules = NonNullable<Settings['rules']>

const { strictness } = independentReview
const two = { ...everyChange, approvals: 2 }
const docs = { name: 'docs', when: { 'only-paths': ['docs/**'], signed: true }, approvals: 1 }
const from = (stated: NonNullable<Rules[number]['from']>): Rules => [{ ...everyChange, from: stated }]
const replacing = [everyChange, { ...docs, approvals: 0, replaces: ['every change'] }]

interface Row {
  readonly title: string
  readonly agreed: Rules
  readonly proposed: Rules
  readonly isAllowed: boolean
}

const may = (title: string, agreed: Rules, proposed: Rules): Row => ({
  title: `may ${title}`,
  agreed,
  proposed,
  isAllowed: true,
})
const mayNot = (title: string, agreed: Rules, proposed: Rules): Row => ({
  title: `may not ${title}`,
  agreed,
  proposed,
  isAllowed: false,
})

const rows: readonly Row[] = [
  may('ask for more approvals', [everyChange], [two]),
  mayNot('ask for fewer approvals', [two], [everyChange]),
  may('add a rule', [everyChange], [everyChange, docs]),
  mayNot('drop a rule', [everyChange, docs], [everyChange]),
  mayNot('rename a rule', [everyChange], [{ ...everyChange, name: 'each change' }]),
  may(
    'say the same in another order',
    [everyChange, docs],
    [{ ...docs, when: { signed: true, 'only-paths': ['docs/**'] } }, everyChange],
  ),
  mayNot('add a rule that replaces another', [everyChange], replacing),
  may('keep a replacement', replacing, replacing),
  mayNot('end a replacement, since that cannot be seen to be stricter', replacing, [everyChange, docs]),
  mayNot(
    'add a rule where not every change is covered: it may let pass what nothing covered',
    [docs],
    [docs, everyChange],
  ),
  mayNot('change what a rule is for', [docs], [{ ...docs, when: { 'only-paths': ['docs/**'] } }]),
  mayNot('apply a rule to fewer changes', [everyChange], [{ ...everyChange, when: { signed: true } }]),
  may('make a rule distinct', [everyChange], [{ ...everyChange, distinct: true }]),
  mayNot('make a rule distinct no more', [{ ...everyChange, distinct: true }], [everyChange]),
  may('name whose approvals count', [everyChange], from({ teams: ['acme/x'] })),
  mayNot('let anybody’s approvals count', from({ teams: ['acme/x'] }), [everyChange]),
  may('drop one of the teams that count', from({ teams: ['acme/x', 'acme/y'] }), from({ teams: ['Acme/X'] })),
  mayNot('add a team that counts', from({ teams: ['acme/x'] }), from({ teams: ['acme/x', 'acme/y'] })),
  mayNot(
    'add a user who counts beside a team',
    from({ teams: ['acme/x'] }),
    from({ teams: ['acme/x'], users: ['ana'] }),
  ),
  may('ask for code owners', [everyChange], from({ 'code-owners': true })),
  mayNot('ask for code owners no more', from({ 'code-owners': true }), [everyChange]),
  may('ask for a higher permission', from({ permission: 'maintain' }), from({ permission: 'admin' })),
  mayNot('ask for a lower permission', from({ permission: 'maintain' }), from({ permission: 'write' })),
]

describe('a repository', () => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', (_title, { agreed, proposed, isAllowed }) => {
    const read = (rules: Rules) => independentReview.settings.parse({ rules }).rules
    expect(strictness.rules(read(agreed), read(proposed))).toBe(isAllowed)
  })

  test.each([
    [
      'may drop approvals on any push',
      strictness['stale-approvals']('keep-if-diff-unchanged', 'drop-on-any-push'),
      true,
    ],
    [
      'may not keep approvals that the organization drops',
      strictness['stale-approvals']('drop-on-any-push', 'keep-if-diff-unchanged'),
      false,
    ],
    [
      'may refuse unattributed commits',
      strictness['unattributed-commits']('allow-if-pushers-are-known', 'refuse'),
      true,
    ],
    [
      'may not allow unattributed commits',
      strictness['unattributed-commits']('refuse', 'allow-if-pushers-are-known'),
      false,
    ],
  ])('%s', (_title, isAllowed, expected) => {
    expect(isAllowed).toBe(expected)
  })
})
