import { z } from 'zod'
import type { Account, Change, Commit } from '#facts/change-facts.ts'
import { pushersOf } from '#facts/pushes.ts'
import { signaturesOf } from '#facts/signatures.ts'
import {
  type KeyRules,
  keysHintedIn,
  keysInBranch,
  keysInText,
  lookalikesInBranch,
  type Tracker,
} from '#facts/ticket-keys.ts'
import { capitalized, fewOf, listed } from '#facts/wording.ts'
import { defineChangeControl, isWithin, met, notApplicable, unmet, type Verdict } from '../control.ts'

const places = ['branch', 'title', 'body', 'commits'] as const
const trackers = ['jira', 'linear', 'shortcut', 'github-issues'] as const

const settings = z.object({
  where: z
    .array(z.enum(places))
    .min(1)
    .default(['branch'])
    .describe(
      'Where a ticket key is looked for: the branch name, the title, the body, the first lines of the commits.',
    ),
  require: z
    .enum(['any', 'all'])
    .default('any')
    .describe('`any`: one of those places is enough. `all`: each of them must carry the key.'),
  'on-conflict': z
    .enum(['unmet', 'first'])
    .default('unmet')
    .describe('When the places name different tickets: `unmet` asks for one, `first` takes the first that was found.'),
  projects: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/, 'A project key is upper-case letters, digits and _, as in BUG.'))
    .default([])
    .describe(
      'The project keys of Jira or Linear that make a ticket key, in upper case: `[BUG, ENG]`. Nothing else counts.',
    ),
  trackers: z
    .array(z.enum(trackers))
    .min(1)
    .default(['jira'])
    .describe(
      '`jira` and `linear`: BUG-12. `shortcut`: sc-12. `github-issues`: gh-12, #12, or a branch that starts with 12.',
    ),
  verify: z
    .literal('pattern')
    .default('pattern')
    .describe('`pattern`: the key has the right shape and project. That the ticket exists is not looked up yet.'),
  exempt: z
    .strictObject({
      accounts: z.array(z.int().positive()).default([]),
      apps: z.array(z.int().positive()).default([]),
    })
    .default({ accounts: [], apps: [] })
    .describe(
      'Whose changes need no ticket, by account id, never by name. `accounts`: people and machine users, the `id` that ' +
        '`gh api users/LOGIN` shows. `apps`: the bot account of an app, the `id` that `gh api "users/NAME[bot]"` shows ' +
        '(49699333 for Dependabot), which is not the id of the app itself.',
    ),
})

type Settings = z.output<typeof settings>
type Place = (typeof places)[number]

/**
 * Every change traces to one tracked piece of work.
 *
 * By convention the branch name starts with the ticket's key: `BUG-453-fix-broken-dropdown`, also after a prefix, as in
 * `ana/BUG-453-…`. Which projects count is a list, because a shape alone would take `RELEASE-3`, `UTF-8` and
 * `CVE-2026-1234` for tickets. When several places are looked at and they carry different keys, nobody can say which
 * ticket the change is for, so that is unmet too; a description may mention further tickets beside the one in question.
 *
 * An account is exempt by its id, and only for a change that exempt accounts alone have opened, written and pushed to:
 * else a person could bring work in without a ticket by pushing to a bot's branch, under the bot's name, which anybody
 * can type.
 *
 * What does not count: a key in the middle of a branch name, a key of a project that is not listed, look-alike letters of
 * other scripts. What a key is exactly: `facts/ticket-keys.ts`. Not judged here: whether the ticket exists.
 */
export const ticketLink = defineChangeControl({
  id: 'ticket-link',
  title: 'The change names the ticket it is for',
  satisfies: ['ISO27001/A.8.32', 'NIST800-53/CM-3', 'SOC2/CC8.1'],
  needs: ['change', 'commits', 'pushes'],
  settings,

  strictness: {
    where: (agreed, proposed) => isWithin(agreed, proposed) && isWithin(proposed, agreed),
    require: (agreed, proposed) => proposed === agreed || proposed === 'all',
    'on-conflict': (agreed, proposed) => proposed === agreed || proposed === 'unmet',
    projects: isWithin,
    trackers: isWithin,
    // One level so far: there is nothing weaker to propose.
    verify: () => true,
    exempt: (agreed, proposed) => isWithin(agreed.accounts, proposed.accounts) && isWithin(agreed.apps, proposed.apps),
  },

  evaluate({ change, commits, pushes }, settings) {
    const exemption = exemptionOf({ change, commits, pushers: pushersOf(pushes) }, settings.exempt)
    if (exemption?.holds === true) return notApplicable(exemption.because)
    const verdict = judge({ change, commits, settings, rules: rulesOf(settings) })
    if (verdict.outcome !== 'unmet' || exemption === null) return verdict
    return unmet([...verdict.because, exemption.because], verdict.fix)
  },

  remediation: `
    Name the branch after its ticket, as in \`BUG-453-fix-broken-dropdown\`, or put the key where the policy looks for it.
    Which projects count is the policy's list: controls.ticket-link.projects in countersign.yml.
  `,
})

