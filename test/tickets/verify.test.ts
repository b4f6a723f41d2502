import { describe, expect, test } from '@jest/globals'
import type { z } from 'zod'
import type { Change, Commit } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import type { NamedTicket, Ticket } from '#facts/ticket.ts'
import type { Blind, Verdict } from '#controls/control.ts'
import { blind, met, notApplicable, unmet } from '#controls/control.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, change, commitBy, dependabot } from '../controls/sample-change.ts'
import { absent, answered, carries, counted, found, ticket, unconnected } from './sample-ticket.ts'

type Settings = z.input<typeof ticketLink.settings>

interface Row {
  readonly when: string
  readonly settings?: Settings
  readonly ticket?: NamedTicket
  readonly change?: Partial<Change>
  readonly commits?: readonly Commit[]
  readonly expect: Verdict | Blind
}

const check = (level: Settings['verify'], rows: readonly Row[]): void => {
  checkControl(
    ticketLink,
    rows.map(({ when, settings, ticket: seen = found(), change: more = {}, commits = [commitBy(ana)], expect }) => ({
      when: `${when} (verify: ${level ?? ''})`,
      facts: { change: { ...change, ...more }, commits, pushes: [], tickets: known([seen]) },
      settings: { projects: ['BUG'], verify: level, ...settings },
      expect,
    })),
  )
}

const checkNumber = 'Check the number. If Jira does have it, an administrator has to let Countersign see it.'
const isThere = counted(met(carries, 'Jira has it: Bug, In Review.'))
const noSuch = 'Jira has no BUG-453, or hides it from Countersign.'

check('pattern', [
  { when: 'Jira has it: nobody looks', expect: counted(met(carries)) },
  { when: 'Jira has none: nobody looks', ticket: absent, expect: counted(met(carries)) },
  { when: 'Jira is not connected: nobody looks', ticket: unconnected, expect: counted(met(carries)) },
])

