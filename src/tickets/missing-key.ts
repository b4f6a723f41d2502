import type { Change, Commit } from '#facts/change-facts.ts'
import { type KeyRules, keysHintedIn, lookalikesInBranch } from '#facts/ticket-keys.ts'
import { fewOf, listed } from '#facts/wording.ts'
import { reopen, retitle } from './commands.ts'
import { countedText, crowdedNote } from './crowded.ts'
import { placeNames } from './place-names.ts'
import type { Place, TicketSettings } from './settings.ts'

/** A change in which no ticket key was found where it has to be. */
interface Lacking {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly settings: TicketSettings
  readonly rules: KeyRules
  /** The places without one. */
  readonly lacking: readonly Place[]
}

interface Explained {
  readonly because: readonly string[]
  readonly fix: readonly string[]
}

/** Says where a key is missing and what was taken for none, with commands that put one there. */
export function explainMissing(looked: Lacking): Explained {
  const { change, commits, settings, rules, lacking } = looked
  const described = lacking.map((place) =>
    place === 'branch' ? `the branch name ${change.headBranch}` : placeNames[place],
  )
  const because = [
    `No ticket key in ${listed(described, 'or')}.`,
    ...(lacking.includes('branch') ? hintsAbout(change.headBranch, rules) : []),
    ...(lacking.includes('commits') ? crowdedNote(commits) : []),
  ]
  if (change.state !== 'open') return { because, fix: [] }

  const meant = meantKey(looked)
  const key = meant ?? exampleKey(rules)
  const placeholder = meant === null ? ` Put the number of your own ticket in place of ${numberOf(key)}.` : ''
  if (lacking.includes('title') && (settings.require === 'any' || !lacking.includes('branch'))) {
    return { because: [...because, `This adds ${key} to the title.${placeholder}`], fix: retitle(change, key) }
  }
  if (!lacking.includes('branch')) return { because: [...because, `Add it there, as in ${key}.`], fix: [] }
  const moved = `A pull request cannot change its branch, so this opens a new one from a branch for ${key}.${placeholder}`
  return { because: [...because, moved], fix: reopen(change, key) }
}

function hintsAbout(branch: string, rules: KeyRules): readonly string[] {
  const [misplaced] = keysHintedIn(branch, rules)
  if (misplaced !== undefined) return [`${misplaced} is there, but a key has to start the name or follow a slash.`]
  const unlisted = lookalikesInBranch(branch)
  if (unlisted.length === 0 || rules.projects.size === 0) return []
  const projects = fewOf([...rules.projects.keys()], 'and')
  return [`${fewOf(unlisted, 'and')} does not count: the policy's projects are ${projects}.`]
}

/** The one key that the change carries elsewhere, so that the commands need no editing. */
function meantKey({ change, commits, rules }: Lacking): string | null {
  const messages = commits.map((commit) => countedText(commit))
  for (const text of [change.headBranch, change.title, ...messages, change.body]) {
    const [hinted, ...others] = keysHintedIn(text, rules)
    if (hinted !== undefined) return others.length === 0 ? hinted : null
  }
  return null
}

function exampleKey({ projects, trackers }: KeyRules): string {
  const [project] = projects.keys()
  if (project !== undefined) return `${project}-123`
  return trackers.has('shortcut') ? 'sc-123' : '#123'
}

const numberOf = (key: string): string => key.replace(/^.*[-#]/, '')
