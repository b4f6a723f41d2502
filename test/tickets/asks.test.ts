import { describe, expect, test } from '@jest/globals'
import type { z } from 'zod'
import type { Asked, AskedTicket } from '#facts/asked.ts'
import type { Change, ChangeFacts } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { ana, change, commitBy, dependabot, wholeFacts } from '../controls/sample-change.ts'
import { absent, away, found, mergedChange } from './sample-ticket.ts'

type Settings = z.input<typeof ticketLink.settings>

const asked = (settings: Settings, more: Partial<Change> = {}, facts: Partial<ChangeFacts> = {}): Asked | undefined =>
  ticketLink.asks?.(
    { ...wholeFacts, change: known({ ...change, ...more }), ...facts },
    ticketLink.settings.parse({ projects: ['BUG'], verify: 'exists', ...settings }),
  )

const bug: AskedTicket = { tracker: 'jira', key: 'BUG-453', repository: null }
const byBot: Partial<Change> = { author: dependabot }
const issues: Settings = { trackers: ['github-issues'] }

describe('a ticket is asked for', () => {
  test.each<[when: string, ticket: AskedTicket, settings?: Settings, change?: Partial<Change>]>([
    ['when it has to exist', bug],
    ['when its state counts', bug, { verify: 'state' }],
    ['of the project’s tracker', { ...bug, tracker: 'linear' }, { trackers: ['linear'] }],
    [
      'of the first tracker that has projects',
      { ...bug, tracker: 'linear' },
      { trackers: ['shortcut', 'linear', 'jira'] },
    ],
    [
      'of the tracker that the list names',
      { ...bug, tracker: 'linear' },
      { trackers: ['jira', 'linear'], projects: ['linear:BUG'] },
    ],
    [
      'of Shortcut',
      { tracker: 'shortcut', key: 'sc-7', repository: null },
      { trackers: ['shortcut'] },
      { headBranch: 'SC-7' },
    ],
    [
      'of the change’s own repository',
      { tracker: 'github-issues', key: '#7', repository: null },
      issues,
      { headBranch: 'gh-7' },
    ],
    [
      'of the repository that the policy names',
      { tracker: 'github-issues', key: '#7', repository: 'plans' },
      { ...issues, 'issues-repository': 'plans' },
      { headBranch: '7-fix' },
    ],
    ['of Jira, whatever repository holds the issues', bug, { 'issues-repository': 'plans' }],
    ['where the places agree', bug, { where: ['branch', 'title'] }, { title: 'BUG-453 and BUG-1' }],
    ['where the first of two counts', bug, { where: ['branch', 'title'], 'on-conflict': 'first' }, { title: 'BUG-1' }],
    ['of a merged change', bug, {}, mergedChange],
    ['of an exempt author whose change another wrote', bug, { exempt: { apps: [dependabot.id] } }, byBot],
    ['though a commit lacks it, so that all is told at once', bug, { 'every-commit': true }],
  ])('%s', (...[, ticket, settings = {}, more = {}]) => {
    expect(asked(settings, more)).toEqual({ tickets: [ticket] })
  })

  test('when another is known', () => {
    expect(asked({}, {}, { tickets: known([{ ...found(), named: 'BUG-4' }]) })).toEqual({ tickets: [bug] })
    expect(asked({}, {}, { tickets: known([{ ...found(), tracker: 'linear' }]) })).toEqual({ tickets: [bug] })
  })
})

describe('no ticket is asked for', () => {
  test.each<[when: string, settings?: Settings, change?: Partial<Change>, facts?: Partial<ChangeFacts>]>([
    ['when its key alone counts', { verify: 'pattern' }],
    ['when none is named', {}, { headBranch: 'main' }],
    ['when one of no listed project is named', {}, { headBranch: 'UTF-8' }],
    ['when no project is listed', { projects: [] }],
    ['when the places disagree', { where: ['branch', 'title'] }, { title: 'BUG-1' }],
    ['when the branch names two', { projects: ['BUG', 'ENG'] }, { headBranch: 'BUG-1/ENG-2' }],
    ['when one place lacks it and all must carry it', { where: ['branch', 'title'], require: 'all' }],
    [
      'when the author is exempt',
      { exempt: { apps: [dependabot.id] } },
      byBot,
      { commits: known([commitBy(dependabot)]) },
    ],
    ['when it has been found', {}, {}, { tickets: known([found()]) }],
    ['when its tracker had none', {}, {}, { tickets: known([absent]) }],
    ['when its tracker was away', {}, {}, { tickets: known([away]) }],
    ['when tickets cannot be seen', {}, {}, { tickets: unknown('was not recorded') }],
    ['when the change cannot be seen', {}, {}, { change: unknown('gone') }],
    ['when the commits cannot be seen', {}, {}, { commits: unknown('too many') }],
    ['when the pushes cannot be seen', {}, {}, { pushes: unknown('untold') }],
  ])('%s', (...[, settings = {}, more = {}, facts = {}]) => {
    expect(asked(settings, more, facts)).toEqual({})
  })

  test('of more than one change at a time', () => {
    const facts: Partial<ChangeFacts> = { commits: known([{ ...commitBy(ana), headline: 'BUG-453, BUG-1, BUG-2' }]) }
    expect(asked({ where: ['branch', 'commits'] }, {}, facts)).toEqual({ tickets: [bug] })
  })
})
