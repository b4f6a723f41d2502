import { describe, expect, test } from '@jest/globals'
import type { Finding } from '#engine/assess.ts'
import { auditComment, type AuditInput } from '#engine/audit-comment.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import {
  ana,
  approvalBy,
  ben,
  change,
  checkResult,
  cleo,
  commitBy,
  headSha,
  oldSha,
  wholeFacts,
} from '../controls/sample-change.ts'
import { policyOf } from './sample-policy.ts'

const facts: ChangeFacts = {
  ...wholeFacts,
  change: known({
    ...change,
    state: 'merged',
    merge: { at: '2026-05-05T08:00:00Z', by: ana, commitSha: 'c'.repeat(40) },
  }),
  commits: known([commitBy(ana, cleo), { ...commitBy(ana), committer: { name: 'Jane | Doe', account: null } }]),
  reviews: known([
    approvalBy(ben),
    approvalBy(cleo, { commitSha: oldSha }),
    approvalBy(ana, { state: 'commented' }),
    approvalBy(null, { id: 1, commitSha: null }),
  ]),
  pushes: known([{ before: oldSha, after: headSha, by: cleo }]),
  checks: known([checkResult({ name: 'ci / test', source: 'github-actions', outcome: 'success' })]),
}

const findings: readonly Finding[] = [
  { control: 'independent-review', mode: 'enforce', outcome: 'met', because: ['ben approved def5678, the head.'] },
  { control: 'ticket-link', mode: 'observe', outcome: 'met', because: ['The branch name carries BUG-453.'] },
]

const origin = {
  layer: 'organization',
  repository: 'acme/.github',
  path: 'countersign.yml',
  commitSha: 'f'.repeat(40),
} as const

const input: AuditInput = {
  subject: { kind: 'change', installationId: 1, repositoryId: 99, owner: 'acme', repository: 'shop', number: 12 },
  facts,
  findings,
  policy: policyOf({}, { origins: [origin] }),
  ledgerPosition: 41,
}

