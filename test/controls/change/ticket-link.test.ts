import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import type { z } from 'zod'
import type { Change, Commit } from '#facts/change-facts.ts'
import { known } from '#facts/fact.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { type Blind, met, notApplicable, unmet, type Verdict } from '#controls/control.ts'
import { checkControl } from '../check-control.ts'
import { ben, change, cleo, commitBy, dependabot, pushesBy } from '../sample-change.ts'

const projects = ['BUG', 'ENG']
const tickets = known([])

/** Met, by a change of which so many commits carry the key. */
const naming = (because: string, { commits = 0, carrying = 0 } = {}): Verdict => ({
  ...met(because),
  figures: { commits, 'commits-with-key': carrying },
})

const listsAreNone = 'a first line, or a text below it, with more than 50 different ticket keys is left out'

const manyProjects = Array.from({ length: 200 }, (_, index) => `P${index}`)

/** Branch names, and the key that each carries; null for none. */
const branches: readonly (readonly [branch: string, key: string | null, why?: string])[] = [
  ['BUG-453-fix-broken-dropdown', 'BUG-453'],
  ['BUG-453', 'BUG-453'],
  ['BUG-453_fix', 'BUG-453'],
  ['BUG-453/fix', 'BUG-453'],
  ['BUG-453-', 'BUG-453'],
  ['BUG-1', 'BUG-1'],
  ['BUG-1234567890', 'BUG-1234567890'],
  ['ENG-7-rename', 'ENG-7'],
  ['bug-453-fix', 'BUG-453', 'case does not matter'],
  ['Bug-453-fix', 'BUG-453', 'case does not matter'],
  ['feature/BUG-453-fix', 'BUG-453', 'after a type'],
  ['ana/BUG-453-fix', 'BUG-453', 'after a user'],
  ['ana/feature/BUG-453-fix', 'BUG-453', 'after both'],
  ['a/b/c/d/e/BUG-453', 'BUG-453', 'after many'],
  ['fix/bug-453', 'BUG-453'],
  ['dependabot/BUG-453', 'BUG-453'],
  ['BUG-453-2024-11-05', 'BUG-453', 'a date may follow'],
  ['BUG-453-UTF-8', 'BUG-453', 'a look-alike may follow'],
  ['BUG-453-ENG-7', 'BUG-453', 'the second stands in the middle'],
  ['ana/BUG-453/BUG-453-again', 'BUG-453', 'one ticket, twice'],
  ['BUG-453-$(touch x)', 'BUG-453'],
  ["BUG-453-it's;|&`", 'BUG-453'],
  [`BUG-453-${'x'.repeat(247)}`, 'BUG-453', '255 characters'],
  [`${'x/'.repeat(124)}BUG-45`, 'BUG-45', '254 characters of prefixes'],
  ['fix-BUG-453', null, 'in the middle'],
  ['fix_BUG-453', null, 'in the middle'],
  ['fix-BUG-453-dropdown', null, 'in the middle'],
  ['feature-BUG-453/fix', null, 'in the middle'],
  ['DEBUG-453', null, 'another word'],
  ['XBUG-453', null, 'another word'],
  ['BUGS-453', null, 'another project'],
  ['BU-453', null, 'another project'],
  ['ENGINE-7', null, 'another project'],
  ['RELEASE-3', null, 'no listed project'],
  ['release/RELEASE-3', null, 'no listed project'],
  ['UTF-8', null, 'no listed project'],
  ['UTF-8-names', null, 'no listed project'],
  ['utf-16/BUGGY-1', null, 'no listed project'],
  ['CVE-2026-1234', null, 'no listed project'],
  ['SHA-256', null, 'no listed project'],
  ['ISO-8601-dates', null, 'no listed project'],
  ['2024-11-05', null, 'a date'],
  ['2024-11-05-release', null, 'a date'],
  ['v1.2.3', null],
  ['453', null, 'a bare number without GitHub issues'],
  ['453-fix', null, 'a bare number without GitHub issues'],
  ['#453', null],
  ['gh-453', null],
  ['sc-453', null],
  ['main', null],
  ['', null, 'empty'],
  ['/', null],
  ['//', null],
  ['-', null],
  ['-BUG-453', null, 'a hyphen comes first'],
  ['_BUG-453', null, 'an underscore comes first'],
  ['BUG', null],
  ['BUG-', null],
  ['BUG--453', null],
  ['BUG_453', null],
  ['BUG453', null],
  ['BUG-fix', null],
  ['BUG-0', null, 'no ticket is numbered 0'],
  ['BUG-0453', null, 'no ticket has a leading zero'],
  ['BUG-453fix', null, 'a letter follows'],
  ['BUG-453.fix', null, 'a full stop follows'],
  ['BUG-453+fix', null, 'a plus follows'],
  ['BUG-12345678901', null, 'too long to be a number'],
  ['BUG-/453', null],
  ['ВUG-453', null, 'a Cyrillic В'],
  ['BUԌ-453', null, 'a Komi letter'],
  ['ＢＵＧ-453', null, 'full-width letters'],
  ['BUG-４５３', null, 'full-width digits'],
  ['BUG-٤٥٣', null, 'Arabic digits'],
  ['BUG‐453', null, 'U+2010 for a hyphen'],
  ['BUG−453', null, 'a minus sign for a hyphen'],
  ['\u200bBUG-453', null, 'an invisible character comes first'],
  ['B\u200dUG-453', null, 'an invisible character within'],
  ['\u202eBUG-453', null, 'written from right to left'],
  ['BUG-453\u0301', null, 'a combining accent follows'],
  ['𝐁𝐔𝐆-453', null, 'mathematical letters'],
  ['x'.repeat(255), null, '255 characters'],
]

