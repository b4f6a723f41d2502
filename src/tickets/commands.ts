import type { Change } from '#facts/change-facts.ts'

/** Puts a key before the title. The title itself passes through the shell alone. */
export const retitle = ({ url }: Change, key: string): readonly string[] =>
  chained([carried('title', url), `gh pr edit ${shellWord(url)} --title "${key}: $title"`])

/**
 * Opens the pull request again from a branch that is named after a ticket.
 *
 * Renaming the branch on GitHub would close the pull request, and pushing a new one leaves it on the old branch:
 * GitHub gives a pull request no way to another head. The title and body are carried over without passing through here.
 * Where the branch is not there under its name, the first step fails and nothing is done.
 */
export function reopen({ url, headBranch, baseBranch, crossRepository }: Change, key: string): readonly string[] {
  const branch = branchFor(key, headBranch)
  const create = `--base ${shellWord(baseBranch)} --title "$title" --body "$body"`
  return chained([
    `git branch -m ${branchWord(headBranch)} ${branch}`,
    `git push -u origin ${branch}`,
    carried('title', url),
    carried('body', url),
    // From a fork the new branch is found by being the current one; a named one would be looked for beside the base.
    ...(crossRepository
      ? [`git switch ${branch}`, `gh pr create ${create}`]
      : [`gh pr create --head ${branch} ${create}`]),
    `gh pr close ${shellWord(url)} --comment "Continued from the branch ${branch}."`,
  ])
}

/**
 * Puts a key before the message of the last commit, and takes nothing else into it: what is staged stays staged.
 *
 * Only the very commit that was judged is rewritten, and only while it is the branch's last one, here and on GitHub.
 */
export function amend({ headBranch, headSha }: Change, key: string): readonly string[] {
  const [ref, commit] = [`refs/heads/${headBranch}`, shellWord(headSha)]
  return chained([
    `git fetch origin ${shellWord(ref)}`,
    `git switch ${branchWord(headBranch)}`,
    'git merge --ff-only FETCH_HEAD',
    `test "$(git rev-parse HEAD)" = ${commit}`,
    'message=$(git log -1 --format=%B)',
    `git commit --amend --only -m "${written(key)}: $message"`,
    `git push --force-with-lease=${shellWord(`${ref}:${headSha}`)} origin ${shellWord(`HEAD:${ref}`)}`,
  ])
}

/** One command over several lines, which goes no further where a step fails. */
const chained = (steps: readonly string[]): readonly string[] =>
  steps.map((step, index) => (index < steps.length - 1 ? `${step} && \\` : step))

/** Read first: within the command that needs it, a failure would pass for an empty text. */
const carried = (field: 'title' | 'body', url: string): string =>
  `${field}=$(gh pr view ${shellWord(url)} --json ${field} --jq .${field})`

/** `feature/fix BUG-453 dropdown` becomes `feature/BUG-453-fix-dropdown`: ASCII only, nothing a shell would read. */
function branchFor(key: string, headBranch: string): string {
  const slug = (text: string) => text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
  const start = written(key)
  const parts = headBranch.split('/').map((part) => slug(part))
  const rest = slug((parts.at(-1) ?? '').replace(start, '')).slice(0, 60)
  const prefix = parts
    .slice(0, -1)
    .filter((part) => part !== '')
    .slice(0, 3)
  return [...prefix, rest === '' ? start : `${start}-${rest}`].join('/')
}

/** Where a `#` would start a comment, or have to be quoted. */
const written = (key: string): string => key.replace('#', 'gh-')

/** Never taken for an option. */
const branchWord = (branch: string): string => `${branch.startsWith('-') ? '-- ' : ''}${shellWord(branch)}`

/** Quotes a word for a POSIX shell. */
const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=][A-Za-z0-9_./:@%+=-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
