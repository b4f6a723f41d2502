import { z } from 'zod'

const places = ['branch', 'title', 'body', 'commits'] as const
const trackers = ['jira', 'linear', 'shortcut', 'github-issues'] as const
const categories = ['open', 'in-progress', 'closed'] as const

/** What a policy may say about tickets. */
export const ticketSettings = z.object({
  where: z
    .array(z.enum(places))
    .min(1)
    .default(['branch'])
    .describe('Where a ticket key is looked for: the branch name, the title, the body, the messages of the commits.'),
  require: z
    .enum(['any', 'all'])
    .default('any')
    .describe('`any`: one of those places is enough. `all`: each of them must carry the key.'),
  'on-conflict': z
    .enum(['unmet', 'first'])
    .default('unmet')
    .describe('When the places name different tickets: `unmet` asks for one, `first` takes the first that was found.'),
  projects: z
    .array(
      z
        .string()
        .regex(
          /^(?:(?:jira|linear):)?[A-Z][A-Z0-9_]{0,31}$/,
          'A project key is upper-case letters, digits and _, as in BUG, or linear:ENG to say whose it is.',
        ),
    )
    .refine(namesEachOnce, 'A project belongs to one tracker: list it once, with its tracker or without.')
    .default([])
    .describe(
      'The project keys of Jira or Linear that make a ticket key, in upper case: `[BUG, ENG]`. Nothing else counts. With ' +
        'both among `trackers`, a project is of the one that comes first; `linear:ENG` or `jira:BUG` says otherwise.',
    ),
  trackers: z
    .array(z.enum(trackers))
    .min(1)
    .default(['jira'])
    .describe(
      '`jira` and `linear`: BUG-12. `shortcut`: sc-12. `github-issues`: gh-12, #12, or a branch that starts with 12.',
    ),
  verify: z
    .enum(['pattern', 'exists', 'state'])
    .default('pattern')
    .describe(
      '`pattern`: the key has the right shape and project. `exists`: its tracker also has the ticket. `state`: it is also of ' +
        'the types, states and status categories below, and was created before the first commit that the change adds. Of ' +
        'a merged change, what the ticket was at the merge counts.',
    ),
  types: z
    .array(name())
    .default([])
    .describe(
      'With `verify: state`: the types a ticket may have, as its tracker calls them: `[Bug, Story]`. Empty: any.',
    ),
  states: z
    .array(name())
    .default([])
    .describe(
      'With `verify: state`: the statuses a ticket may be in, as its tracker calls them: `[In Progress]`. Empty: any. What ' +
        '`status-categories` says holds beside it.',
    ),
  'status-categories': z
    .array(z.enum(categories))
    .default(['open', 'in-progress'])
    .describe(
      'With `verify: state`: in which part of its life a ticket may be. `closed`: done, cancelled or declined. Empty: any.',
    ),
  'on-outage': z
    .enum(['block', 'allow-and-recheck'])
    .default('allow-and-recheck')
    .describe(
      'While a tracker does not answer: `block` waits for it, `allow-and-recheck` lets the change pass, says so, and judges ' +
        'it again when the tracker answers. An outage never makes a ticket missing.',
    ),
  'issues-repository': z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'This is the name of a repository of the same organization, without its owner.')
    .nullable()
    .default(null)
    .describe(
      'With `github-issues`: the repository of the same organization whose issues count, by its name without the owner. ' +
        '`null`: the one that the change is in.',
    ),
  'every-commit': z
    .boolean()
    .default(false)
    .describe('`true`: each commit must name the ticket as well, anywhere in its message; merge commits need not.'),
  'link-back': z
    .boolean()
    .default(false)
    .describe('`true`: the address of the pull request is written on its ticket, once. Not for `verify: pattern`.'),
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

export type TicketSettings = z.output<typeof ticketSettings>
export type Place = (typeof places)[number]

function name() {
  return z.string().trim().min(1).max(100)
}

/** The same item twice does no harm; the same project for two trackers leaves open whose it is. */
function namesEachOnce(projects: readonly string[]): boolean {
  const items = [...new Set(projects)]
  return new Set(items.map((item) => item.replace(/^.*:/, ''))).size === items.length
}