const withBranch = (headBranch: string, more: Partial<Change> = {}): Change => ({ ...change, headBranch, ...more })

checkControl(
  ticketLink,
  branches.map(([branch, key, why]) => ({
    when: `the branch is ${branch.length > 60 ? `${branch.slice(0, 40)}…` : JSON.stringify(branch)}${why === undefined ? '' : ` (${why})`}`,
    facts: { change: withBranch(branch), commits: [], pushes: [], tickets },
    settings: { projects },
    expect: key === null ? ('unmet' as const) : naming(`The branch name carries ${key}.`),
  })),
)

const trackerRows: readonly (readonly [
  branch: string,
  tracker: 'linear' | 'shortcut' | 'github-issues',
  key: string | null,
])[] = [
  ['ana/eng-12-rename', 'linear', 'ENG-12'],
  ['sc-12345/dropdown', 'shortcut', 'sc-12345'],
  ['ana/SC-12345-dropdown', 'shortcut', 'sc-12345'],
  ['BUG-453', 'shortcut', null],
  ['gh-12-fix', 'github-issues', '#12'],
  ['GH-12', 'github-issues', '#12'],
  ['#12-fix', 'github-issues', '#12'],
  ['12-fix', 'github-issues', '#12'],
  ['ana/12', 'github-issues', '#12'],
  ['12fix', 'github-issues', null],
  ['2024-11-05', 'github-issues', null],
  ['2024-11-05-release', 'github-issues', null],
  ['20241105', 'github-issues', null],
  ['1.2.3', 'github-issues', null],
  ['v12', 'github-issues', null],
  ['UTF-8', 'github-issues', null],
  ['BUG-453', 'github-issues', null],
]

checkControl(
  ticketLink,
  trackerRows.map(([branch, tracker, key]) => ({
    when: `the branch is ${branch} and the tracker is ${tracker}`,
    facts: { change: withBranch(branch), commits: [], pushes: [], tickets },
    settings: { projects, trackers: [tracker] },
    expect: key === null ? ('unmet' as const) : naming(`The branch name carries ${key}.`),
  })),
)

const everywhere = {
  projects,
  where: ['branch', 'title', 'body', 'commits'] as ('branch' | 'title' | 'body' | 'commits')[],
}

