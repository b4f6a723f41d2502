import type { Change, Commit } from '#facts/change-facts.ts'
import { type KeyRules, keysInBranch, keysInText, trackerOf } from '#facts/ticket-keys.ts'
import type { Tracker } from '#facts/ticket.ts'
import { capitalized, fewOf, listed } from '#facts/wording.ts'
import { countedText, crowdedNote } from './crowded.ts'
import { explainMissing } from './missing-key.ts'
import { placeNames } from './place-names.ts'
import type { Place, TicketSettings } from './settings.ts'
import { hasProjects } from './strictness.ts'

/** The one ticket that a change names; or why it names none, and what mends that. */
export type Naming =
  | {
      readonly outcome: 'named'
      readonly key: string
      readonly tracker: Tracker
      /** Where it is named. */
      readonly places: readonly Place[]
      readonly because: readonly string[]
    }
  | { readonly outcome: 'unnamed'; readonly because: readonly string[]; readonly fix: readonly string[] }

/** What a change is named by, and the policy's words on it. */
export interface Looked {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly settings: TicketSettings
}

/**
 * Looks for ticket keys where the policy says, and settles on one.
 *
 * A place may carry further keys beside the one that all carrying places share. Where they share none, or several,
 * nobody can say which ticket the change is for.
 */
export function nameTicket(looked: Looked): Naming {
  const { settings } = looked
  const rules = rulesOf(settings)
  const projectsAreNeeded = settings.trackers.every(hasProjects)
  if (projectsAreNeeded && rules.projects.size === 0) return unnamed(noProjects(settings))

  const sightings = [...new Set(settings.where)].map((place) => ({
    place,
    keys: new Set(keysAt(place, looked, rules)),
  }))
  const carrying = sightings.filter(({ keys }) => keys.size > 0)
  const [first] = carrying
  if (first === undefined || (settings.require === 'all' && carrying.length < sightings.length)) {
    const lacking = sightings.filter(({ keys }) => keys.size === 0).map(({ place }) => place)
    return { outcome: 'unnamed', ...explainMissing({ ...looked, rules, lacking }) }
  }
  const notes = settings.where.includes('commits') ? crowdedNote(looked.commits) : []
  const agreed = [...first.keys].filter((key) => carrying.every(({ keys }) => keys.has(key)))
  if (agreed.length !== 1 && settings['on-conflict'] === 'unmet') return unnamed(conflict(carrying), ...notes)
  const [key = ''] = agreed.length > 0 ? agreed : first.keys
  const places = carrying.filter(({ keys }) => keys.has(key)).map(({ place }) => place)
  const naming = listed(
    places.map((place) => placeNames[place]),
    'and',
  )
  const verb = places.length === 1 && places[0] !== 'commits' ? 'carries' : 'carry'
  const because = [`${capitalized(naming)} ${verb} ${key}.`, ...notes]
  return { outcome: 'named', key, tracker: trackerOf(key, rules), places, because }
}

/** The keys anywhere in what counts of a commit's message. */
export const keysInCommit = (commit: Commit, rules: KeyRules): readonly string[] =>
  keysInText(countedText(commit), rules)

/** Only projects whose tracker is among the policy's: the others make no key. */
export function rulesOf({ projects, trackers }: Pick<TicketSettings, 'projects' | 'trackers'>): KeyRules {
  const first = trackers.find(hasProjects)
  const owned = projects.map((item) => {
    const [project = '', owner] = item.split(':').toReversed()
    return { project, owner: owner === undefined ? first : trackers.find((tracker) => tracker === owner) }
  })
  return {
    projects: new Map(owned.flatMap(({ project, owner }) => (owner === undefined ? [] : [[project, owner] as const]))),
    trackers: new Set(trackers),
  }
}

interface Sighting {
  readonly place: Place
  readonly keys: ReadonlySet<string>
}

const unnamed = (...because: readonly string[]): Naming => ({ outcome: 'unnamed', because, fix: [] })

const noProjects = ({ projects }: TicketSettings): string =>
  projects.length === 0
    ? 'The policy lists no ticket projects, so nothing can be a ticket key yet. An administrator adds them to ' +
      'countersign.yml under controls.ticket-link.projects, for example [BUG, ENG].'
    : 'The policy lists projects, but of no tracker that it asks, so nothing can be a ticket key yet. An administrator adds ' +
      'their tracker to countersign.yml under controls.ticket-link.trackers.'

function keysAt(place: Place, { change, commits }: Looked, rules: KeyRules): readonly string[] {
  switch (place) {
    case 'branch':
      return keysInBranch(change.headBranch, rules)
    case 'title':
      return keysInText(change.title, rules)
    case 'body':
      return keysInText(change.body, rules)
    case 'commits':
      return commits.flatMap((commit) => keysInCommit(commit, rules))
  }
}

function conflict(carrying: readonly Sighting[]): string {
  const named = carrying.map(
    ({ place, keys }) => `${placeNames[place]} ${place === 'commits' ? 'carry' : 'carries'} ${fewOf([...keys], 'and')}`,
  )
  return `${capitalized(listed(named, 'and'))}: a change is for one ticket, so let them name the same one.`
}
