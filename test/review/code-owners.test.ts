import { independentReview } from '#controls/change/independent-review.ts'
import { blind, met, unmet, waiting } from '#controls/control.ts'
import { notLookedFor } from '#facts/asked.ts'
import { known, unknown } from '#facts/fact.ts'
import type { OwnedPaths } from '#facts/change-facts.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, ben, change, cleo, commitBy, headSha } from '../controls/sample-change.ts'
import { approvedBy, dana, everyChange, type Facts, facts, file, touching } from './sample-review.ts'

const owned = (line: number, owners: readonly string[], ...paths: readonly string[]): OwnedPaths => ({
  line,
  pattern: '*',
  owners,
  paths,
})
const owners = (...groups: readonly OwnedPaths[]): Pick<Facts, 'codeOwners'> => ({
  codeOwners: known({ file: { path: '.github/CODEOWNERS', commitSha: headSha }, owned: groups }),
})
const pay = owned(3, ['@acme/payments', '@Ben'], 'pay/a.ts', 'pay/b.ts')
const web = owned(4, ['@cleo'], 'web/a.ts')
const members = { teams: known([{ name: 'acme/payments', members: known([dana.id]) }]) }
const asked = { ...everyChange, from: { 'code-owners': true } }
const settings = { rules: [asked] }
const by = (line: string, who: string): string => `${line}: approved by ${who}.`
const payLine = 'pay/a.ts and pay/b.ts → @acme/payments or @Ben (.github/CODEOWNERS line 3)'
const webLine = 'web/a.ts → @cleo (.github/CODEOWNERS line 4)'

