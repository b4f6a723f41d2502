import type { Change } from '#facts/change-facts.ts'
import { type Fact, unknown } from '#facts/fact.ts'
import type { Push } from '#facts/pushes.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { eachPage } from './each-page.ts'
import { type Activity, toPushes } from './to-pushes.ts'
import { unlessRefused } from './unless-refused.ts'

/** Ten pages: a branch pushed to more often while one change was open is told of no further. */
const mostActivities = 1_000

/**
 * Collects who pushed to the head branch since the change was opened, from the repository's activity.
 *
 * Unknown for a fork, whose activity GitHub does not show us, and when GitHub refuses: each says so.
 */
export function collectPushes(
  github: GitHub,
): (subject: ChangeSubject, change: Change) => Promise<Fact<readonly Push[]>> {
  return async (subject, change) => {
    if (change.crossRepository) return unknown('GitHub shows no activity of a branch in a fork')
    return unlessRefused(
      async () => {
        const activities = await readBackTo(change.openedAt, activityOf(github, subject, change.headBranch))
        if (activities !== null) return toPushes(activities, change, github.now())
        return unknown(`the branch has had more than ${String(mostActivities)} pushes since the change was opened`)
      },
      ({ said }) => `GitHub hid the activity of the branch: grant the app contents: read (${said})`,
    )
  }
}

/** Newest first, to the first that is older; null when that takes more than the bound. */
async function readBackTo(
  openedAt: string,
  pages: AsyncIterable<readonly Activity[]>,
): Promise<readonly Activity[] | null> {
  const read: Activity[] = []
  for await (const page of pages) {
    read.push(...page)
    if (read.some(({ at }) => Date.parse(at) < Date.parse(openedAt))) return read
    if (read.length >= mostActivities) return null
  }
  return read
}

function activityOf(github: GitHub, subject: ChangeSubject, branch: string): AsyncIterable<readonly Activity[]> {
  const client = github.forInstallation(subject.installationId)
  const { owner, repository: repo } = subject
  return eachPage(async (page) => {
    const asked = { owner, repo, ref: `refs/heads/${branch}`, per_page: 100, ...page }
    const { data, headers } = await client.request('GET /repos/{owner}/{repo}/activity', asked)
    const found = data.map(({ before, after, timestamp, activity_type, actor }): Activity => {
      const kind = actor?.type === 'Bot' ? 'bot' : actor?.type === 'User' ? 'user' : 'other'
      const by = actor === null ? null : { id: Number(actor.id), login: actor.login, kind }
      return { before, after, at: timestamp, type: activity_type, actor: by as Activity['actor'] }
    })
    return { found, link: headers.link }
  })
}
