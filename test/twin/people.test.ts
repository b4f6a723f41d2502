import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { Repository } from '#twin/state/repository.ts'
import type { Team } from '#twin/state/team.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation, type Listener, listen } from './ask.ts'

describe('people, teams and rules', () => {
  let twin: Twin
  let app: Listener
  let acme: Organization
  let ann: Account
  let ben: Account
  let shop: Repository
  let developers: Team
  let payments: Team
  let ask: ReturnType<typeof asking>

  beforeEach(async () => {
    app = await listen()
    twin = await startTwin()
    acme = twin.organization('acme')
    ann = acme.person('ann')
    ben = acme.person('ben')
    shop = acme.repository('shop', { private: true })
    developers = acme.team('Developers', [ann])
    payments = acme.team('payments', [ben], developers)
    acme.install()
    ask = await askingAsInstallation(twin)
    twin.webhooks.setTarget(app.url)
  })

  afterEach(async () => {
    twin.assertClean()
    await twin.stop()
    app.stop()
  })

  const told = async (): Promise<readonly string[]> => {
    await twin.webhooks.settle()
    return app.received
      .splice(0)
      .map(
        ({ headers, payload: { action } }) =>
          `${String(headers['x-github-event'])}${typeof action === 'string' ? `.${action}` : ''}`,
      )
  }

  const acts: readonly { act: string; perform: () => void; tells: readonly string[] }[] = [
    { act: 'adding to a team', perform: () => payments.add(ann), tells: ['membership.added'] },
    { act: 'removing from a team', perform: () => payments.remove(ben), tells: ['membership.removed'] },
    { act: 'renaming a team', perform: () => developers.rename('Makers'), tells: ['team.edited'] },
    { act: 'deleting a team', perform: () => developers.delete(), tells: ['team.deleted', 'team.deleted'] },
    {
      act: 'letting a team in',
      perform: () => developers.grant(shop, 'write'),
      tells: ['team.added_to_repository', 'team_add'],
    },
    {
      act: 'changing what a team may do, and shutting it out',
      perform: () => {
        developers.grant(shop, 'write')
        developers.grant(shop, 'admin')
        developers.revoke(shop)
      },
      tells: ['team.added_to_repository', 'team_add', 'team.edited', 'team.removed_from_repository'],
    },
    {
      act: 'giving, changing and taking a role',
      perform: () => {
        shop.grant(ben, 'triage')
        shop.grant(ben, 'maintain')
        shop.revoke(ben)
      },
      tells: ['member.added', 'member.edited', 'member.removed'],
    },
    {
      act: 'inviting somebody who accepts',
      perform: () => acme.acceptInvitation(acme.invite('cleo', [payments])),
      tells: ['organization.member_invited', 'organization.member_added', 'membership.added'],
    },
    {
      act: 'removing a member',
      perform: () => acme.removeMember(ben),
      tells: ['membership.removed', 'organization.member_removed'],
    },
    {
      act: 'protecting a branch, more and no more',
      perform: () => {
        shop.protect('main', { requiredApprovals: 1 })
        shop.protect('main', { requiredApprovals: 1, enforceAdmins: true })
        shop.unprotect('main')
      },
      tells: ['branch_protection_rule.created', 'branch_protection_rule.edited', 'branch_protection_rule.deleted'],
    },
    {
      act: 'making, changing and removing a ruleset of the repository',
      perform: () => {
        const ruleset = shop.ruleset({ rules: [{ type: 'deletion' }] })
        shop.editRuleset(ruleset, { enforcement: 'disabled', rules: [{ type: 'pull_request' }] })
        shop.removeRuleset(ruleset)
      },
      tells: ['repository_ruleset.created', 'repository_ruleset.edited', 'repository_ruleset.deleted'],
    },
    {
      act: 'making, changing and removing a ruleset of the organization',
      perform: () => {
        const ruleset = acme.ruleset({ include: ['~ALL'], rules: [{ type: 'deletion' }] })
        acme.editRuleset(ruleset, { name: 'All of it' })
        acme.removeRuleset(ruleset)
      },
      tells: ['repository_ruleset.created', 'repository_ruleset.edited', 'repository_ruleset.deleted'],
    },
  ]

  test.each(acts)('$act is told', async ({ perform, tells }) => {
    perform()
    expect(await told()).toEqual(tells)
  })

  test('an edit says what was before, as far as GitHub says it', async () => {
    shop.grant(ben, 'read')
    shop.grant(ben, 'maintain')
    const first = shop.protect('main', { requiredApprovals: 1 })
    const second = shop.protect('main', { requiredApprovals: 2, enforceAdmins: true })
    await twin.webhooks.settle()
    const changes = app.received.map(({ payload }) => payload['changes']).filter((change) => change !== undefined)
    expect(changes).toEqual([
      { permission: { to: 'read' } },
      { permission: { from: 'read', to: 'write' } },
      { admin_enforced: { from: false } },
    ])
    expect(second.id).toBe(first.id)
  })

  test('a team may do what its parent may', () => {
    developers.grant(shop, 'maintain')
    expect([shop.permissionOf(ann), shop.permissionOf(ben)]).toEqual(['maintain', 'maintain'])
  })

  test('the members of a team are its own and those of its child teams, and nobody who was only invited', async () => {
    acme.invite('cleo', [developers])
    const { body } = await ask('GET /orgs/acme/teams/developers/members')
    expect(body.map(({ login }) => login)).toEqual(['ann', 'ben'])
    expect((await ask('GET /orgs/acme/members')).body.map(({ login }) => login)).not.toContain('cleo')
    expect((await ask('GET /orgs/acme/teams')).body).toMatchObject([
      { slug: 'developers', name: 'Developers', parent: null },
      { slug: 'payments', parent: { slug: 'developers' } },
    ])
  })

  test('GraphQL tells own members from those of child teams', async () => {
    const query = `{ organization(login: "acme") { team(slug: "developers") { name parentTeam { slug }
      childTeams(first: 5) { nodes { slug parentTeam { slug } } }
      all: members(first: 5) { nodes { login } } own: members(first: 5, membership: IMMEDIATE) { nodes { login } }
      theirs: members(first: 5, membership: CHILD_TEAM) { nodes { login } } } } }`
    expect((await ask('POST /api/graphql', { body: { query } })).body).toEqual({
      data: {
        organization: {
          team: {
            name: 'Developers',
            parentTeam: null,
            childTeams: { nodes: [{ slug: 'payments', parentTeam: { slug: 'developers' } }] },
            all: { nodes: [{ login: 'ann' }, { login: 'ben' }] },
            own: { nodes: [{ login: 'ann' }] },
            theirs: { nodes: [{ login: 'ben' }] },
          },
        },
      },
    })
  })

  test.each([
    { role: 'triage', permission: 'read' },
    { role: 'maintain', permission: 'write' },
    { role: 'admin', permission: 'admin' },
  ] as const)('a person in the role $role has the older permission $permission', async ({ role, permission }) => {
    shop.grant(ben, role)
    const { body } = await ask('GET /repos/acme/shop/collaborators/BEN/permission')
    expect(body).toMatchObject({ permission, role_name: role, user: { login: 'ben' } })
  })

  test('who presses "Re-run" on the check of another app speaks to that app', async () => {
    const sha = shop.head('main')
    const theirs = shop.externalCheck({ sha, name: 'build', app: 'ci', conclusion: null })
    const ours = shop.externalCheck({ sha, name: 'countersign', app: 'countersign', conclusion: null })
    shop.checks.requestSuite(sha, twin.world.app, ann)
    shop.checks.requestSuite(sha, theirs.suite.app, ann)
    for (const run of [theirs, ours]) {
      shop.checks.rerequest(run, ann)
      shop.checks.rerequestSuite(run.suite, ann)
    }
    expect(await told()).toEqual([
      'check_run.created',
      'check_run.created',
      'check_suite.requested',
      'check_run.rerequested',
      'check_suite.rerequested',
    ])
  })
})
