import type { TicketSettings } from './settings.ts'

/** For each setting: whether `proposed` lets through nothing that `agreed` would have stopped. */
export const ticketStrictness: {
  readonly [Name in keyof TicketSettings]: (agreed: TicketSettings[Name], proposed: TicketSettings[Name]) => boolean
} = {
  where: (agreed, proposed) => isWithin(agreed, proposed) && isWithin(proposed, agreed),
  require: (agreed, proposed) => proposed === agreed || proposed === 'all',
  'on-conflict': (agreed, proposed) => proposed === agreed || proposed === 'unmet',
  projects: isWithin,
  trackers: (agreed, proposed) => isWithin(agreed, proposed) && keepsProjects(agreed, proposed),
  verify: (agreed, proposed) => levels.indexOf(proposed) >= levels.indexOf(agreed),
  types: (agreed, proposed) => narrows(agreed.map(comparable), proposed.map(comparable)),
  states: (agreed, proposed) => narrows(agreed.map(comparable), proposed.map(comparable)),
  'status-categories': (agreed, proposed) => narrows(allowedCategories(agreed), allowedCategories(proposed)),
  'on-outage': (agreed, proposed) => proposed === agreed || proposed === 'block',
  // Neither is stricter: issues elsewhere are other issues.
  'issues-repository': (agreed, proposed) => proposed?.toLowerCase() === agreed?.toLowerCase(),
  'every-commit': (agreed, proposed) => proposed || !agreed,
  // To write on tickets is for the organization to decide, either way.
  'link-back': (agreed, proposed) => proposed === agreed,
  exempt: (agreed, proposed) => isWithin(agreed.accounts, proposed.accounts) && isWithin(agreed.apps, proposed.apps),
}

/** How names of types and statuses are compared. */
export const comparable = (name: string): string => name.trim().toLowerCase()

/** Empty when any will do: all of them leave nothing to ask for. */
export const allowedCategories = (
  categories: TicketSettings['status-categories'],
): TicketSettings['status-categories'] => (new Set(categories).size === 3 ? [] : categories)

export const hasProjects = (tracker: TicketSettings['trackers'][number]): boolean =>
  tracker === 'jira' || tracker === 'linear'

const levels: readonly TicketSettings['verify'][] = ['pattern', 'exists', 'state']

/** Of lists in which nothing means anything. */
function narrows<Item>(agreed: readonly Item[], proposed: readonly Item[]): boolean {
  return agreed.length === 0 || (proposed.length > 0 && isWithin(agreed, proposed))
}

/** Dropping or moving a tracker must not give a project listed without one to another tracker. */
function keepsProjects(agreed: TicketSettings['trackers'], proposed: TicketSettings['trackers']): boolean {
  const owner = proposed.find(hasProjects)
  return owner === undefined || owner === agreed.find(hasProjects)
}

function isWithin<Item>(agreed: readonly Item[], proposed: readonly Item[]): boolean {
  return proposed.every((item) => agreed.includes(item))
}