interface Looked {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly settings: Settings
  readonly rules: KeyRules
}

interface Sighting {
  readonly place: Place
  readonly keys: readonly string[]
}

function judge(looked: Looked): Verdict {
  const { settings, rules } = looked
  if (rules.projects.size === 0 && settings.trackers.every(needsProjects)) return unmet([noProjects])

  const sightings = [...new Set(settings.where)].map((place) => ({ place, keys: keysAt(place, looked) }))
  const carrying = sightings.filter(({ keys }) => keys.length > 0)
  const [first] = carrying
  if (first === undefined || (settings.require === 'all' && carrying.length < sightings.length)) {
    return missing(looked, sightings)
  }
  const agreed = first.keys.filter((key) => carrying.every(({ keys }) => keys.includes(key)))
  const [key = first.keys[0] ?? ''] = agreed
  if (agreed.length !== 1 && settings['on-conflict'] === 'unmet') return unmet([conflict(carrying)])
  const naming = carrying.filter(({ keys }) => keys.includes(key)).map(({ place }) => names[place])
  return met(`${capitalized(listed(naming, 'and'))} ${naming.length === 1 ? 'carries' : 'carry'} ${key}.`)
}

const noProjects =
  'The policy lists no ticket projects, so nothing can be a ticket key yet. An administrator adds them to ' +
  'countersign.yml under controls.ticket-link.projects, for example [BUG, ENG].'

const names: Readonly<Record<Place, string>> = {
  branch: 'the branch name',
  title: 'the title',
  body: 'the description',
  commits: 'the commits',
}

function keysAt(place: Place, { change, commits, rules }: Looked): readonly string[] {
  switch (place) {
    case 'branch':
      return keysInBranch(change.headBranch, rules)
    case 'title':
      return keysInText(change.title, rules)
    case 'body':
      return keysInText(change.body, rules)
    case 'commits':
      return [...new Set(commits.flatMap((commit) => keysInText(commit.headline, rules)))]
  }
}

function conflict(carrying: readonly Sighting[]): string {
  const named = carrying.map(({ place, keys }) => `${names[place]} carries ${keys.join(', ')}`)
  return `${capitalized(listed(named, 'and'))}: a change is for one ticket, so let them name the same one.`
}

function missing(looked: Looked, sightings: readonly Sighting[]): Verdict {
  const { change, settings, rules } = looked
  const lacking = sightings.filter(({ keys }) => keys.length === 0).map(({ place }) => place)
  const described = lacking.map((place) => (place === 'branch' ? `the branch name ${change.headBranch}` : names[place]))
  const because = [
    `No ticket key in ${listed(described, 'or')}.`,
    ...(lacking.includes('branch') ? hintsAbout(change.headBranch, rules) : []),
  ]
  if (change.state !== 'open') return unmet(because)

  const meant = meantKey(looked)
  const key = meant ?? exampleKey(rules)
  const placeholder = meant === null ? ` Put the number of your own ticket in place of ${numberOf(key)}.` : ''
  if (lacking.includes('title') && (settings.require === 'any' || !lacking.includes('branch'))) {
    return unmet([...because, `This adds ${key} to the title.${placeholder}`], [retitle(change, key)])
  }
  if (!lacking.includes('branch')) return unmet([...because, `Add it there, as in ${key}.`])
  const moved = `A pull request cannot change its branch, so this opens a new one from a branch for ${key}.${placeholder}`
  return unmet([...because, moved], reopen(change, key))
}

function hintsAbout(branch: string, rules: KeyRules): readonly string[] {
  const [misplaced] = keysHintedIn(branch, rules)
  if (misplaced !== undefined) return [`${misplaced} is there, but a key has to start the name or follow a slash.`]
  const unlisted = lookalikesInBranch(branch)
  if (unlisted.length === 0 || rules.projects.size === 0) return []
  return [`${listed(unlisted, 'and')} does not count: the policy's projects are ${fewOf([...rules.projects], 'and')}.`]
}

