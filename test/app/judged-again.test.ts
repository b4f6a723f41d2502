import { afterEach, describe, expect, test } from '@jest/globals'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import type { Team } from '#twin/state/team.ts'
import { checkOf, type House, openHouse, wordOf } from './house.ts'

let house: House

afterEach(async () => {
  await house.close()
  house.twin.assertClean()
})

/** Everything enforced but tickets; `more` is the settings of further controls. */
const enforcing = (more = ''): string => `version: 1\nmode: enforce\ncontrols:\n  ticket-link: { mode: off }\n${more}`

const rules = (...lines: readonly string[]): string =>
  enforcing(['  independent-review:', '    rules:', ...lines.map((line) => `      - ${line}`)].join('\n'))

const everyChange = '{ name: every change, approvals: 1 }'

const tested = enforcing('  change-tested: { checks: [{ name: ci, app: ci-app }] }\n')

interface Row {
  readonly event: string
  readonly when: string
  readonly policy?: string
  /** Default: the change is approved by cleo. */
  readonly before?: (pull: PullRequest) => void
  readonly act: (pull: PullRequest) => void
  readonly from: string
  readonly to: string
}

function team(slug: string): Team {
  const found = house.acme.teams.find((one) => one.slug === slug)
  if (found === undefined) throw new Error(`There is no team ${slug}.`)
  return found
}

function policies(): Repository {
  const found = house.acme.repositories.find(({ name }) => name === '.github')
  if (found === undefined) throw new Error('There is no policy repository.')
  return found
}

const approve = (pull: PullRequest): void => void pull.review({ by: house.cleo, state: 'approve' })
const ci = (pull: PullRequest, conclusion: string | null): void =>
  void house.shop.externalCheck({ sha: pull.headSha, name: 'ci', app: 'ci-app', conclusion })
const approvedAndTested = (pull: PullRequest): void => {
  approve(pull)
  ci(pull, 'success')
}

const rows: readonly Row[] = [
  {
    event: 'pull_request.synchronize',
    when: 'somebody pushes another content',
    act: (pull) => house.shop.push({ branch: pull.headBranch, by: house.ana, files: { 'src/b.js': '2\n' } }),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'pull_request.edited',
    when: 'the base becomes a branch that another rule is for',
    policy: rules(everyChange, '{ name: releases, when: { base-branches: [release] }, approvals: 2 }'),
    before: (pull) => {
      house.shop.branch('release')
      approve(pull)
    },
    act: (pull) => pull.edit({ base: 'release' }, house.ana),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'pull_request.edited',
    when: 'the title is what a rule asks about',
    policy: rules(everyChange, '{ name: breaking, when: { title: ["BREAKING*"] }, approvals: 2 }'),
    act: (pull) => pull.edit({ title: 'BREAKING: another API' }, house.ana),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'pull_request.labeled',
    when: 'a label brings another rule',
    policy: rules(everyChange, '{ name: risky, when: { labels: [risky] }, approvals: 2 }'),
    act: (pull) => pull.label('risky', house.ben),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'pull_request.unlabeled',
    when: 'that label is taken away',
    policy: rules(everyChange, '{ name: risky, when: { labels: [risky] }, approvals: 2 }'),
    before: (pull) => {
      approve(pull)
      pull.label('risky', house.ben)
    },
    act: (pull) => pull.unlabel('risky', house.ben),
    from: 'in_progress',
    to: 'success',
  },
  {
    event: 'pull_request_review.submitted',
    when: 'somebody asks for changes',
    act: (pull) => pull.review({ by: house.ben, state: 'request-changes' }),
    from: 'success',
    to: 'failure',
  },
  {
    event: 'pull_request_review.dismissed',
    when: 'the approval is dismissed',
    act: (pull) => {
      const review = pull.reviews.at(-1)
      if (review) pull.dismiss(review)
    },
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'check_run.completed',
    when: 'a check turns green',
    policy: tested,
    act: (pull) => ci(pull, 'success'),
    from: 'in_progress',
    to: 'success',
  },
  {
    event: 'check_run.completed',
    when: 'a check turns from a success into a failure',
    policy: tested,
    before: approvedAndTested,
    act: (pull) => ci(pull, 'failure'),
    from: 'success',
    to: 'failure',
  },
  {
    event: 'check_run.created',
    when: 'a check runs again after a success',
    policy: tested,
    before: approvedAndTested,
    act: (pull) => ci(pull, null),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'status',
    when: 'a status turns red',
    policy: enforcing('  change-tested: { checks: [{ name: deploy, app: ci-app }] }\n'),
    before: (pull) => {
      approve(pull)
      const by = house.twin.bot('ci-app[bot]')
      house.shop.externalStatus({ sha: pull.headSha, context: 'deploy', state: 'success', by })
    },
    act: (pull) => {
      const by = house.twin.bot('ci-app[bot]')
      house.shop.externalStatus({ sha: pull.headSha, context: 'deploy', state: 'failure', by })
    },
    from: 'success',
    to: 'failure',
  },
  {
    event: 'push',
    when: 'the base gets a CODEOWNERS file',
    policy: rules('{ name: owners, approvals: 1, from: { code-owners: true } }'),
    act: () => house.shop.push({ branch: 'main', by: house.ben, files: { '.github/CODEOWNERS': '* @ben\n' } }),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'push',
    when: "the base gets a repository's policy",
    act: () =>
      house.shop.push({
        branch: 'main',
        by: house.ben,
        files: {
          '.github/countersign.yml':
            'version: 1\ncontrols:\n  independent-review:\n    rules: [{ name: every change, approvals: 2 }]\n',
        },
      }),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'push',
    when: "the organization's policy changes",
    act: () =>
      policies().push({
        branch: 'main',
        by: house.ben,
        files: { 'countersign.yml': rules('{ name: every change, approvals: 2 }') },
      }),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'membership.removed',
    when: 'the approver leaves the team that is asked',
    policy: rules('{ name: payments, approvals: 1, from: { teams: [acme/payments] } }'),
    act: () => team('payments').remove(house.cleo),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'membership.added',
    when: 'the approver joins the team that is asked',
    policy: rules('{ name: reviewers, approvals: 1, from: { teams: [acme/reviewers] } }'),
    act: () => team('reviewers').add(house.cleo),
    from: 'in_progress',
    to: 'success',
  },
  {
    event: 'member.edited',
    when: 'the approver may only read any more',
    act: () => house.shop.grant(house.cleo, 'read'),
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'member.edited',
    when: 'the approver becomes a maintainer, as a rule asks',
    policy: rules('{ name: maintainers, approvals: 1, from: { permission: maintain } }'),
    act: () => house.shop.grant(house.cleo, 'maintain'),
    from: 'in_progress',
    to: 'success',
  },
  {
    event: 'repository_ruleset.created',
    when: 'a ruleset comes to require a check',
    act: () => {
      const required_status_checks = [{ context: 'ci' }]
      const parameters = { required_status_checks, strict_required_status_checks_policy: false }
      house.shop.ruleset({ include: ['~DEFAULT_BRANCH'], rules: [{ type: 'required_status_checks', parameters }] })
    },
    from: 'success',
    to: 'in_progress',
  },
  {
    event: 'branch_protection_rule.created',
    when: 'classic protection comes to require a check',
    act: () => house.shop.protect('main', { requiredChecks: [{ context: 'ci', appId: null }] }),
    from: 'success',
    to: 'in_progress',
  },
]