checkControl(independentReview, [
  {
    when: 'each owned path was approved by an owner',
    facts: { ...approvedBy(ben, cleo), ...owners(pay, web), ...members },
    settings,
    expect: met(
      by(payLine, 'ben'),
      by(webLine, 'cleo'),
      'ben approved def5678, the head.',
      'cleo approved def5678, the head.',
    ),
  },
  {
    when: 'a member of an owning team approved',
    facts: { ...approvedBy(dana), ...owners(pay), ...members },
    settings,
    expect: 'met',
  },
  {
    when: 'the owners of one of two paths have not approved',
    facts: { ...approvedBy(ben), ...owners(pay, web), ...members },
    settings,
    expect: waiting('1 approval from @cleo as owner of web/a.ts', [
      'Still missing: 1 approval of def5678 from @cleo as owner of web/a.ts by somebody with write access who had no hand ' +
        'in the change.',
      by(payLine, 'ben'),
      `${webLine}: not approved by an owner yet.`,
      'ben approved def5678, the head.',
    ]),
  },
  {
    when: 'somebody approved who owns none of the touched paths',
    facts: { ...approvedBy(cleo), ...owners(pay), ...members },
    settings,
    expect: waiting('1 approval from @acme/payments or @Ben as owner of pay/a.ts and pay/b.ts', [
      'Still missing: 1 approval of def5678 from @acme/payments or @Ben as owner of pay/a.ts and pay/b.ts by somebody with ' +
        'write access who had no hand in the change.',
      `${payLine}: not approved by an owner yet.`,
      'The approval by cleo does not count: cleo owns none of the touched paths.',
    ]),
  },
  {
    when: 'the owner who approved had a hand in the change',
    facts: { ...approvedBy(cleo), ...owners(web), commits: [commitBy(ana, cleo)] },
    settings,
    expect: 'waiting',
  },
  {
    when: 'one owner approved and two owners’ approvals are asked for',
    facts: { ...approvedBy(ben), ...owners(pay), ...members },
    settings: { rules: [{ ...asked, approvals: 2 }] },
    expect: 'waiting',
  },
  {
    when: 'no approval is asked for beside owners, and they approved',
    facts: { ...approvedBy(cleo), ...owners(web) },
    settings: { rules: [{ ...asked, approvals: 0 }] },
    expect: 'met',
  },
  {
    when: 'no approval is asked for beside owners, and they have not approved',
    facts: { ...facts, ...owners(web) },
    settings: { rules: [{ ...asked, approvals: 0 }] },
    expect: 'waiting',
  },
  {
    when: 'no touched path has owners and somebody approved',
    facts: { ...approvedBy(ben), ...owners() },
    settings,
    expect: met(
      'No touched path has owners in .github/CODEOWNERS, so no owners are asked for.',
      'ben approved def5678, the head.',
    ),
  },
  {
    when: 'no touched path has owners and nobody approved',
    facts: { ...facts, ...owners() },
    settings,
    expect: 'waiting',
  },
  {
    when: 'the base branch has no CODEOWNERS',
    facts: { ...approvedBy(ben), codeOwners: known({ file: null, owned: [] }) },
    settings,
    expect: met(
      'The base branch has no CODEOWNERS file, so no owners are asked for.',
      'ben approved def5678, the head.',
    ),
  },
  {
    when: 'CODEOWNERS was not looked for, and that decides',
    facts: { ...approvedBy(ben), codeOwners: notLookedFor },
    settings,
    expect: 'blind',
  },
  {
    when: 'CODEOWNERS was not looked for, and no rule asks for owners',
    facts: { ...approvedBy(ben), codeOwners: notLookedFor },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'CODEOWNERS cannot be seen',
    facts: { ...approvedBy(ben), codeOwners: unknown('grant the app contents: read') },
    settings,
    expect: 'blind',
  },
  {
    when: 'CODEOWNERS cannot be seen and nobody has approved',
    facts: { ...facts, codeOwners: unknown('grant the app contents: read') },
    settings,
    expect: 'waiting',
  },
  {
    when: 'a renamed file may have had owners under its old name, which was not looked for',
    facts: {
      ...approvedBy(cleo),
      ...owners(web),
      files: known([file('web/a.ts', { status: 'renamed' })]),
    },
    settings,
    expect: 'blind',
  },
  {
    when: 'an owner is written as a private address of the approver, which holds the account id',
    facts: { ...approvedBy(ben), ...owners(owned(1, ['2+anybody@users.noreply.github.com'], 'a')) },
    settings,
    expect: 'met',
  },
  {
    when: 'an owner is written as the private address of another',
    facts: { ...approvedBy(ben), ...owners(owned(1, ['3+ben@users.noreply.github.com'], 'a')) },
    settings,
    expect: 'waiting',
  },
  {
    when: 'an owner is written as an address, and somebody approved who may be it',
    facts: { ...approvedBy(ben), ...owners(owned(1, ['jane@acme.example'], 'a')) },
    settings,
    expect: blind(
      'CODEOWNERS names jane@acme.example, and GitHub does not tell whose address that is: write @login there',
      'a → jane@acme.example (.github/CODEOWNERS line 1): not approved by an owner yet.',
      'ben approved def5678, the head. Whether it counts for every change could not be seen: CODEOWNERS names ' +
        'jane@acme.example, and GitHub does not tell whose address that is: write @login there.',
    ),
  },
  {
    when: 'an owner is written as an address, and nobody has approved',
    facts: { ...facts, ...owners(owned(1, ['jane@acme.example'], 'a')) },
    settings,
    expect: 'waiting',
  },
  {
    when: 'an owner is written as an address, and another owner approved',
    facts: { ...approvedBy(cleo), ...owners(owned(1, ['jane@acme.example', '@cleo'], 'a')) },
    settings,
    expect: 'met',
  },
  {
    when: 'owners are asked for in the one rule that applies and not in the other',
    facts: { ...approvedBy(ben), ...owners(web), files: touching('web/a.ts') },
    settings: { rules: [everyChange, { ...asked, name: 'owners', when: { paths: ['web/**'] } }] },
    expect: 'waiting',
  },
  {
    when: 'it was merged with enough approvals by owners, but of other paths',
    facts: { ...approvedBy(ben), ...owners(pay, web), ...members, change: { ...change, state: 'merged' } },
    settings,
    expect: unmet([
      'The change was merged without the approval by an owner of web/a.ts that the rule "every change" asks for.',
      by(payLine, 'ben'),
      `${webLine}: not approved by an owner yet.`,
      'ben approved def5678, the head.',
    ]),
  },
])
