import type { Action, PostComment, WriteCheck } from '#engine/plan.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { eachPage } from './each-page.ts'
import { explainRefusal } from './explain-refusal.ts'

/**
 * Does one action on GitHub and returns GitHub's id of what was written.
 *
 * `uncertain`: it may have been done before, so a comment is looked for by its marker first. A check needs no looking:
 * writing it twice leaves the same. Throws `Refused` for what GitHub will refuse however often it is asked.
 */
export function applyAction(
  github: GitHub,
): (subject: ChangeSubject, action: Action, knowledge: 'fresh' | 'uncertain') => Promise<number> {
  return async (subject, action, knowledge) => {
    const where = `${subject.owner}/${subject.repository}#${String(subject.number)}`
    const told = { actor: 'countersign', reason: action.reason, change: where, installation: subject.installationId }
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
      }
    } catch (error) {
      throw explainRefusal(error, action, where)
    }
  }
}

async function writeCheck(github: GitHub, subject: ChangeSubject, action: WriteCheck): Promise<number> {
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

async function postComment(github: GitHub, subject: ChangeSubject, action: PostComment): Promise<number> {
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
async function findComment(github: GitHub, subject: ChangeSubject, action: PostComment): Promise<number | null> {
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
