import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Account, webFlow } from '#twin/state/account.ts'
import type { Signing } from '#twin/state/commit-signature.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation } from './ask.ts'

describe('GraphQL on what a change is judged by', () => {
  let twin: Twin
  let acme: Organization
  let ann: Account
  let shop: Repository
  let pull: PullRequest
  let ask: ReturnType<typeof asking>

  beforeEach(async () => {
    twin = await startTwin()
    acme = twin.organization('acme')
    ann = acme.person('ann')
    shop = acme.repository('shop', { private: true })
    shop.grant(ann, 'write')
    shop.push({ branch: 'feature', by: ann, files: { 'a.txt': 'one\n' } })
    pull = shop.openPullRequest({ head: 'feature', title: 'Work', by: ann })
    acme.install()
    ask = await askingAsInstallation(twin)
  })

  afterEach(async () => {
    twin.assertClean()
    await twin.stop()
  })

  const query = async (selection: string): Promise<{ data: never; errors?: readonly unknown[] }> =>
    (
      await ask('POST /api/graphql', {
        body: { query: `query Part { repository(owner: "acme", name: "shop") { ${selection} } }` },
      })
    ).body as never

  const shown = async (selection: string): Promise<Record<string, unknown>> => {
    const { data, errors } = await query(selection)
    expect(errors).toBeUndefined()
    return (data as { repository: Record<string, unknown> }).repository
  }

  const headSignature = async (): Promise<unknown> => {
    const { ref } = await shown(
      'ref(qualifiedName: "feature") { target { ... on Commit { signature { isValid state wasSignedByGitHub signer { login } } } } }',
    )
    return (ref as { target: { signature: unknown } }).target.signature
  }

  const signings: readonly { signing: Signing; committer?: typeof webFlow; signature: unknown }[] = [
    { signing: 'none', signature: null },
    { signing: 'none', committer: webFlow, signature: null },
    {
      signing: 'github',
      signature: { isValid: true, state: 'VALID', wasSignedByGitHub: true, signer: null },
    },
    {
      signing: 'valid',
      signature: { isValid: true, state: 'VALID', wasSignedByGitHub: false, signer: { login: 'ann' } },
    },
    {
      signing: 'unverified_email',
      signature: { isValid: false, state: 'UNVERIFIED_EMAIL', wasSignedByGitHub: false, signer: { login: 'ann' } },
    },
    {
      signing: 'unknown_key',
      signature: { isValid: false, state: 'UNKNOWN_KEY', wasSignedByGitHub: false, signer: null },
    },
  ]

  test.each(signings)('a commit signed as $signing says so, in REST too', async ({ signing, signature, ...who }) => {
    const { sha } = shop.push({ branch: 'feature', by: ann, signing, ...who })
    expect(await headSignature()).toEqual(signature)
    const { body } = await ask(`GET /repos/acme/shop/commits/${sha}`)
    expect((body['commit'] as Record<string, unknown>)['verification']).toMatchObject({
      verified: signing === 'valid' || signing === 'github',
      reason: signing === 'none' ? 'unsigned' : signing === 'github' ? 'valid' : signing,
    })
  })

  test('what GitHub commits it signs: merges, squashes and updates from the base', async () => {
    shop.push({ branch: 'main', by: acme.owner, files: { 'b.txt': 'two\n' } })
    const updated = pull.updateBranch(ann)
    expect(updated).toMatchObject({ parents: [expect.anything(), shop.head('main')], signature: { byGithub: true } })
    expect(await headSignature()).toMatchObject({ wasSignedByGitHub: true })
    expect(pull.merge({ by: ann, method: 'squash' }).signature).toMatchObject({ byGithub: true })
  })

  test('each workflow reports into a suite of its own, and says which file ran', async () => {
    const other = acme.repository('pipelines')
    const build = { path: '.github/workflows/ci.yml', event: 'pull_request', name: 'CI' }
    const check = { sha: pull.headSha, name: 'test', conclusion: 'success' }
    shop.externalCheck({ ...check, workflow: build })
    shop.externalCheck({ ...check, name: 'lint', workflow: build })
    shop.externalCheck({ ...check, conclusion: 'failure', workflow: { ...build, event: 'pull_request_target' } })
    shop.externalCheck({ ...check, workflow: { path: 'shared.yml', event: 'pull_request', repository: other } })
    shop.externalCheck({ ...check, app: 'ci' })
    const { object } = await shown(`object(oid: "${pull.headSha}") { ... on Commit { checkSuites(first: 9) { nodes {
      app { slug databaseId } checkRuns(first: 5) { nodes { name } }
      workflowRun { event workflow { name } file { path repositoryName repositoryFileUrl } } } } } }`)
    const suite = (event: string, names: readonly string[]): object => ({
      app: { slug: 'github-actions', databaseId: 15368 },
      checkRuns: { nodes: names.map((name) => ({ name })) },
      workflowRun: expect.objectContaining({ event }) as object,
    })
    expect((object as { checkSuites: { nodes: readonly object[] } }).checkSuites.nodes).toEqual([
      suite('pull_request', ['test', 'lint']),
      suite('pull_request_target', ['test']),
      {
        ...suite('pull_request', ['test']),
        workflowRun: {
          event: 'pull_request',
          workflow: { name: 'shared.yml' },
          file: {
            path: 'shared.yml',
            repositoryName: 'acme/pipelines',
            repositoryFileUrl: expect.stringContaining('/acme/pipelines/blob/'),
          },
        },
      },
      {
        app: { slug: 'ci', databaseId: expect.any(Number) },
        checkRuns: { nodes: [{ name: 'test' }] },
        workflowRun: null,
      },
    ])
  })

  const required = `ref(qualifiedName: "main") {
    branchProtectionRule { requiresStatusChecks requiredStatusChecks { context app { databaseId } } }
    rules(first: 10) { nodes { type repositoryRuleset { name enforcement } parameters {
      ... on RequiredStatusChecksParameters { strictRequiredStatusChecksPolicy requiredStatusChecks { context integrationId } }
    } } } }`

  test('required checks are shown with the app they are pinned to, classic and by ruleset', async () => {
    const { id: appId } = twin.app
    shop.protect('main', {
      requiredChecks: [
        { context: 'countersign', appId },
        { context: 'ci', appId: null },
      ],
    })
    const checks = [{ context: 'countersign', integration_id: appId }, { context: 'ci' }]
    acme.ruleset({
      name: 'Everywhere',
      include: ['~ALL'],
      rules: [
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: checks, strict_required_status_checks_policy: true },
        },
        { type: 'deletion' },
      ],
    })
    const repositoryRuleset = { name: 'Everywhere', enforcement: 'ACTIVE' }
    expect(await shown(required)).toEqual({
      ref: {
        branchProtectionRule: {
          requiresStatusChecks: true,
          requiredStatusChecks: [
            { context: 'countersign', app: { databaseId: appId } },
            { context: 'ci', app: null },
          ],
        },
        rules: {
          nodes: [
            {
              type: 'REQUIRED_STATUS_CHECKS',
              repositoryRuleset,
              parameters: {
                strictRequiredStatusChecksPolicy: true,
                requiredStatusChecks: [
                  { context: 'countersign', integrationId: appId },
                  { context: 'ci', integrationId: null },
                ],
              },
            },
            { type: 'DELETION', repositoryRuleset, parameters: null },
          ],
        },
      },
    })
  })

  test('classic protection is hidden from who lacks administration: read, rules are not', async () => {
    shop.ruleset({ rules: [{ type: 'deletion' }] })
    acme.installation?.grant({ metadata: 'read', contents: 'read' })
    expect(await query(required)).toMatchObject({
      data: { repository: { ref: { branchProtectionRule: null, rules: { nodes: [{ type: 'DELETION' }] } } } },
      errors: [{ type: 'FORBIDDEN', path: ['repository', 'ref', 'branchProtectionRule'] }],
    })
  })

  test('the timeline says who set and removed a label', async () => {
    pull.label('urgent', ann)
    pull.unlabel('urgent', twin.bot('labeler'))
    const event = '{ actor { login } label { name } createdAt }'
    const { pullRequest } = await shown(`pullRequest(number: 1) { isInMergeQueue mergeQueueEntry { id }
      timelineItems(last: 5, itemTypes: [LABELED_EVENT, UNLABELED_EVENT]) { totalCount nodes { __typename
        ... on LabeledEvent ${event} ... on UnlabeledEvent ${event} } } }`)
    const common = { label: { name: 'urgent' }, createdAt: expect.any(String) as unknown }
    expect(pullRequest).toEqual({
      isInMergeQueue: false,
      mergeQueueEntry: null,
      timelineItems: {
        totalCount: 2,
        nodes: [
          { __typename: 'LabeledEvent', actor: { login: 'ann' }, ...common },
          { __typename: 'UnlabeledEvent', actor: { login: 'labeler' }, ...common },
        ],
      },
    })
  })

  test('the timeline says in which order reviews and changes of the base took place', async () => {
    const review = pull.review({ by: twin.organization('acme').person('rob'), state: 'approve' })
    shop.branch('release')
    pull.edit({ base: 'release' }, ann)
    const wanted = 'BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT, PULL_REQUEST_REVIEW'
    const { pullRequest } = await shown(`pullRequest(number: 1) {
      timelineItems(last: 2, itemTypes: [${wanted}]) { pageInfo { hasPreviousPage } nodes { __typename
        ... on PullRequestReview { fullDatabaseId state } ... on BaseRefChangedEvent { previousRefName } } } }`)
    expect(pullRequest).toEqual({
      timelineItems: {
        pageInfo: { hasPreviousPage: false },
        nodes: [
          { __typename: 'PullRequestReview', fullDatabaseId: String(review.id), state: 'APPROVED' },
          { __typename: 'BaseRefChangedEvent', previousRefName: 'main' },
        ],
      },
    })
  })

  test.each([
    { answer: 'null', errors: undefined },
    { answer: 'forbidden', errors: [expect.objectContaining({ type: 'FORBIDDEN' })] },
  ] as const)('a field can be made $answer by a fault, wherever in a list it stands', async ({ answer, errors }) => {
    shop.push({ branch: 'feature', by: ann, signing: 'valid' })
    const path = 'repository.pullRequest.commits.nodes.commit.signature'
    const fault = twin.fault({ match: { graphql: 'Part' }, field: { path, answer }, times: 1 })
    const selection = 'pullRequest(number: 1) { commits(last: 1) { nodes { commit { signature { isValid } } } } }'
    const blind = await query(selection)
    expect(blind.errors).toEqual(errors)
    const nodes = (signature: unknown): object => ({ nodes: [{ commit: { signature } }] })
    expect(blind.data).toEqual({ repository: { pullRequest: { commits: nodes(null) } } })
    expect(fault.count).toBe(1)
    expect(await shown(selection)).toEqual({ pullRequest: { commits: nodes({ isValid: true }) } })
  })

  test('something can take place just before the second answer', async () => {
    const act = (): void => void shop.push({ branch: 'feature', by: ann, files: { 'a.txt': 'moved\n' } })
    twin.fault({ match: { graphql: 'Part' }, skip: 1, times: 1, act })
    const heads = [pull.headSha]
    const read = async (): Promise<unknown> =>
      ((await shown('pullRequest(number: 1) { headRefOid }'))['pullRequest'] as { headRefOid: unknown }).headRefOid
    expect(await read()).toBe(heads[0])
    expect(await read()).toBe(pull.headSha)
    expect(pull.headSha).not.toBe(heads[0])
  })
})
