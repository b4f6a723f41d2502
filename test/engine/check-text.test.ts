import { describe, expect, test } from '@jest/globals'
import { catalogue } from '#controls/catalogue.ts'
import type { Finding } from '#engine/assess.ts'
import { checkContents, type CheckInput } from '#engine/check-text.ts'
import type { CheckContent } from '#engine/plan.ts'
import { digestOf } from '#facts/digest.ts'
import { policyOf } from './sample-policy.ts'

const noTicket: Finding = {
  control: 'ticket-link',
  mode: 'enforce',
  outcome: 'unmet',
  because: ['No ticket key in the branch name fix.', 'Put the number of your ticket for 123.'],
  fix: ['git branch -m fix BUG-123-fix', 'git push -u origin BUG-123-fix'],
}
const ticket: Finding = {
  control: 'ticket-link',
  mode: 'enforce',
  outcome: 'met',
  because: ['The branch name carries BUG-1.'],
}
const noReview: Finding = {
  control: 'independent-review',
  mode: 'enforce',
  outcome: 'waiting',
  because: ['Still missing: 1 approval.', 'The approval by ben does not count: ben wrote the commit.'],
  awaited: '1 approval',
}
const noPolicy: Finding = {
  control: 'valid-policy',
  mode: 'enforce',
  outcome: 'not-applicable',
  because: ['The change edits no policy.'],
}
const observed: Finding = { ...noTicket, mode: 'observe' }
const unclear: Finding = {
  control: 'independent-review',
  mode: 'enforce',
  outcome: 'undetermined',
  because: ['commits: more than 250'],
}

const input = (findings: readonly Finding[], more: Partial<CheckInput> = {}): CheckInput => ({
  catalogue,
  on: 'head',
  changes: [{ number: 12, findings }],
  policy: policyOf({}),
  stage: 'retrying',
  notes: [],
  postedNames: [],
  detailsUrl: 'https://countersign.acme.example/changes/1/12',
  ...more,
})

function checkFor(findings: readonly Finding[], more: Partial<CheckInput> = {}): CheckContent {
  const [check] = checkContents(input(findings, more))
  if (check === undefined) throw new Error('There is always one check.')
  return check
}

const summaryFor = (findings: readonly Finding[], more: Partial<CheckInput> = {}): string =>
  checkFor(findings, more).summary

