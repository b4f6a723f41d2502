import { describe, expect, test } from '@jest/globals'
import { ticketLink } from '#controls/change/ticket-link.ts'

const { strictness, settings } = ticketLink
const nobody = { accounts: [], apps: [] }
const exempt = { accounts: [2], apps: [3] }

describe('a repository', () => {
  test.each([
    ['may drop a project', strictness.projects(['BUG', 'ENG'], ['BUG']), true],
    ['may not add a project', strictness.projects(['BUG'], ['BUG', 'ENG']), false],
    ['may not give a project to another tracker', strictness.projects(['ENG'], ['linear:ENG']), false],
    ['may drop a tracker', strictness.trackers(['jira', 'linear'], ['jira']), true],
    ['may drop every tracker with projects', strictness.trackers(['jira', 'shortcut'], ['shortcut']), true],
    ['may move a tracker without projects', strictness.trackers(['jira', 'shortcut'], ['shortcut', 'jira']), true],
    ['may not add a tracker', strictness.trackers(['jira'], ['jira', 'github-issues']), false],
    [
      'may not give projects to the other tracker by dropping one',
      strictness.trackers(['jira', 'linear'], ['linear']),
      false,
    ],
    [
      'may not give projects to the other tracker by order',
      strictness.trackers(['jira', 'linear'], ['linear', 'jira']),
      false,
    ],
    ['may ask for the key in all places', strictness.require('any', 'all'), true],
    ['may not be content with any place', strictness.require('all', 'any'), false],
    ['may refuse conflicts', strictness['on-conflict']('first', 'unmet'), true],
    ['may not let conflicts pass', strictness['on-conflict']('unmet', 'first'), false],
    ['may name the same places in another order', strictness.where(['branch', 'title'], ['title', 'branch']), true],
    ['may not look elsewhere', strictness.where(['branch'], ['branch', 'title']), false],
    [
      'may not look in fewer places, which all may have to agree',
      strictness.where(['branch', 'title'], ['title']),
      false,
    ],
    ['may end an exemption', strictness.exempt(exempt, nobody), true],
    ['may not exempt a person', strictness.exempt(nobody, { accounts: [2], apps: [] }), false],
    ['may not exempt an app', strictness.exempt(nobody, { accounts: [], apps: [2] }), false],
    ['may say the level that is', strictness.verify('pattern', 'pattern'), true],
    ['may ask for tickets that exist', strictness.verify('pattern', 'exists'), true],
    ['may ask for their state', strictness.verify('pattern', 'state'), true],
    ['may ask for their state where existence was enough', strictness.verify('exists', 'state'), true],
    ['may not be content with existence', strictness.verify('state', 'exists'), false],
    ['may not be content with the pattern', strictness.verify('exists', 'pattern'), false],
    ['may list types where any would do', strictness.types([], ['Bug']), true],
    ['may list fewer types', strictness.types(['Bug', 'Story'], ['bug ']), true],
    ['may not list another type', strictness.types(['Bug'], ['Bug', 'Story']), false],
    ['may not let any type pass', strictness.types(['Bug'], []), false],
    ['may leave any type as it is', strictness.types([], []), true],
    ['may list states where any would do', strictness.states([], ['Doing']), true],
    ['may list fewer states', strictness.states(['Doing', 'Review'], ['REVIEW']), true],
    ['may not list another state', strictness.states(['Doing'], ['Done']), false],
    ['may not let any state pass', strictness.states(['Doing'], []), false],
    ['may drop a category', strictness['status-categories'](['open', 'in-progress'], ['in-progress']), true],
    ['may list categories where any would do', strictness['status-categories']([], ['closed']), true],
    [
      'may write any category as all three',
      strictness['status-categories']([], ['open', 'in-progress', 'closed']),
      true,
    ],
    ['may write all three as any', strictness['status-categories'](['closed', 'open', 'in-progress'], []), true],
    ['may not add a category', strictness['status-categories'](['open'], ['open', 'closed']), false],
    ['may not let any category pass', strictness['status-categories'](['open', 'in-progress'], []), false],
    ['may block during outages', strictness['on-outage']('allow-and-recheck', 'block'), true],
    ['may not pass during outages', strictness['on-outage']('block', 'allow-and-recheck'), false],
    ['may name the same issues in another case', strictness['issues-repository']('Plans', 'plans'), true],
    ['may not name other issues', strictness['issues-repository']('plans', 'notes'), false],
    ['may not use issues of its own', strictness['issues-repository']('plans', null), false],
    ['may not use issues of elsewhere', strictness['issues-repository'](null, 'plans'), false],
    ['may ask for the key in every commit', strictness['every-commit'](false, true), true],
    ['may not let commits go without', strictness['every-commit'](true, false), false],
    ['may not begin to write on tickets', strictness['link-back'](false, true), false],
    ['may not cease to write on tickets', strictness['link-back'](true, false), false],
  ])('%s', (_name, isAllowed, expected) => {
    expect(isAllowed).toBe(expected)
  })
})

describe('a policy', () => {
  const messageFor = (written: object): string =>
    settings
      .safeParse(written)
      .error?.issues.map(({ message }) => message)
      .join(' ') ?? 'sound'

  const form = 'A project key is upper-case letters, digits and _, as in BUG, or linear:ENG to say whose it is.'
  const once = 'A project belongs to one tracker: list it once, with its tracker or without.'
  const ownerless = 'This is the name of a repository of the same organization, without its owner.'

  test.each<[written: object, message: string]>([
    [{ projects: ['BUG', 'linear:ENG', 'jira:A1', 'MY_APP'] }, 'sound'],
    [{ projects: ['BUG', 'BUG'] }, 'sound'],
    [{ projects: ['bug'] }, form],
    [{ projects: ['1BUG'] }, form],
    [{ projects: ['shortcut:SC'] }, form],
    [{ projects: ['jira:'] }, form],
    [{ projects: ['ВUG'] }, form],
    [{ projects: ['BUG-'] }, form],
    [{ projects: ['X'.repeat(33)] }, form],
    [{ projects: ['jira:ENG', 'linear:ENG'] }, once],
    [{ projects: ['ENG', 'linear:ENG'] }, once],
    [{ 'issues-repository': 'plans' }, 'sound'],
    [{ 'issues-repository': null }, 'sound'],
    [{ 'issues-repository': 'acme/plans' }, ownerless],
    [{ 'issues-repository': '' }, ownerless],
    [{ 'issues-repository': 'a b' }, ownerless],
  ])('that says %j is told: %s', (written, message) => {
    expect(messageFor(written)).toBe(message)
  })

  test.each([
    { types: [''] },
    { states: [' '] },
    { types: ['x'.repeat(101)] },
    { verify: 'maybe' },
    { 'on-outage': 'pass' },
  ])('that says %j is refused', (written) => {
    expect(settings.safeParse(written).success).toBe(false)
  })
})