checkControl(ticketLink, [
  {
    when: 'one of 200 projects is named',
    facts: { change: withBranch('P199-1-fix'), commits: [], pushes: [], tickets },
    settings: { projects: manyProjects },
    expect: naming('The branch name carries P199-1.'),
  },
  {
    when: 'only the title carries the key and either place is enough',
    facts: { change: withBranch('fix', { title: 'BUG-1: fix' }), commits: [], pushes: [], tickets },
    settings: { projects, where: ['branch', 'title'] },
    expect: naming('The title carries BUG-1.'),
  },
  {
    when: 'all four places carry the key',
    facts: {
      change: withBranch('BUG-1', { title: 'BUG-1', body: 'For BUG-1.' }),
      commits: [{ ...commitBy(ben), headline: 'BUG-1 fix' }, commitBy(ben)],
      pushes: [],
      tickets,
    },
    settings: { ...everywhere, require: 'all' },
    expect: {
      ...met('The branch name, the title, the description and the commits carry BUG-1.', '1 of 2 commits names it.'),
      figures: { commits: 2, 'commits-with-key': 1 },
    },
  },
  {
    when: 'the description mentions further tickets beside the one in question',
    facts: { change: withBranch('BUG-1', { body: 'BUG-1, follows BUG-7.' }), commits: [], pushes: [], tickets },
    settings: everywhere,
    expect: naming('The branch name and the description carry BUG-1.'),
  },
  {
    when: 'branch and title disagree: both keys are named',
    facts: { change: withBranch('BUG-1', { title: 'ENG-2: fix' }), commits: [], pushes: [], tickets },
    settings: { projects, where: ['branch', 'title'] },
    expect: unmet([
      'The branch name carries BUG-1 and the title carries ENG-2: a change is for one ticket, so let them name the same one.',
    ]),
  },
  {
    when: 'branch and title disagree and the policy takes the first',
    facts: { change: withBranch('BUG-1', { title: 'ENG-2: fix' }), commits: [], pushes: [], tickets },
    settings: { projects, where: ['branch', 'title'], 'on-conflict': 'first' },
    expect: naming('The branch name carries BUG-1.'),
  },
  {
    when: 'the branch itself names two tickets',
    facts: { change: withBranch('BUG-1/ENG-2'), commits: [], pushes: [], tickets },
    settings: { projects },
    expect: unmet([
      'The branch name carries BUG-1 and ENG-2: a change is for one ticket, so let them name the same one.',
    ]),
  },
  {
    when: 'every place has to carry the key and the title does not: the command uses the key of the branch',
    facts: { change: withBranch('BUG-1'), commits: [], pushes: [], tickets },
    settings: { projects, where: ['branch', 'title'], require: 'all' },
    expect: unmet(
      ['No ticket key in the title.', 'This adds BUG-1 to the title.'],
      [
        `title=$(gh pr view ${change.url} --json title --jq .title) && \\`,
        `gh pr edit ${change.url} --title "BUG-1: $title"`,
      ],
    ),
  },
  {
    when: 'only the commits are looked at and none carries a key',
    facts: { change, commits: [commitBy(ben)], pushes: [], tickets },
    settings: { projects, where: ['commits'] },
    expect: unmet(['No ticket key in the commits.', 'Add it there, as in BUG-453.']),
  },
  {
    when: 'no project is listed: the administrator is told what to add',
    facts: { change, commits: [], pushes: [], tickets },
    expect: unmet([
      'The policy lists no ticket projects, so nothing can be a ticket key yet. An administrator adds them to ' +
        'countersign.yml under controls.ticket-link.projects, for example [BUG, ENG].',
    ]),
  },
  {
    when: 'the projects listed are of a tracker that is not asked: the administrator is told so',
    facts: { change: withBranch('ENG-7'), commits: [], pushes: [], tickets },
    settings: { projects: ['linear:ENG'], trackers: ['jira'] },
    expect: unmet([
      'The policy lists projects, but of no tracker that it asks, so nothing can be a ticket key yet. An administrator ' +
        'adds their tracker to countersign.yml under controls.ticket-link.trackers.',
    ]),
  },
  {
    when: 'a project is Linear’s by name, beside one of Jira',
    facts: { change: withBranch('ana/eng-7-rename'), commits: [], pushes: [], tickets },
    settings: { projects: ['BUG', 'linear:ENG'], trackers: ['jira', 'linear'] },
    expect: naming('The branch name carries ENG-7.'),
  },
  {
    when: 'one project of those listed is of a tracker that is not asked',
    facts: { change: withBranch('ENG-7'), commits: [], pushes: [], tickets },
    settings: { projects: ['BUG', 'linear:ENG'] },
    expect: 'unmet',
  },
  {
    when: 'the key stands in the rest of a commit’s message',
    facts: {
      change: withBranch('fix'),
      commits: [{ ...commitBy(ben), mentions: ['UTF-8', 'bug-1'] }],
      pushes: [],
      tickets,
    },
    settings: { projects, where: ['commits'] },
    expect: naming('The commits carry BUG-1.', { commits: 1, carrying: 1 }),
  },
  {
    when: 'the commits alone are looked at and name two tickets',
    facts: {
      change: withBranch('fix'),
      commits: [{ ...commitBy(ben), headline: 'BUG-1', mentions: ['ENG-2'] }],
      pushes: [],
      tickets,
    },
    settings: { projects, where: ['commits'] },
    expect: unmet(['The commits carry BUG-1 and ENG-2: a change is for one ticket, so let them name the same one.']),
  },
  {
    when: 'the places name many tickets: the sentence stays short',
    facts: {
      change: withBranch('BUG-1', { title: 'ENG-1 ENG-2 ENG-3 ENG-4 ENG-5 ENG-6' }),
      commits: [],
      pushes: [],
      tickets,
    },
    settings: { projects, where: ['branch', 'title'] },
    expect: unmet([
      'The branch name carries BUG-1 and the title carries ENG-1, ENG-2, ENG-3 and 3 more: a change is for one ticket, so let them name the same one.',
    ]),
  },
  {
    when: 'a commit mentions too much to tell and names none in its first line',
    facts: { change: withBranch('fix'), commits: [{ ...commitBy(ben), mentions: null }], pushes: [], tickets },
    settings: { projects, where: ['commits'] },
    expect: unmet([
      'No ticket key in the commits.',
      `Not all of commit def5678 counts: ${listsAreNone}.`,
      'Add it there, as in BUG-123.',
    ]),
  },
  {
    when: 'a commit mentions too much to tell and names one in its first line',
    facts: {
      change: withBranch('fix'),
      commits: [{ ...commitBy(ben), headline: 'BUG-1', mentions: null }],
      pushes: [],
      tickets,
    },
    settings: { projects, where: ['commits'] },
    expect: {
      ...met('The commits carry BUG-1.', `Not all of commit def5678 counts: ${listsAreNone}.`),
      figures: { commits: 1, 'commits-with-key': 1 },
    },
  },
  {
    when: 'a commit mentions too much to tell and another ticket in its first line',
    facts: {
      change: withBranch('BUG-1'),
      commits: [{ ...commitBy(ben), headline: 'ENG-2', mentions: null }],
      pushes: [],
      tickets,
    },
    settings: { projects, where: ['branch', 'commits'] },
    expect: unmet([
      'The branch name carries BUG-1 and the commits carry ENG-2: a change is for one ticket, so let them name the same one.',
      `Not all of commit def5678 counts: ${listsAreNone}.`,
    ]),
  },
  {
    when: 'a commit mentions too much to tell and commits are not looked at: the figures alone leave it out',
    facts: { change: withBranch('BUG-1'), commits: [{ ...commitBy(ben), mentions: null }], pushes: [], tickets },
    settings: { projects },
    expect: {
      ...met(
        'The branch name carries BUG-1.',
        `Commit def5678 is not among the commits counted: ${listsAreNone}, and the rest does not name it.`,
      ),
      figures: { commits: 0, 'commits-with-key': 0 },
    },
  },
  {
    when: 'no project is listed and none is needed',
    facts: { change: withBranch('sc-12-fix'), commits: [], pushes: [], tickets },
    settings: { trackers: ['shortcut'] },
    expect: naming('The branch name carries sc-12.'),
  },
  {
    when: 'the branch carries no key: the commands open a new pull request from a branch that does',
    facts: { change: withBranch('fix-dropdown'), commits: [], pushes: [], tickets },
    settings: { projects },
    expect: unmet(
      [
        'No ticket key in the branch name fix-dropdown.',
        'A pull request cannot change its branch, so this opens a new one from a branch for BUG-123. ' +
          'Put the number of your own ticket in place of 123.',
      ],
      [
        'git branch -m fix-dropdown BUG-123-fix-dropdown && \\',
        'git push -u origin BUG-123-fix-dropdown && \\',
        `title=$(gh pr view ${change.url} --json title --jq .title) && \\`,
        `body=$(gh pr view ${change.url} --json body --jq .body) && \\`,
        'gh pr create --head BUG-123-fix-dropdown --base main --title "$title" --body "$body" && \\',
        `gh pr close ${change.url} --comment "Continued from the branch BUG-123-fix-dropdown."`,
      ],
    ),
  },
  {
    when: 'the branch is in a fork: the new pull request is opened from the current branch',
    facts: {
      change: withBranch('fix', { title: 'BUG-9: fix', crossRepository: true }),
      commits: [],
      pushes: [],
      tickets,
    },
    settings: { projects },
    expect: unmet(
      [
        'No ticket key in the branch name fix.',
        'A pull request cannot change its branch, so this opens a new one from a branch for BUG-9.',
      ],
      [
        'git branch -m fix BUG-9-fix && \\',
        'git push -u origin BUG-9-fix && \\',
        `title=$(gh pr view ${change.url} --json title --jq .title) && \\`,
        `body=$(gh pr view ${change.url} --json body --jq .body) && \\`,
        'git switch BUG-9-fix && \\',
        'gh pr create --base main --title "$title" --body "$body" && \\',
        `gh pr close ${change.url} --comment "Continued from the branch BUG-9-fix."`,
      ],
    ),
  },
  {
    when: 'the change is closed: nothing is left to mend',
    facts: { change: withBranch('fix', { state: 'merged' }), commits: [], pushes: [], tickets },
    settings: { projects },
    expect: unmet(['No ticket key in the branch name fix.']),
  },
])