describe('the check', () => {
  test('is one, of constant name, with a button and a link', () => {
    expect(checkContents(input([ticket, noReview]))).toHaveLength(1)
    expect(checkFor([ticket, noReview])).toMatchObject({
      name: 'countersign',
      status: 'in_progress',
      conclusion: null,
      title: 'Waiting for 1 approval',
      detailsUrl: 'https://countersign.acme.example/changes/1/12',
      actions: [{ label: 'Re-check', identifier: 'recheck' }],
    })
  })

  test('keeps its button within the limits of GitHub', () => {
    for (const { label, description, identifier } of checkFor([]).actions) {
      expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true])
    }
  })

  test('says first what is missing, then the commands that mend it, then the rest', () => {
    expect(summaryFor([noReview, noTicket, noPolicy])).toBe(
      [
        '**ticket-link is not met.** No ticket key in the branch name fix. Put the number of your ticket for 123.',
        '',
        'To mend `ticket-link`:',
        '',
        '```sh',
        'git branch -m fix BUG-123-fix',
        'git push -u origin BUG-123-fix',
        '```',
        '',
        '| Control | Standing | Why | Remedy |',
        '|---|---|---|---|',
        '| `independent-review`<br>Enough people who had no hand in the change approved exactly what it holds now ' +
          '| ⏳ waiting | Still missing: 1 approval.<br>The approval by ben does not count: ben wrote the commit. ' +
          '| Ask somebody with write access who wrote, committed and pushed none of it to review the change as it is ' +
          'now; where a rule names teams, people or code owners, one of those. When its content changes they need to ' +
          'approve again. Whoever requested changes has to approve, or their review be dismissed. |',
        '| `ticket-link`<br>The change names the ticket it is for | ❌ not met | No ticket key in the branch name fix.' +
          '<br>Put the number of your ticket for 123. | Name the branch after its ticket, as in ' +
          '`BUG-453-fix-broken-dropdown`, or put the key where the policy looks for it. Which projects count is the ' +
          "policy's list: controls.ticket-link.projects in countersign.yml. While the change waits for the tracker there is nothing to " +
          'mend in it: it is judged again by itself. |',
        '',
        '<details><summary>1 control does not apply</summary>',
        '',
        '- `valid-policy`: The change edits no policy.',
        '',
        '</details>',
        '',
        '<sub>Policy `1a2b3c4d5e6f`: preset `soc2`, no policy file.</sub>',
      ].join('\n'),
    )
  })

  const beginnings: readonly {
    says: string
    findings: readonly Finding[]
    more?: Partial<CheckInput>
    start: string
  }[] = [
    {
      says: 'that it waits',
      findings: [ticket, noReview],
      start: '**Waiting for 1 approval.** Still missing: 1 approval. The approval by ben',
    },
    {
      says: 'that nothing blocks',
      findings: [ticket],
      start: '**Nothing blocks this change.** ticket-link is met.',
    },
    {
      says: 'what is looked for again',
      findings: [unclear],
      start: '**Looking again: independent-review could not be determined yet.** commits: more than 250',
    },
    {
      says: 'what could not be determined',
      findings: [unclear],
      more: { stage: 'final' },
      start: '**independent-review could not be determined.** commits: more than 250',
    },
    {
      says: 'that nothing is enforced',
      findings: [observed],
      start: '**Nothing blocks this change.** Nothing is enforced; 1 observed control would fail.',
    },
    {
      says: 'that no control applies',
      findings: [],
      start: '**Nothing blocks this change.** No control applies.',
    },
    {
      says: 'each thing that is missing',
      findings: [
        noTicket,
        { ...noTicket, control: 'independent-review', because: ['ben requested changes.'], fix: [] },
      ],
      start:
        '**2 controls are not met: ticket-link, independent-review.**\n\n- No ticket key in the branch name fix. Put the ' +
        'number of your ticket for 123.\n- ben requested changes.',
    },
  ]

  for (const { says, findings, more, start } of beginnings) {
    test(`begins with ${says}`, () => {
      expect(summaryFor(findings, more).slice(0, start.length)).toBe(start)
    })
  }

  test('says of what is only observed that it would fail, and how to mend it', () => {
    const check = checkFor([observed])
    expect(check.conclusion).toBe('success')
    expect(check.summary).toContain('⚠️ would fail (observed only)')
    expect(check.summary).toContain('git branch -m fix BUG-123-fix')
  })

  test.each([
    ['enforce', '✅ met for now', 'ticket-link is met for now: it is judged again when its tracker answers.'],
    ['observe', '✅ met for now (observed only)', 'Nothing is enforced.'],
  ] as const)('says of what is met only until its tracker answers that it is so for now: %s', (mode, mark, title) => {
    const provisional: Finding = { ...ticket, mode, outcome: 'met', provisional: true }
    const check = checkFor([provisional])
    expect(check.conclusion).toBe('success')
    expect(check.summary).toContain(`| ${mark} | The branch name carries BUG-1. |`)
    expect(check.summary.startsWith(`**Nothing blocks this change.** ${title}`)).toBe(true)
    expect(check.digest).not.toBe(checkFor([{ ...ticket, mode }]).digest)
  })

  test('shows no figures: they are evidence, and sentences tell what counts', () => {
    const figures = { commits: 7_001, commitsWithKey: 6_003 }
    expect(checkFor([{ ...ticket, figures }])).toEqual(checkFor([ticket]))
  })

  test('names the policy files and the notes', () => {
    const origin = {
      layer: 'organization',
      repository: 'acme/.github',
      path: 'countersign.yml',
      commitSha: 'f'.repeat(40),
    } as const
    const summary = summaryFor([ticket], {
      policy: policyOf({}, { origins: [origin] }),
      notes: ['acme/.github/countersign.yml is malformed: the last good policy stays in force.'],
    })
    expect(summary).toContain('preset `soc2`, `acme/.github/countersign.yml`.')
    expect(summary).not.toContain('fffffff')
    expect(summary).toContain('\n> acme/.github/countersign.yml is malformed: the last good policy stays in force.\n')
  })

  test('reads the same for the same findings, and its digest tells any difference', () => {
    const check = checkFor([ticket, noReview])
    expect(checkFor([ticket, noReview])).toEqual(check)
    const { digest, ...content } = check
    expect(digest).toBe(digestOf(content))
    expect(checkFor([ticket, { ...noReview, because: ['Still missing: 2 approvals.'] }]).digest).not.toBe(digest)
    expect(checkFor([ticket, noReview], { detailsUrl: null }).digest).not.toBe(digest)
  })

  test('does not know a control that has left the catalogue, and shows its finding all the same', () => {
    expect(summaryFor([{ ...ticket, control: 'gone' }])).toContain(
      '| `gone` | ✅ met | The branch name carries BUG-1. |',
    )
  })
})

describe('a head commit that several open pull requests have', () => {
  const other = { number: 7, findings: [ticket] }
  const shared = checkFor([noTicket], { changes: [other, { number: 12, findings: [noTicket] }] })

  test('gets the worst of their answers, and each is listed', () => {
    expect(shared).toMatchObject({
      conclusion: 'failure',
      title: '#12: ticket-link: No ticket key in the branch name fix',
      detailsUrl: null,
    })
    expect(shared.summary.startsWith('**2 open pull requests have this head commit')).toBe(true)
    expect(shared.summary.indexOf('### #7')).toBeLessThan(shared.summary.indexOf('### #12'))
  })

  test('gets the same text whichever was judged last', () => {
    const turned = checkFor([ticket], { changes: [{ number: 12, findings: [noTicket] }, other] })
    expect(turned).toEqual(shared)
  })
})

