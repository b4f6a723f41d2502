import type { Revision } from '#facts/change-facts.ts'
import { type Fact, known } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { shortSha } from '#facts/wording.ts'
import type { GitHub } from './client.ts'
import { type GitHubError } from './errors.ts'
import { toGitDifferences, toFingerprints } from './to-revision.ts'
import { unlessRefused } from './unless-refused.ts'

/** Collects the commit from which `commit` left `base`. */
export function collectMergeBase(
  github: GitHub,
): (subject: ChangeSubject, of: { readonly base: string; readonly commit: string }) => Promise<Fact<string>> {
  return (subject, { base, commit }) =>
    unlessRefused(
      async () => {
        // The first page would list every changed file, with its patch.
        const asked = { ...between(subject, base, commit), per_page: 1, page: 2 }
        const { data } = await github.forInstallation(subject.installationId).request(compareRoute, asked)
        return known(data.merge_base_commit.sha)
      },
      (refusal) => whyRefused(refusal, commit),
    )
}

/**
 * Collects fingerprints of what the change is at `commit`, in each path that it touches: its difference from the
 * merge base.
 *
 * Unknown when GitHub has no such commit (any more), or when the difference is larger than it shows.
 */
export function collectRevision(
  github: GitHub,
): (subject: ChangeSubject, of: { readonly mergeBase: string; readonly commit: string }) => Promise<Revision['files']> {
  return (subject, { mergeBase, commit }) => {
    const client = github.forInstallation(subject.installationId)
    const asked = between(subject, mergeBase, commit)
    return unlessRefused(
      async () => {
        const headers = { accept: 'application/vnd.github.diff' }
        const { data }: { data: unknown } = await client.request(compareRoute, { ...asked, headers })
        const files = toGitDifferences(String(data))
        if (!files.known) return files
        if (!files.value.some(({ isOpaque }) => isOpaque)) return toFingerprints(files.value, new Map())
        const { data: compared } = await client.request(compareRoute, { ...asked, per_page: 1, page: 1 })
        return toFingerprints(files.value, new Map(compared.files?.map(({ filename, sha }) => [filename, sha])))
      },
      (refusal) => whyRefused(refusal, commit),
    )
  }
}

const compareRoute = 'GET /repos/{owner}/{repo}/compare/{basehead}'

const between = ({ owner, repository: repo }: ChangeSubject, base: string, commit: string) => ({
  owner,
  repo,
  basehead: `${base}...${commit}`,
})

function whyRefused({ status, said }: GitHubError, commit: string): string {
  if (status === 406) return 'the difference is larger than GitHub shows (300 files or 20,000 lines)'
  const sha = shortSha(commit)
  return `GitHub did not show the commit ${sha}: it no longer has it, or the app lacks contents: read (${said})`
}