check('exists', [
  { when: 'Jira has it', expect: isThere },
  {
    when: 'it is closed: its state is not asked for',
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(met(carries, 'Jira has it: Bug, Done.')),
  },
  {
    when: 'it was created after the work: that is not asked for',
    ticket: found({ createdAt: '2026-06-01T00:00:00.000Z' }),
    expect: isThere,
  },
  {
    when: 'types and states are listed: they are not asked for',
    settings: { types: ['Epic'], states: ['Blocked'] },
    expect: isThere,
  },
  { when: 'it has no type', ticket: found({ type: null }), expect: counted(met(carries, 'Jira has it: In Review.')) },
  {
    when: 'it has neither type nor status',
    ticket: found({ type: ' ', status: '' }),
    expect: counted(met(carries, 'Jira has it.')),
  },
  {
    when: 'it has been moved',
    ticket: found({ key: 'ENG-9' }),
    expect: counted(met(carries, 'Jira has it: Bug, In Review.', 'It is called ENG-9 now.')),
  },
  { when: 'it is written in another case', ticket: found({ key: 'bug-453' }), expect: isThere },
  {
    when: 'its status is as long as somebody liked',
    ticket: found({ status: `In\n${'x'.repeat(500)}` }),
    expect: counted(met(carries, `Jira has it: Bug, In ${'x'.repeat(56)}….`)),
  },
  {
    when: 'its type is a run of astral characters',
    ticket: found({ type: '𝐁'.repeat(100) }),
    expect: counted(met(carries, `Jira has it: ${'𝐁'.repeat(59)}…, In Review.`)),
  },
  { when: 'Jira has none', ticket: absent, expect: counted(unmet([noSuch, checkNumber])) },
  {
    when: 'Jira has none, and the change is closed: nothing is left to mend',
    ticket: absent,
    change: { state: 'closed' },
    expect: counted(unmet([noSuch])),
  },
  {
    when: 'Jira is not connected',
    ticket: unconnected,
    expect: blind('BUG-453 was not looked up. Set JIRA_URL and JIRA_TOKEN_FILE.'),
  },
  {
    when: 'another ticket was looked up',
    ticket: { ...found(), named: 'BUG-4' },
    expect: blind('BUG-453 was not looked up in Jira.'),
  },
  {
    when: 'another tracker was asked',
    ticket: { ...found(), tracker: 'linear' },
    expect: blind('BUG-453 was not looked up in Jira.'),
  },
  {
    when: 'an issue of GitHub is named',
    settings: { trackers: ['github-issues'] },
    change: { headBranch: 'gh-7-fix' },
    ticket: {
      ...found({ key: 'acme/shop#7', type: null, status: 'open', category: 'open' }),
      tracker: 'github-issues',
      key: 'acme/shop#7',
      named: '#7',
    },
    expect: counted(met('The branch name carries #7.', 'GitHub has it: open.')),
  },
  {
    when: 'an issue of GitHub has been moved, whose new repository may be private',
    settings: { trackers: ['github-issues'] },
    change: { headBranch: 'gh-7-fix' },
    ticket: {
      ...found({ key: 'acme/secret#9', type: null, status: 'open' }),
      tracker: 'github-issues',
      key: 'acme/shop#7',
      named: '#7',
    },
    expect: counted(
      met('The branch name carries #7.', 'GitHub has it: open.', 'It has been moved to another repository.'),
    ),
  },
  {
    when: 'the number of a pull request is named',
    settings: { trackers: ['github-issues'] },
    change: { headBranch: '12-fix' },
    ticket: { ...absent, tracker: 'github-issues', key: 'acme/shop#12', named: '#12' },
    expect: counted(
      unmet([
        'GitHub has no issue #12, or hides it from Countersign.',
        'A pull request is not an issue.',
        'Check the number. If GitHub does have it, an administrator has to let Countersign see it.',
      ]),
    ),
  },
  {
    when: 'a story of Shortcut is named',
    settings: { trackers: ['shortcut'] },
    change: { headBranch: 'sc-7/fix' },
    ticket: { ...found({ key: 'sc-7', type: 'feature' }), tracker: 'shortcut', key: 'sc-7', named: 'sc-7' },
    expect: counted(met('The branch name carries sc-7.', 'Shortcut has it: feature, In Review.')),
  },
  {
    when: 'a project is Linear’s beside one of Jira’s',
    settings: { projects: ['BUG', 'linear:ENG'], trackers: ['jira', 'linear'] },
    change: { headBranch: 'eng-7' },
    ticket: { ...found({ key: 'ENG-7', type: null }), tracker: 'linear', key: 'ENG-7', named: 'ENG-7' },
    expect: counted(met('The branch name carries ENG-7.', 'Linear has it: In Review.')),
  },
  {
    when: 'the author is exempt',
    settings: { exempt: { apps: [dependabot.id] } },
    change: { author: dependabot },
    commits: [commitBy(dependabot)],
    ticket: absent,
    expect: notApplicable(
      'dependabot[bot] (account 49699333) is exempt by policy, and no other account wrote this change or pushed to its branch.',
    ),
  },
  {
    when: 'an exempt author had help and Jira has none',
    settings: { exempt: { apps: [dependabot.id] } },
    change: { author: dependabot },
    ticket: absent,
    expect: counted(
      unmet([
        noSuch,
        checkNumber,
        'dependabot[bot] (account 49699333) is exempt by policy, but ana wrote part of this change.',
      ]),
    ),
  },
  {
    when: 'the branch names none',
    change: { headBranch: 'main', state: 'closed' },
    expect: unmet(['No ticket key in the branch name main.']),
  },
])

const change_ = 'Change that in Jira, or name a ticket that fits.'
const begun = 'Name the ticket that the work was begun for.'
const openOnly = (words: string): string => `${words}, and the policy asks for a ticket that is open or in progress.`
const dated = (authoredAt: string | null, sha = 'f'.repeat(40)): Commit => ({ ...commitBy(ana), sha, authoredAt })