/** The one key that the change carries elsewhere, so that the commands need no editing. */
function meantKey({ change, commits, rules }: Looked): string | null {
  const texts = [change.headBranch, change.title, ...commits.map((commit) => commit.headline), change.body]
  const hinted = texts.map((text) => keysHintedIn(text, rules)).find((keys) => keys.length > 0) ?? []
  return hinted.length === 1 ? (hinted[0] ?? null) : null
}

function exampleKey({ projects, trackers }: KeyRules): string {
  const [project] = projects
  if (project !== undefined && (trackers.has('jira') || trackers.has('linear'))) return `${project}-123`
  return trackers.has('shortcut') ? 'sc-123' : '#123'
}

const numberOf = (key: string): string => key.replace(/^.*[-#]/, '')

const retitle = ({ number }: Change, key: string): string =>
  `gh pr edit ${number} --title "${key}: $(gh pr view ${number} --json title --jq .title)"`

/**
 * Renaming the branch on GitHub would close the pull request, and pushing a new one leaves it on the old branch:
 * GitHub gives a pull request no way to another head. The title and body are carried over without passing through here.
 */
function reopen({ number, headBranch, baseBranch, crossRepository }: Change, key: string): readonly string[] {
  const branch = branchFor(key, headBranch)
  const option = headBranch.startsWith('-') ? '-- ' : ''
  const carried = (field: string) => `--${field} "$(gh pr view ${number} --json ${field} --jq .${field})"`
  // From a fork the new branch is found by being the current one; a named one would be looked for beside the base.
  const create = crossRepository ? `git switch ${branch} && gh pr create` : `gh pr create --head ${branch}`
  return [
    `git branch -m ${option}${shellWord(headBranch)} ${branch}`,
    `git push -u origin ${branch}`,
    `${create} --base ${shellWord(baseBranch)} ${carried('title')} ${carried('body')}`,
    `gh pr close ${number} --comment "Continued from the branch ${branch}."`,
  ]
}

/** `feature/fix BUG-453 dropdown` becomes `feature/BUG-453-fix-dropdown`: ASCII only, nothing a shell would read. */
function branchFor(key: string, headBranch: string): string {
  const slug = (text: string) => text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
  const written = key.replace('#', 'gh-')
  const parts = headBranch.split('/').map((part) => slug(part))
  const rest = slug((parts.at(-1) ?? '').replace(written, '')).slice(0, 60)
  const prefix = parts
    .slice(0, -1)
    .filter((part) => part !== '')
    .slice(0, 3)
  return [...prefix, rest === '' ? written : `${written}-${rest}`].join('/')
}

/** Quotes a word for a POSIX shell. */
const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=][A-Za-z0-9_./:@%+=-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

interface Exemption {
  readonly holds: boolean
  readonly because: string
}

interface Hands {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly pushers: readonly Account[]
}

/** Null when the author is not exempt. */
function exemptionOf({ change: { author }, commits, pushers }: Hands, exempt: Settings['exempt']): Exemption | null {
  if (author === null || !isExempt(author, exempt)) return null
  const isOther = (account: Account | null) =>
    account === null || (account.id !== author.id && !isExempt(account, exempt))
  const who = `${author.login} (account ${author.id}) is exempt by policy`
  const signatures = commits.flatMap((commit) => signaturesOf(commit))
  const writer = signatures.find(({ account }) => isOther(account))
  if (writer !== undefined) {
    return { holds: false, because: `${who}, but ${writer.account?.login ?? writer.name} wrote part of this change.` }
  }
  const pusher = pushers.find(isOther)
  if (pusher !== undefined) return { holds: false, because: `${who}, but ${pusher.login} pushed to its branch.` }
  return { holds: true, because: `${who}, and no other account wrote this change or pushed to its branch.` }
}

const isExempt = ({ id, kind }: Account, exempt: Settings['exempt']): boolean =>
  kind === 'bot' ? exempt.apps.includes(id) : exempt.accounts.includes(id)

const rulesOf = ({ projects, trackers }: Settings): KeyRules => ({
  projects: new Set(projects),
  trackers: new Set(trackers),
})

const needsProjects = (tracker: Tracker): boolean => tracker === 'jira' || tracker === 'linear'