describe('a change is judged again after', () => {
  for (const { event, when, policy = enforcing(), before = approve, act, from, to } of rows) {
    test(`${event}: ${from} becomes ${to} when ${when}`, async () => {
      house = await openHouse({ policy: null })
      house.acme.team('payments', [house.cleo])
      house.acme.team('reviewers', [house.ben])
      policies().push({ branch: 'main', by: house.ben, files: { 'countersign.yml': policy } })
      const pull = house.open()
      before(pull)
      await house.settle()
      expect([wordOf(pull), checkOf(pull)?.output.title]).toEqual([from, expect.anything()])
      act(pull)
      await house.settle()
      expect([wordOf(pull), checkOf(pull)?.output.title]).toEqual([to, expect.anything()])
    })
  }

  test('check_run.completed: the check of a fork’s head, of which the payload names no pull request, turns red', async () => {
    house = await openHouse({ policy: tested })
    const fork = house.shop.fork(house.ana)
    fork.branch('BUG-1-from-a-fork')
    fork.push({ branch: 'BUG-1-from-a-fork', by: house.ana, files: { 'src/1.js': '1\n' } })
    const pull = house.shop.openPullRequest({ head: 'BUG-1-from-a-fork', fork, title: 'Change', by: house.ana })
    approvedAndTested(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    ci(pull, 'failure')
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
  })

  /** Events after which the answer stays, so that only the look shows that it was judged. */
  const looks: readonly (readonly [event: string, act: (pull: PullRequest) => unknown])[] = [
    ['pull_request.converted_to_draft', (pull) => pull.toDraft()],
    [
      'pull_request.ready_for_review',
      (pull) => {
        pull.toDraft()
        pull.ready()
      },
    ],
    ['pull_request.enqueued', (pull) => house.shop.mergeQueue.enqueue(pull, house.ana)],
    ['pull_request.closed', (pull) => pull.close(house.ana)],
    [
      'pull_request.reopened',
      (pull) => {
        pull.close(house.ana)
        pull.reopen(house.ana)
      },
    ],
    ['pull_request_review.edited', (pull) => pull.reviews[0] && pull.editReview(pull.reviews[0], 'Better words')],
    ['check_run.rerequested', (pull) => rerun(pull)],
    ['check_suite.rerequested', (pull) => rerunSuite(pull)],
    ['check_run.requested_action', (pull) => pressRecheck(pull)],
    ['team_add', () => team('payments').grant(house.shop, 'read')],
    ['team.deleted', () => team('payments').delete()],
    ['organization.member_removed', () => house.acme.removeMember(house.ben)],
    ['a comment with the command', (pull) => pull.comment({ by: house.ben, body: '/countersign recheck' })],
  ]

  for (const [event, act] of looks) {
    test(event, async () => {
      house = await openHouse({ policy: enforcing() })
      house.acme.team('payments', [house.cleo])
      const pull = house.open()
      approve(pull)
      await house.settle()
      house.twin.requests.reset()
      act(pull)
      await house.settle()
      const queries = house.twin.requests.all().filter(({ path }) => path.endsWith('/graphql'))
      expect(queries.length).toBeGreaterThan(0)
    })
  }
})

function rerun(pull: PullRequest): void {
  const run = checkOf(pull)
  if (run) house.shop.checks.rerequest(run, house.ben)
}

function rerunSuite(pull: PullRequest): void {
  const run = checkOf(pull)
  if (run) house.shop.checks.rerequestSuite(run.suite, house.ben)
}

function pressRecheck(pull: PullRequest): void {
  const run = checkOf(pull)
  if (run) house.shop.checks.requestAction(run, 'recheck', house.ben)
}