describe('on a group of the merge queue', () => {
  const changes = [
    { number: 12, findings: [ticket] },
    { number: 9, findings: [noTicket] },
  ]

  test('the check says so, and lists each pull request, the worst in the title', () => {
    const check = checkFor([], { on: 'merge-group', changes, detailsUrl: null })
    expect(check).toMatchObject({
      conclusion: 'failure',
      title: '#9: ticket-link: No ticket key in the branch name fix',
    })
    expect(check.summary.startsWith('**This group of the merge queue merges 2 pull requests')).toBe(true)
    expect(check.summary.indexOf('### #9')).toBeLessThan(check.summary.indexOf('### #12'))
  })

  test('a group of one names its pull request all the same', () => {
    const check = checkFor([], { on: 'merge-group', changes: changes.slice(0, 1), detailsUrl: null })
    expect(check).toMatchObject({ conclusion: 'success', title: '#12: ticket-link is met' })
    expect(check.summary.startsWith('This group of the merge queue merges one pull request')).toBe(true)
  })
})

describe('with a check per control', () => {
  const perControl = policyOf({}, { checks: 'per-control' })

  test('there is one more for each, which says that control alone', () => {
    const checks = checkContents(input([noReview, ticket], { policy: perControl }))
    expect(checks.map(({ name, status, title }) => [name, status, title])).toEqual([
      ['countersign', 'in_progress', 'Waiting for 1 approval'],
      ['countersign/independent-review', 'in_progress', 'Waiting for 1 approval'],
      ['countersign/ticket-link', 'completed', 'ticket-link is met'],
    ])
  })

  test('a control that only another pull request on the commit has is there as well', () => {
    const changes = [
      { number: 7, findings: [noTicket] },
      { number: 12, findings: [noReview] },
    ]
    const checks = checkContents(input([noReview], { policy: perControl, changes }))
    expect(checks.map(({ name, title }) => [name, title]).at(-1)).toEqual([
      'countersign/ticket-link',
      'ticket-link: No ticket key in the branch name fix',
    ])
  })
})

describe('however much there is to say,', () => {
  const hostile = '|<b>@x$'.repeat(500)

  test.each<[string, readonly Finding[], Partial<CheckInput>]>([
    [
      'many reasons',
      [{ ...noTicket, because: Array.from({ length: 5_000 }, (_, at) => `Reason ${at} ${hostile}`) }],
      {},
    ],
    ['one long reason', [{ ...noTicket, because: [hostile.repeat(50)] }], {}],
    [
      'many pull requests',
      [noTicket],
      { changes: Array.from({ length: 500 }, (_, at) => ({ number: 100 + at, findings: [noTicket, noReview] })) },
    ],
    ['many notes', [noTicket], { notes: Array.from({ length: 2_000 }, () => hostile) }],
    ['long commands', [{ ...noTicket, fix: ['x'.repeat(70_000)] }], {}],
  ])('the summary keeps to the limit of GitHub with %s', (_name, findings, more) => {
    const { summary } = checkFor(findings, more)
    expect(summary.length).toBeLessThanOrEqual(65_535)
    expect(summary).toContain('ticket-link')
  })

  test('it says how much it leaves out, and cuts no escape in half', () => {
    const because = Array.from({ length: 5_000 }, (_, at) => `Reason ${at} ${hostile}`)
    const summary = summaryFor([{ ...noTicket, because }])
    expect(summary).toMatch(/… and [0-9,]+ more\./)
    const row = summary.split('\n').find((line) => line.startsWith('| `ticket-link`')) ?? ''
    expect(row.split('|')).toHaveLength(6)
    expect(row.replaceAll(/<\/?span>|<br>/g, '')).not.toMatch(/[<>]|@[^\u200b]/)
  })
})

describe('text from outside is shown as text', () => {
  test.each([
    ['a mention', 'Fix for @cleo', '@cleo'],
    ['HTML', '<img src=x onerror=alert(1)>', '<img'],
    ['a link', '[x](javascript:alert(1))', '[x]('],
    ['a table pipe', 'a | b', 'a | b'],
    ['a code fence', 'a ``` b', '```'],
    ['a line break', 'a\nb', 'a\nb'],
    ['a control character', 'a\u0007b', '\u0007'],
    ['a right-to-left mark', 'a\u202eb', '\u202e'],
  ])('in a reason, a note and a title: %s', (_name, text, never) => {
    const check = checkFor([{ ...noReview, because: [text], awaited: text }], { notes: [text] })
    expect(check.summary).not.toContain(never)
  })

  test('a policy file cannot close its code span', () => {
    const origin = { layer: 'repository', repository: 'acme/shop', path: 'a`b|<i>', commitSha: '`' } as const
    const summary = summaryFor([ticket], { policy: policyOf({}, { origins: [origin] }) })
    expect(summary).toContain('<code>acme/shop/a\\`b&#124;&lt;i&gt;</code>.')
  })

  test('a command cannot close its block', () => {
    const summary = summaryFor([{ ...noTicket, fix: ['git branch -m a```b x', '```', '# <b>'] }])
    expect(summary).toContain('````sh\ngit branch -m a```b x\n```\n# <b>\n````')
  })
})