check('state', [
  { when: 'it is in progress', expect: isThere },
  {
    when: 'it is open',
    ticket: found({ category: 'open', status: 'To Do' }),
    expect: counted(met(carries, 'Jira has it: Bug, To Do.')),
  },
  {
    when: 'it is closed',
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(unmet([openOnly('BUG-453 is closed (Done)'), change_])),
  },
  {
    when: 'it is closed, and its status says no more',
    ticket: found({ category: 'closed', status: 'Closed' }),
    expect: counted(unmet([openOnly('BUG-453 is closed'), change_])),
  },
  {
    when: 'an issue of GitHub is closed, which its status says itself',
    settings: { trackers: ['github-issues'] },
    change: { headBranch: 'gh-7-fix' },
    ticket: {
      ...found({ category: 'closed', status: 'closed as not planned' }),
      tracker: 'github-issues',
      named: '#7',
    },
    expect: counted(
      unmet([openOnly('#7 is closed as not planned'), 'Change that in GitHub, or name a ticket that fits.']),
    ),
  },
  {
    when: 'it is closed, and closed tickets may be named',
    settings: { 'status-categories': ['closed'] },
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(met(carries, 'Jira has it: Bug, Done.')),
  },
  {
    when: 'it is closed, and any will do',
    settings: { 'status-categories': [] },
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(met(carries, 'Jira has it: Bug, Done.')),
  },
  {
    when: 'it is open, and only what is in progress may be named',
    settings: { 'status-categories': ['in-progress'] },
    ticket: found({ category: 'open', status: 'Backlog' }),
    expect: counted(
      unmet(['BUG-453 is open (Backlog), and the policy asks for a ticket that is in progress.', change_]),
    ),
  },
  {
    when: 'its status is in no category',
    ticket: found({ category: null, status: 'Limbo' }),
    expect: counted(unmet([openOnly('BUG-453 is in no status category (Limbo)'), change_])),
  },
  {
    when: 'its status is in no category, and all three are allowed',
    settings: { 'status-categories': ['open', 'in-progress', 'closed'] },
    ticket: found({ category: null, status: 'Limbo' }),
    expect: counted(met(carries, 'Jira has it: Bug, Limbo.')),
  },
  { when: 'it is of a listed type', settings: { types: ['Story', 'Bug'] }, expect: isThere },
  { when: 'it is of a listed type in another case, with a blank', settings: { types: [' bUG '] }, expect: isThere },
  {
    when: 'it is of another type',
    settings: { types: ['Story', 'Task'] },
    expect: counted(unmet(['BUG-453 is of the type "Bug", and the policy asks for "Story" or "Task".', change_])),
  },
  {
    when: 'it has no type, and one is asked for',
    settings: { types: ['Bug'] },
    ticket: found({ type: null }),
    expect: counted(unmet(['BUG-453 has no type, and the policy asks for "Bug".', change_])),
  },
  { when: 'it is in a listed status', settings: { states: ['in review'] }, expect: isThere },
  {
    when: 'it is in a listed status, written with a blank by its tracker',
    settings: { states: ['in review'] },
    ticket: found({ status: 'In Review ' }),
    expect: isThere,
  },
  {
    when: 'it is in another status',
    settings: { states: ['In Progress'] },
    expect: counted(unmet(['BUG-453 is in the status "In Review", and the policy asks for "In Progress".', change_])),
  },
  {
    when: 'it is in a listed status that is closed: both hold',
    settings: { states: ['Done'] },
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(unmet([openOnly('BUG-453 is closed (Done)'), change_])),
  },
  {
    when: 'everything about it is wrong: all is told at once',
    settings: { states: ['To Do'], types: ['Story'] },
    ticket: found({ category: 'closed', status: 'Done', createdAt: '2026-05-04T09:30:00.000Z' }),
    expect: counted(
      unmet([
        openOnly('BUG-453 is closed (Done)'),
        'BUG-453 is in the status "Done", and the policy asks for "To Do".',
        'BUG-453 is of the type "Bug", and the policy asks for "Story".',
        'BUG-453 was created on 2026-05-04 09:30:00 UTC, but commit def5678 was written on 2026-05-04 08:00:00 UTC: the policy asks for a ticket that was there before the work.',
        begun,
      ]),
    ),
  },
  {
    when: 'it was created after the first commit',
    ticket: found({ createdAt: '2026-05-04T08:00:01.000Z' }),
    expect: counted(
      unmet([
        'BUG-453 was created on 2026-05-04 08:00:01 UTC, but commit def5678 was written on 2026-05-04 08:00:00 UTC: the policy asks for a ticket that was there before the work.',
        begun,
      ]),
    ),
  },
  {
    when: 'it was created in the second of the first commit, whose clock counts no less',
    ticket: found({ createdAt: '2026-05-04T08:00:00.900Z' }),
    expect: isThere,
  },
  {
    when: 'the commits are dated in the future: the opening of the change bounds them',
    ticket: found({ createdAt: '2026-05-05T00:00:00.000Z' }),
    commits: [dated('2030-01-01T00:00:00.000Z')],
    expect: counted(
      unmet([
        'BUG-453 was created on 2026-05-05 00:00:00 UTC, but the pull request was opened on 2026-05-04 09:00:00 UTC: the policy asks for a ticket that was there before the work.',
        begun,
      ]),
    ),
  },
  {
    when: 'there are no commits: the opening of the change counts',
    commits: [],
    expect: { ...isThere, figures: { commits: 0, 'commits-with-key': 0 } },
  },
  {
    when: 'the first of several commits is older than it',
    commits: [dated('2026-05-04T08:00:00.000Z'), dated('2026-05-01T00:00:00.000Z', 'a'.repeat(40))],
    expect: {
      ...unmet([
        'BUG-453 was created on 2026-05-03 09:00:00 UTC, but commit aaaaaaa was written on 2026-05-01 00:00:00 UTC: the policy asks for a ticket that was there before the work.',
        begun,
      ]),
      figures: { commits: 2, 'commits-with-key': 0 },
    },
  },
  {
    when: 'a commit tells no date',
    commits: [dated(null)],
    expect: blind(
      'Whether BUG-453 was there before the work cannot be told: commit fffffff does not tell when it was written.',
    ),
  },
  {
    when: 'a commit’s date is no date',
    commits: [dated('yesterday')],
    expect: blind(
      'Whether BUG-453 was there before the work cannot be told: commit fffffff does not tell when it was written.',
    ),
  },
  {
    when: 'a commit tells no date, and it was created after the opening anyway',
    commits: [dated(null)],
    ticket: found({ createdAt: '2026-05-04T09:00:01.000Z' }),
    expect: counted(
      unmet([
        'BUG-453 was created on 2026-05-04 09:00:01 UTC, but the pull request was opened on 2026-05-04 09:00:00 UTC: the policy asks for a ticket that was there before the work.',
        begun,
      ]),
    ),
  },
  {
    when: 'a commit tells no date and it is closed: that is wrong for certain',
    commits: [dated(null)],
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(unmet([openOnly('BUG-453 is closed (Done)'), change_])),
  },
  {
    when: 'its tracker tells no date',
    ticket: found({ createdAt: '' }),
    expect: blind('Jira does not tell when BUG-453 was created.'),
  },
  {
    when: 'the change is closed: nothing is left to mend',
    change: { state: 'closed' },
    ticket: found({ category: 'closed', status: 'Done' }),
    expect: counted(unmet([openOnly('BUG-453 is closed (Done)')])),
  },
  { when: 'Jira has none', ticket: absent, expect: counted(unmet([noSuch, checkNumber])) },
  {
    when: 'Jira is not connected',
    ticket: unconnected,
    expect: blind('BUG-453 was not looked up. Set JIRA_URL and JIRA_TOKEN_FILE.'),
  },
])