const exempt = { accounts: [ben.id], apps: [dependabot.id] }
const byBot = withBranch('dependabot/npm/left-pad', { author: dependabot })

checkControl(ticketLink, [
  {
    when: 'an exempt app opened and wrote the change',
    facts: { change: byBot, commits: [commitBy(dependabot)], pushes: [], tickets },
    settings: { projects, exempt },
    expect: notApplicable(
      'dependabot[bot] (account 49699333) is exempt by policy, and no other account wrote this change or pushed to its branch.',
    ),
  },
  {
    when: 'an exempt account opened and wrote the change',
    facts: { change: withBranch('x', { author: ben }), commits: [commitBy(ben)], pushes: [], tickets },
    settings: { projects, exempt },
    expect: 'not-applicable',
  },
  {
    when: 'exempt accounts alone opened, wrote and pushed it',
    facts: { change: byBot, commits: [commitBy(dependabot, ben)], pushes: pushesBy(dependabot, ben), tickets },
    settings: { projects, exempt },
    expect: 'not-applicable',
  },
  {
    when: 'a person pushed to an exempt app’s branch under the app’s name, which anybody can type',
    facts: { change: byBot, commits: [commitBy(dependabot)], pushes: pushesBy(dependabot, cleo), tickets },
    settings: { projects, exempt },
    expect: 'unmet',
  },
  {
    when: 'an app that is not exempt pushed to an exempt app’s branch',
    facts: {
      change: byBot,
      commits: [commitBy(dependabot)],
      pushes: pushesBy({ id: 5, login: 'ci[bot]', kind: 'bot' }),
      tickets,
    },
    settings: { projects, exempt },
    expect: 'unmet',
  },
  {
    when: 'the branch is called like an exempt app’s, by somebody else',
    facts: { change: withBranch('dependabot/npm/left-pad'), commits: [], pushes: [], tickets },
    settings: { projects, exempt },
    expect: 'unmet',
  },
  {
    when: 'a person’s id stands among the apps: an app’s own id must exempt no person',
    facts: { change: withBranch('x', { author: ben }), commits: [], pushes: [], tickets },
    settings: { projects, exempt: { apps: [ben.id] } },
    expect: 'unmet',
  },
  {
    when: 'the author’s account has been deleted',
    facts: { change: withBranch('x', { author: null }), commits: [], pushes: [], tickets },
    settings: { projects, exempt },
    expect: 'unmet',
  },
  {
    when: 'a person added a commit of an unknown e-mail to an exempt app’s change',
    facts: {
      change: byBot,
      commits: [{ ...commitBy(dependabot), committer: { name: 'Laptop', account: null } }],
      pushes: [],
      tickets,
    },
    settings: { projects, exempt },
    expect: 'unmet',
  },
  {
    when: 'a person added work to an exempt app’s change and the branch carries a key',
    facts: {
      change: withBranch('BUG-1', { author: dependabot }),
      commits: [commitBy(dependabot, change.author ?? ben)],
      pushes: [],
      tickets,
    },
    settings: { projects, exempt },
    expect: naming('The branch name carries BUG-1.', { commits: 1 }),
  },
])

