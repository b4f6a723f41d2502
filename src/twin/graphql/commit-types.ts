import { suiteConclusion, suiteStatus, type CheckRun, type CheckSuite, latestRuns } from '../state/checks.ts'
import type { CommitStatus } from '../state/commit-status.ts'
import { commitNodeId, signatureText, signedText } from '../shapes/commit.ts'
import { webFlow } from '../state/account.ts'
import { toTimestamp } from '../state/world.ts'
import { connection } from './connection.ts'
import {
  type Args,
  type Context,
  numberArg,
  objectArg,
  requireAny,
  resolve,
  stringArg,
  type TypeResolvers,
} from './resolver.ts'
import { workflowRunOf } from './workflow-types.ts'
import { actorOrNull, actorsOf, commitSource, type CommitSource, gitActor, type TreeEntrySource } from './sources.ts'

/** Commits, and the checks and statuses on them. */
export const commitTypes: readonly TypeResolvers[] = [
  resolve<CommitSource>('Commit', {
    ...commitFields(),
    checkSuites: (source, args, context) => {
      requireAny(context, source.repository, ['checks:read'])
      const filter = objectArg(args, 'filterBy')
      const [appId, name] = [numberArg(filter, 'appId'), stringArg(filter, 'checkName')]
      const suites = source.repository.checks
        .suitesOf(source.commit.sha)
        .filter(({ app }) => appId === undefined || app.id === appId)
        .filter(({ runs }) => name === undefined || runs.some((run) => run.name === name))
      return connection(suites, args, { name: 'checkSuites' })
    },
    statusCheckRollup: rollupOf,
    status: ({ repository, commit }, _args, context) => {
      requireAny(context, repository, ['statuses:read'])
      const contexts = latestStatuses(repository.statusesOf(commit.sha))
      return contexts.length === 0
        ? null
        : { id: `S_${commit.sha}`, state: combined(contexts.map(statusWord)), contexts }
    },
  }),
  resolve<CheckSuite>('CheckSuite', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    fullDatabaseId: ({ id }) => String(id),
    app: ({ app }) => app,
    status: (suite) => suiteStatus(suite).toUpperCase(),
    conclusion: (suite) => suiteConclusion(suite)?.toUpperCase() ?? null,
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    updatedAt: ({ updatedAt }) => toTimestamp(updatedAt),
    commit: ({ repository, headSha }) => commitSource(repository, headSha),
    workflowRun: workflowRunOf,
    checkRuns,
  }),
  resolve<CheckRun>('CheckRun', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    fullDatabaseId: ({ id }) => String(id),
    name: ({ name }) => name,
    status: ({ status }) => status.toUpperCase(),
    conclusion: ({ conclusion }) => conclusion?.toUpperCase() ?? null,
    startedAt: ({ startedAt }) => startedAt,
    completedAt: ({ completedAt }) => completedAt,
    externalId: ({ externalId }) => externalId,
    detailsUrl: ({ detailsUrl }) => detailsUrl,
    title: ({ output }) => output.title,
    summary: ({ output }) => output.summary,
    text: ({ output }) => output.text,
    checkSuite: ({ suite }) => suite,
    repository: ({ suite }) => suite.repository,
  }),
  resolve<CommitStatus>('StatusContext', {
    id: ({ nodeId }) => nodeId,
    context: ({ context }) => context,
    state: statusWord,
    description: ({ description }) => description,
    targetUrl: ({ targetUrl }) => targetUrl,
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    creator: ({ creator }) => actorOrNull(creator),
    commit: ({ repository, sha }) => commitSource(repository, sha),
  }),
]