describe('a ticket', () => {
  const evaluated = (tickets: Parameters<typeof ticketLink.evaluate>[0]['tickets']): Verdict | Blind =>
    ticketLink.evaluate(
      { change, commits: [commitBy(ana)], pushes: [], tickets },
      ticketLink.settings.parse({ projects: ['BUG'], verify: 'exists' }),
    )

  test('that could not be looked for at all leaves its control blind', () => {
    expect(evaluated(unknown('was not recorded'))).toEqual(blind('BUG-453 could not be looked up: was not recorded.'))
    expect(evaluated(known([]))).toEqual(blind('BUG-453 was not looked up in Jira.'))
  })

  test.each<[string, Partial<Ticket>]>([
    ['as it is', {}],
    ['moved', { key: 'ENG-9' }],
    ['closed', { category: 'closed' }],
    ['too young', { createdAt: '2027-01-01T00:00:00.000Z' }],
  ])('%s never shows its title, nor when it was read', (_name, more) => {
    for (const verify of ['exists', 'state']) {
      const settings = ticketLink.settings.parse({ projects: ['BUG'], verify, types: ['Task'] })
      const facts = { change, commits: [commitBy(ana)], pushes: [], tickets: known([found(more)]) }
      const said = JSON.stringify(ticketLink.evaluate(facts, settings))
      expect(said).not.toContain('Novak')
      expect(said).not.toContain('10:00')
      expect(said).not.toContain(ticket.url)
    }
  })

  test('that is read again says the same', () => {
    const later = answered({ outcome: 'found', ticket }, { readAt: '2026-05-04T11:11:11.000Z' })
    expect(evaluated(known([later]))).toEqual(evaluated(known([found()])))
  })
})