describe('the audit comment', () => {
  test('is the record of the change', () => {
    const { marker, body } = auditComment(input)
    expect(marker).toBe('<!-- countersign:audit change/99/12 -->')
    expect(body).toBe(
      [
        marker,
        '',
        '### Audit record of `acme/shop` pull request 12',
        '',
        '| | |',
        '|---|---|',
        '| **Ticket** | The branch name carries BUG-453. |',
        '| **Contributors** | `ana` (id 1)<br>`cleo` (id 3)<br><code>Jane &#124; Doe</code> (no GitHub account) |',
        '| **Approvals** | a deleted account approved an unknown commit' +
          `<br>\`ben\` (id 2) approved \`${headSha}\`<br>\`cleo\` (id 3) approved \`${oldSha}\` |`,
        '| **Tested by** | `ci / test` by `github-actions`: success |',
        `| **Merged** | by \`ana\` (id 1) at \`2026-05-05T08:00:00Z\` as \`${'c'.repeat(40)}\` |`,
        `| **Policy** | \`${input.policy.digest}\`, preset \`soc2\`<br>\`acme/.github/countersign.yml\` at \`${'f'.repeat(40)}\` |`,
        '| **Waivers** | none |',
        '| **Ledger** | entry 41 |',
        '',
        '| Control | Finding | Mode | Why |',
        '|---|---|---|---|',
        '| `independent-review` | met | enforce | ben approved def5678, the head. |',
        '| `ticket-link` | met | observe | The branch name carries BUG-453. |',
      ].join('\n'),
    )
  })

  test('is the same for the same change, in whatever order GitHub lists things', () => {
    const turned = { ...facts, reviews: known(facts.reviews.known ? facts.reviews.value.toReversed() : []) }
    expect(auditComment({ ...input, facts: turned })).toEqual(auditComment(input))
  })

  test.each<[string, Partial<ChangeFacts>, string]>([
    ['the change', { change: unknown('hidden @x') }, '| **Merged** | could not be seen: hidden @\u200bx |'],
    ['the commits', { commits: unknown('too many') }, '| **Contributors** | could not be seen: too many |'],
    [
      'the pushers',
      { pushes: unknown('a push was lost') },
      '| **Contributors** | could not be seen: a push was lost |',
    ],
    ['the reviews', { reviews: unknown('cut off') }, '| **Approvals** | could not be seen: cut off |'],
    ['the checks', { checks: unknown('no permission') }, '| **Tested by** | could not be seen: no permission |'],
    ['anybody who approved', { reviews: known([]) }, '| **Approvals** | none |'],
    [
      'anybody who merged',
      { change: known({ ...change, merge: { at: '2026-05-05', by: null, commitSha: null } }) },
      '| **Merged** | by a deleted account at `2026-05-05` |',
    ],
    [
      'the author',
      { change: known({ ...change, author: null }) },
      '| **Contributors** | a deleted account<br>`ana` (id 1)',
    ],
    ['a merge', { change: known(change) }, '| **Merged** | not merged |'],
  ])('says so when it could not see %s', (_name, less, line) => {
    expect(auditComment({ ...input, facts: { ...facts, ...less } }).body).toContain(line)
  })

  test('tells what was not judged, not recorded, and excepted', () => {
    const { body } = auditComment({
      ...input,
      findings: [],
      ledgerPosition: null,
      waivers: ['Release freeze, by @ana.'],
    })
    expect(body).toContain('| **Ticket** | not judged |')
    expect(body).toContain('| **Ledger** | not recorded |')
    expect(body).toContain('| **Waivers** | Release freeze, by @\u200bana. |')
  })

  test.each([
    ['a mention', '@cleo', /(?<!`)@cleo/],
    ['HTML', '<b>', /(?<!`)<b>/],
    ['a table pipe', 'a | b', /a \| b/],
    ['a line break', 'a\nb', /a\nb/],
    ['a right-to-left mark', '\u202e', /\u202e/],
    ['the end of a comment', '--> x', /(?<!`)--> x/],
  ])('shows text from outside as text: %s', (_name, text, never) => {
    const account = { ...ben, login: text }
    const hostile: ChangeFacts = {
      ...facts,
      commits: known([commitBy(account), { ...commitBy(), authors: [{ name: text, account: null }] }]),
      reviews: known([approvalBy(account)]),
      checks: known([checkResult({ name: text, source: text, outcome: 'failure' })]),
    }
    const because = [text]
    const { body } = auditComment({
      ...input,
      facts: hostile,
      findings: [{ control: 'x', mode: 'enforce', outcome: 'met', because }],
    })
    expect(body.replace(/^<!--.*-->$/m, '')).not.toMatch(never)
  })

  test.each([
    [
      'checks',
      {
        checks: known(
          Array.from({ length: 3_000 }, (_, at) => checkResult({ name: `${at}${'|<'.repeat(200)}`, source: 'x' })),
        ),
      },
    ],
    [
      'contributors',
      {
        commits: known(
          Array.from({ length: 9_000 }, (_, at) => commitBy({ ...ben, id: at + 10, login: `user-${at}` })),
        ),
      },
    ],
  ])('keeps to the limit of GitHub with any number of %s, and says what it leaves out', (_name, more) => {
    const { body } = auditComment({ ...input, facts: { ...facts, ...more } })
    expect(body.length).toBeLessThanOrEqual(65_536)
    expect(body).toMatch(/… and \d+ more/)
    expect(body).toContain('entry 41')
  })

  test('keeps to the limit of GitHub with endless reasons', () => {
    const many = Array.from({ length: 300 }, (_, at): Finding => ({
      control: `control-${at}`,
      mode: 'enforce',
      outcome: 'met',
      because: Array.from({ length: 9 }, () => '$'.repeat(400)),
    }))
    const { marker, body } = auditComment({ ...input, findings: many })
    expect(body.length).toBeLessThanOrEqual(65_536)
    expect(body.startsWith(marker)).toBe(true)
    expect(body).toContain('entry 41')
  })
})
