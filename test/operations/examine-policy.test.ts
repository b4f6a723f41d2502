import { describe, expect, test } from '@jest/globals'
import { examinePolicy } from '#operations/examine-policy.ts'
import type { PolicySource } from '#policy/policy-document.ts'

const source = (...lines: readonly string[]): PolicySource => ({
  text: `${lines.join('\n')}\n`,
  origin: { layer: 'organization', repository: 'acme/.github', path: 'countersign.yml', commitSha: 'c'.repeat(40) },
})

const ticketLink = (...settings: readonly string[]): readonly string[] => [
  'controls:',
  '  ticket-link:',
  ...settings.map((setting) => `    ${setting}`),
]

const asked: readonly [sentence: string, policy: PolicySource, trackers: readonly string[]][] = [
  ['an empty policy looks nothing up', source(''), []],
  ['a pattern looks nothing up', source(...ticketLink('verify: pattern', 'projects: [BUG]')), []],
  [
    'tickets that have to exist are looked up in Jira',
    source(...ticketLink('verify: exists', 'projects: [BUG]')),
    ['jira'],
  ],
  [
    'tickets that have to be open are looked up wherever they may be',
    source(...ticketLink('verify: state', 'trackers: [linear, github-issues, linear]', 'projects: [ENG]')),
    ['linear', 'github-issues'],
  ],
  [
    'a tracker none of whose projects is listed is not asked',
    source(...ticketLink('verify: exists', 'trackers: [jira, linear, shortcut]', 'projects: [BUG]')),
    ['jira', 'shortcut'],
  ],
  [
    'a project may say whose it is',
    source(...ticketLink('verify: exists', 'trackers: [jira, linear]', 'projects: ["linear:ENG"]')),
    ['linear'],
  ],
  [
    'a control that is off looks nothing up',
    source(...ticketLink('mode: off', 'verify: exists', 'projects: [BUG]')),
    [],
  ],
  [
    'a group looks up what its organization does not',
    source(
      'groups:',
      '  - name: payments',
      '    repositories: { topics: [payments] }',
      '    controls:',
      '      ticket-link: { verify: exists, trackers: [shortcut] }',
      '  - name: papers',
      '    repositories: { properties: { tier: [low] } }',
      '    controls:',
      '      ticket-link: { mode: off }',
    ),
    ['shortcut'],
  ],
  [
    'a group may leave out what its organization looks up',
    source(
      ...ticketLink('verify: exists', 'projects: [BUG]'),
      'groups:',
      '  - name: papers',
      '    repositories: { names: ["*-papers"] }',
      '    controls:',
      '      ticket-link: { verify: pattern }',
    ),
    ['jira'],
  ],
]

describe('where a policy looks tickets up:', () => {
  test.each(asked)('%s', (_sentence, policy, trackersAsked) => {
    expect(examinePolicy(policy)).toEqual({ faults: [], trackersAsked })
  })
})

const faulty: readonly [sentence: string, policy: PolicySource, faults: readonly RegExp[]][] = [
  [
    'a project key that is none',
    source(...ticketLink('projects: [BUG, bug-tracker]')),
    [/^Line 3, controls\.ticket-link\.projects\.1: .*upper-case/],
  ],
  ['a setting that is misspelt', source(...ticketLink('projets: [BUG]')), [/^Line 3, .*Did you mean "projects"\?$/]],
  [
    'a level of verifying that is none',
    source(...ticketLink('verify: exist')),
    [/^Line 3, controls\.ticket-link\.verify: /],
  ],
  ['something that is no policy', source('- a list'), [/^Line 1: A policy is a mapping/]],
]

describe('a policy has a fault, with its line, and says nothing of trackers:', () => {
  test.each(faulty)('%s', (_sentence, policy, faults) => {
    const examined = examinePolicy(policy)
    expect(examined.trackersAsked).toEqual([])
    expect(examined.faults).toEqual(faults.map((fault) => expect.stringMatching(fault)))
  })
})