const fixOf = (verdict: Verdict | Blind): readonly string[] => (verdict.outcome === 'unmet' ? verdict.fix : [])

describe('ticket-link says', () => {
  const verdictOn = (headBranch: string, more: Partial<Change> = {}, list = projects): Verdict | Blind =>
    ticketLink.evaluate(
      { change: withBranch(headBranch, more), commits: [], pushes: [], tickets },
      ticketLink.settings.parse({ projects: list, exempt }),
    )

  test('that a person added work to an exempt app’s change', () => {
    const verdict = ticketLink.evaluate(
      { change: byBot, commits: [commitBy(dependabot), commitBy(change.author ?? ben)], pushes: [], tickets },
      ticketLink.settings.parse({ projects, exempt }),
    )
    expect(verdict.because.at(-1)).toBe(
      'dependabot[bot] (account 49699333) is exempt by policy, but ana wrote part of this change.',
    )
  })

  test('that a person pushed to an exempt app’s branch', () => {
    const verdict = ticketLink.evaluate(
      { change: byBot, commits: [commitBy(dependabot)], pushes: pushesBy(cleo), tickets },
      ticketLink.settings.parse({ projects, exempt }),
    )
    expect(verdict.because.at(-1)).toBe(
      'dependabot[bot] (account 49699333) is exempt by policy, but cleo pushed to its branch.',
    )
  })

  test('which projects there are, when the branch has the key of another', () => {
    expect(verdictOn('UTF-8-names').because).toContain("UTF-8 does not count: the policy's projects are BUG and ENG.")
    expect(verdictOn('UTF-8', {}, manyProjects).because).toContain(
      "UTF-8 does not count: the policy's projects are P0, P1, P2 and 197 more.",
    )
  })

  test('where a key has to stand, when it stands in the middle', () => {
    const verdict = verdictOn('fix-BUG-453-dropdown')
    expect(verdict.because).toContain('BUG-453 is there, but a key has to start the name or follow a slash.')
    expect(fixOf(verdict)[0]).toBe('git branch -m fix-BUG-453-dropdown BUG-453-fix-dropdown && \\')
  })

  test.each([
    ['feature/fix', 'feature/BUG-123-fix'],
    ['a/b/c/d/e', 'a/b/c/BUG-123-e'],
    ['Größe ändern', 'BUG-123-Gr-e-ndern'],
    ['日本語', 'BUG-123'],
    ['', 'BUG-123'],
    ['..//..', 'BUG-123'],
    ['x'.repeat(255), `BUG-123-${'x'.repeat(60)}`],
  ])('a good new name for %j', (old, renamed) => {
    expect(fixOf(verdictOn(old))[1]).toBe(`git push -u origin ${renamed} && \\`)
  })
})

