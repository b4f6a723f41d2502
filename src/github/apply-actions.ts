import type { Action, AppendToComment, PostComment, React, WriteCheck } from '#engine/plan.ts'
import type { Subject } from '#facts/subject.ts'
import { shortSha } from '#facts/wording.ts'
import type { GitHub } from './client.ts'
import { eachPage } from './each-page.ts'
import { GitHubError, Refused, saysUninstalled } from './errors.ts'
import { explainRefusal } from './explain-refusal.ts'

/**
 * Does one action on GitHub and returns GitHub's id of what was written.
 *
 * `uncertain`: it may have been done before, so a comment is looked for by its marker first. A check or a reaction needs
 * no looking: done twice it leaves the same; an addition always looks. A comment deleted meanwhile needs no reaction and
 * no addition: 0. Throws `Refused` for what GitHub will refuse however often it is asked.
 */
export function applyAction(
  github: GitHub,
): (subject: Subject, action: Action, knowledge: 'fresh' | 'uncertain') => Promise<number> {
  return async (subject, action, knowledge) => {
    const where = nameOf(subject)
    const told = toldOf(subject, action)
    try {
      switch (action.do) {
        case 'write-check':
          github.logger.info({ ...told, check: action.check.name, headSha: action.headSha }, 'Writing a check')
          return await writeCheck(github, subject, action)
        case 'post-comment':
          return (
            (knowledge === 'uncertain' ? await findComment(github, subject, action) : null) ??
            (github.logger.info(told, 'Posting a comment'), await postComment(github, subject, action))
          )
        case 'append-to-comment':
          return await appendToComment(github, subject, action)
        case 'react':
          github.logger.info({ ...told, comment: action.commentId }, 'Reacting to a comment')
          return await react(github, subject, action)
      }
    } catch (error) {
      throw explainRefusal(error, action, where)
    }
  }
}

const nameOf = (subject: Subject): string => {
  const which = subject.kind === 'change' ? `#${String(subject.number)}` : `@${shortSha(subject.headSha)}`
  return `${subject.owner}/${subject.repository}${which}`
}

/** Who does what to whom and why: beside every write in the log. */
const toldOf = (subject: Subject, { reason }: Action) => ({
  actor: 'countersign',
  reason,
  subject: nameOf(subject),
  installation: subject.installationId,
})

async function writeCheck(github: GitHub, subject: Subject, action: WriteCheck): Promise<number> {
  const client = github.forInstallation(subject.installationId)
  const { headSha: head_sha, runId, check } = action
  const { name, status, conclusion, title, summary, actions, digest: external_id, detailsUrl } = check
  const content = {
    owner: subject.owner,
    repo: subject.repository,
    name,
    status,
    external_id,
    output: { title, summary },
    actions: [...actions],
    ...(conclusion === null ? {} : { conclusion }),
    ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
  }
  const { data } =
    runId === null
      ? await client.request('POST /repos/{owner}/{repo}/check-runs', { ...content, head_sha })
      : await client.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...content,
          check_run_id: runId,
        })
  return Number(data.id)
}

async function postComment(github: GitHub, subject: Subject, action: PostComment): Promise<number> {
  const { owner, repository: repo, installationId } = subject
  const { data } = await github
    .forInstallation(installationId)
    .request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner,
      repo,
      issue_number: action.number,
      body: action.body,
    })
  return Number(data.id)
}

/** Our own only: anybody can write a comment with the marker in it. */
async function findComment(github: GitHub, subject: Subject, action: PostComment): Promise<number | null> {
  const { owner, repository: repo, installationId } = subject
  const client = github.forInstallation(installationId)
  const pages = eachPage(async (page) => {
    const asked = { owner, repo, issue_number: action.number, per_page: 100, ...page }
    const { data, headers } = await client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', asked)
    return { found: data, link: headers.link }
  })
  for await (const page of pages) {
    const ours = page.filter(({ performed_via_github_app: app }) => Number(app?.id) === github.appId)
    const found = ours.find(({ body }) => body?.includes(action.marker) === true)
    if (found !== undefined) return Number(found.id)
  }
  return null
}

async function react(github: GitHub, subject: Subject, { commentId, content }: React): Promise<number> {
  const { owner, repository: repo, installationId } = subject
  const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
  try {
    const asked = { owner, repo, comment_id: commentId, content }
    const { data } = await github.forInstallation(installationId).request(route, asked)
    return data.id
  } catch (error) {
    if (saysDeleted(error)) return 0
    throw error
  }
}

const commentRoute = '/repos/{owner}/{repo}/issues/comments/{comment_id}'

/** GitHub's limit for a comment, in characters. */
const longestBody = 65_536

async function appendToComment(github: GitHub, subject: Subject, action: AppendToComment): Promise<number> {
  const { owner, repository: repo, installationId } = subject
  const told = { ...toldOf(subject, action), comment: action.commentId }
  const client = github.forInstallation(installationId)
  const comment = { owner, repo, comment_id: action.commentId }
  try {
    const { data } = await client.request(`GET ${commentRoute}`, comment)
    if (Number(data.performed_via_github_app?.id) !== github.appId) throw notOurs(subject, action)
    const body = extended(data.body ?? '', action)
    if (body === null) {
      github.logger.warn(told, 'A comment has no room for what was to be added: only the ledger has it')
      return 0
    }
    if (body === data.body) return action.commentId
    github.logger.info(told, 'Adding to a comment')
    await client.request(`PATCH ${commentRoute}`, { ...comment, body })
    return action.commentId
  } catch (error) {
    if (!saysDeleted(error)) throw error
    github.logger.warn(told, 'A comment is gone that was to be added to: only the ledger has it')
    return 0
  }
}

/** The same when the addition is there already; null when not even its short text fits. */
function extended(body: string, { marker, text, shortText }: AppendToComment): string | null {
  if (body.includes(marker)) return body
  return [text, shortText].map((added) => `${body}\n\n${added}`).find(({ length }) => length <= longestBody) ?? null
}

/** Somebody else's words are not ours to extend, should a comment ever come under another name. */
const notOurs = (subject: Subject, { commentId }: AppendToComment): Refused =>
  new Refused(
    `Comment ${String(commentId)} on ${nameOf(subject)} is not one of this app's own, so nothing was added to it. ` +
      'The ledger has what it would have said.',
    { call: { method: 'GET', path: commentRoute }, status: 200 },
  )

const saysDeleted = (error: unknown): boolean =>
  error instanceof GitHubError && !saysUninstalled(error) && (error.status === 404 || error.status === 410)