function commitFields(): Readonly<Record<string, (source: CommitSource, args: Args, context: Context) => unknown>> {
  return {
    id: ({ repository, commit }) => commitNodeId(repository, commit.sha),
    oid: ({ commit }) => commit.sha,
    abbreviatedOid: ({ commit }) => commit.sha.slice(0, 7),
    message: ({ commit }) => commit.message,
    messageHeadline: ({ commit }) => commit.message.split('\n')[0] ?? '',
    messageBody: ({ commit }) => commit.message.split('\n').slice(1).join('\n').trim(),
    url: ({ repository, commit }) => `${repository.world.origin}/${repository.fullName}/commit/${commit.sha}`,
    authoredDate: ({ commit }) => commit.author.date,
    committedDate: ({ commit }) => commit.committer.date,
    repository: ({ repository }) => repository,
    parents: ({ repository, commit }, args) =>
      connection(
        commit.parents.map((sha) => commitSource(repository, sha)),
        args,
        { name: 'parents' },
      ),
    authoredByCommitter: ({ commit }) => commit.author.email === commit.committer.email,
    committedViaWeb: ({ commit }) => commit.committer.email === webFlow.email,
    author: ({ repository, commit }) => gitActor(repository, commit.author, commit.author.date),
    committer: ({ repository, commit }) => gitActor(repository, commit.committer, commit.committer.date),
    authors: (source, args) => connection(actorsOf(source), args, { name: 'authors' }),
    signature: signatureOf,
    file: ({ repository, commit }, args, context): TreeEntrySource | null => {
      requireAny(context, repository, ['contents:read'])
      const path = stringArg(args, 'path') ?? ''
      const sha = commit.tree.get(path)
      return sha === undefined ? null : { __typename: 'TreeEntry', repository, path, sha }
    },
    associatedPullRequests: ({ repository, commit }, args) => {
      const pulls = [...repository.pulls.values()].filter(
        (pull) => pull.merged?.commitSha === commit.sha || pull.commits().some(({ sha }) => sha === commit.sha),
      )
      return connection(pulls, args, { name: 'associatedPullRequests' })
    },
    history: ({ repository, commit }, args) => {
      const commits = [...repository.graph.ancestors(commit.sha)].map((sha) => commitSource(repository, sha))
      return connection(commits, args, { name: 'history' })
    },
  }
}

/** GitHub's own signatures are GPG; what a person signed with is not told apart here. Null: not signed. */
function signatureOf({ commit: { signature, treeSha } }: CommitSource): unknown {
  if (!signature) return null
  const { state, signer, byGithub, email } = signature
  return {
    __typename: 'GpgSignature',
    email,
    isValid: state === 'valid',
    state: state.toUpperCase(),
    signer: actorOrNull(signer),
    wasSignedByGitHub: byGithub,
    payload: signedText(treeSha),
    signature: signatureText,
    keyId: byGithub ? 'B5690EEEBB952194' : null,
  }
}

function checkRuns(suite: CheckSuite, args: Args): unknown {
  const filter = objectArg(args, 'filterBy')
  const [name, appId, kind] = [
    stringArg(filter, 'checkName'),
    numberArg(filter, 'appId'),
    stringArg(filter, 'checkType'),
  ]
  const runs = (kind === 'ALL' ? suite.runs : latestRuns(suite.runs))
    .filter((run) => name === undefined || run.name === name)
    .filter(() => appId === undefined || suite.app.id === appId)
  return connection(runs, args, { name: 'checkRuns' })
}

const latestStatuses = (statuses: readonly CommitStatus[]): readonly CommitStatus[] => [
  ...new Map(statuses.map((status) => [status.context, status])).values(),
]

function statusWord({ state }: CommitStatus): string {
  return state.toUpperCase()
}

function runWord({ status, conclusion }: CheckRun): string {
  if (status !== 'completed') return 'PENDING'
  return ['success', 'neutral', 'skipped'].includes(conclusion ?? '') ? 'SUCCESS' : 'FAILURE'
}

function combined(words: readonly string[]): string {
  return ['ERROR', 'FAILURE', 'PENDING'].find((word) => words.includes(word)) ?? 'SUCCESS'
}

/** Null where nobody reported anything. */
function rollupOf({ repository, commit }: CommitSource, _args: Args, context: Context): unknown {
  requireAny(context, repository, ['checks:read'])
  const runs = latestRuns(repository.checks.runsOf(commit.sha))
  const statuses = latestStatuses(repository.statusesOf(commit.sha))
  if (runs.length + statuses.length === 0) return null
  const contexts = [...runs, ...statuses]
  return {
    id: `SCR_${commit.sha}`,
    state: combined([...runs.map(runWord), ...statuses.map(statusWord)]),
    commit: commitSource(repository, commit.sha),
    contexts: (args: Args) => connection(contexts, args, { name: 'contexts' }),
  }
}