describe('a command of ticket-link', () => {
  const commandsFor = (headBranch: string, baseBranch = 'main'): readonly string[] => {
    const verdict = ticketLink.evaluate(
      { change: withBranch(headBranch, { baseBranch, title: '$(touch x)`' }), commits: [], pushes: [], tickets },
      ticketLink.settings.parse({ projects }),
    )
    return fixOf(verdict)
  }

  /** Runs the commands in a plain POSIX shell in which git and gh only tell what they were given. */
  const wordsGiven = (commands: readonly string[]): readonly (readonly string[])[] => {
    const script = `git() { printf '%s\\0' git "$@"; printf '\\n\\0'; }; gh() { if [ "$2" = view ]; then printf carried; else printf '%s\\0' gh "$@"; printf '\\n\\0'; fi; }\n${commands.join('\n')}`
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
    return said
      .split('\n\0')
      .slice(0, -1)
      .map((line) => line.split('\0').slice(0, -1))
  }

  test.each([
    'fix',
    'a$(touch x)',
    'a;b',
    "it's",
    "''",
    '"quoted"',
    'a`b`',
    'a&b|c',
    'a(b)',
    'a\\b',
    '!history',
    '*',
    '{a,b}',
    'Größe',
    '\u202ereversed',
    "\u200bzero'width\\",
    '#12',
    '$HOME',
    '@{-1}',
  ])('hands git the branch %j as it is', (branch) => {
    const [rename] = wordsGiven(commandsFor(branch))
    expect(rename?.slice(0, 4)).toEqual(['git', 'branch', '-m', branch])
  })

  test('never takes a branch for an option', () => {
    expect(wordsGiven(commandsFor('--force'))[0]).toEqual(['git', 'branch', '-m', '--', '--force', 'BUG-123-force'])
  })

  test('quotes with plain quotes only, which every shell reads alike', () => {
    expect(commandsFor("\u202etxt's")[0]).toBe("git branch -m '\u202etxt'\\''s' BUG-123-txt-s && \\")
  })

  test('hands gh the base branch as it is, and nothing of the title', () => {
    expect(wordsGiven(commandsFor('fix', "rel;ease's"))[2]).toEqual([
      'gh',
      'pr',
      'create',
      '--head',
      'BUG-123-fix',
      '--base',
      "rel;ease's",
      '--title',
      'carried',
      '--body',
      'carried',
    ])
    expect(commandsFor('fix').join('\n')).not.toContain('touch')
  })
})

/** Texts as long as a commit's message or a description gets, made to be slow to read. */
describe('messages full of keys', () => {
  const many = (start: string, from: number): string =>
    Array.from({ length: 9000 }, (_, index) => `${start}${from + index}`).join(' ')
  const everyPlace = { ...everywhere, trackers: ['jira', 'github-issues'] as ('jira' | 'github-issues')[] }

  const judged = (commits: readonly Commit[], headBranch: string, more: z.input<typeof ticketLink.settings> = {}) => {
    const long = { title: many('ENG-', 1), body: many('#', 1) }
    return ticketLink.evaluate(
      { change: withBranch(headBranch, long), commits, pushes: [], tickets },
      ticketLink.settings.parse({ ...everyPlace, ...more }),
    )
  }

  const headlines = Array.from({ length: 250 }, (_, index) => ({
    ...commitBy(ben),
    headline: many('#', 9000 * index + 1),
    mentions: Array.from({ length: 50 }, (__, one) => `#${50 * index + one + 1}`),
  }))

  test.each([
    ['conflict', 'BUG-1', {}],
    ['give no hint', 'fix-UTF-8', { where: ['branch' as const], trackers: ['jira' as const] }],
    ['do not name the ticket', 'BUG-1', { 'on-conflict': 'first' as const, 'every-commit': true }],
  ])('are judged in few words where they %s', (_when, branch, settings) => {
    const verdict = judged(headlines, branch, settings)
    expect(verdict.outcome).toBe('unmet')
    expect(verdict.because.join(' ').length).toBeLessThan(1000)
  })
})
