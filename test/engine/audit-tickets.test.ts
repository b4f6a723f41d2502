import { describe, expect, test } from '@jest/globals'
import type { Finding } from '#engine/assess.ts'
import { auditAddition, type AuditAdditionInput, auditComment } from '#engine/audit-comment.ts'
import { known, unknown } from '#facts/fact.ts'
import type { NamedTicket, Ticket, TicketAnswer } from '#facts/ticket.ts'
import { wholeFacts } from '../controls/sample-change.ts'
import { policyOf } from './sample-policy.ts'
import { foundTicket, ticket } from './sample-tickets.ts'

const met: Finding = {
  control: 'ticket-link',
  mode: 'enforce',
  outcome: 'met',
  because: ['The branch name carries BUG-453.'],
}
const moot: Finding = { control: 'valid-policy', mode: 'enforce', outcome: 'not-applicable', because: ['No policy.'] }

const inputWith = (tickets: readonly NamedTicket[], findings: readonly Finding[] = [met]): AuditAdditionInput => ({
  subject: { kind: 'change', installationId: 1, repositoryId: 99, owner: 'acme', repository: 'shop', number: 12 },
  facts: { ...wholeFacts, tickets: known(tickets) },
  findings,
  policy: policyOf({}),
  ledgerPosition: 52,
  at: '2026-11-10T12:00:00.000Z',
  findingsDigest: 'd1'.repeat(32),
})

const found = (more: Partial<Ticket>, reading: Partial<NamedTicket> = {}): NamedTicket => ({
  ...foundTicket,
  answer: { outcome: 'found', ticket: { ...ticket, ...more } },
  ...reading,
})
const answered = (answer: TicketAnswer): NamedTicket => ({ ...foundTicket, answer })
const read = 'read at `2026-05-05T08:00:01.000Z`'
const created = 'created at `2026-05-01T08:00:00.000Z`'

const rows: readonly (readonly [says: string, ticket: NamedTicket, line: string])[] = [
  [
    'what it is, its state and who made it',
    foundTicket,
    `\`BUG-453\` in Jira: type \`Bug\`, status \`In Progress\`, ${created}; ${read}`,
  ],
  [
    'nothing of a type where there is none',
    found({ type: null }),
    `\`BUG-453\` in Jira: status \`In Progress\`, ${created}; ${read}`,
  ],
  ['nothing of who created it', found({ creator: 'Ana Doe' }), `${created}; ${read}`],
  ['its new key when it has been moved', found({ key: 'ENG-7' }), '`BUG-453` in Jira, now `ENG-7`: type'],
  ['one key when only its case differs', found({ key: 'bug-453' }), '`BUG-453` in Jira: type'],
  [
    'that the answer is stale, and why',
    found({}, { staleBecause: 'took longer than 10 s' }),
    `; ${read}, not newer because Jira took longer than 10 s`,
  ],
  [
    'that it is not shown',
    answered({ outcome: 'not-found-or-hidden' }),
    `\`BUG-453\` in Jira: not found, or hidden from this app; ${read}`,
  ],
  [
    'that there was no answer',
    answered({ outcome: 'unavailable', why: 'answered 503' }),
    '`BUG-453` in Jira: no answer, because Jira answered 503; asked at `2026-05-05T08:00:01.000Z`',
  ],
  [
    'that nobody could be asked',
    answered({ outcome: 'not-connected', why: 'Set JIRA_URL.' }),
    String.raw`: could not be asked. Set JIRA\_URL.`,
  ],
  [
    'its tracker by name',
    {
      ...foundTicket,
      tracker: 'github-issues',
      key: 'acme/shop#7',
      named: '#7',
      answer: { outcome: 'not-found-or-hidden' },
    },
    '`#7` in GitHub: not found',
  ],
]

describe('the record of a merged change tells of its ticket', () => {
  test.each(rows)('%s', (_says, named, line) => {
    const row = auditComment(inputWith([named]))
      .body.split('\n')
      .find((text) => text.startsWith('| **Ticket** |'))
    expect(row).toContain('| **Ticket** | The branch name carries BUG-453.<br>')
    expect(row).toContain(line)
  })

  test('nothing beyond the reasons when none was looked up', () => {
    expect(auditComment(inputWith([])).body).toContain('| **Ticket** | The branch name carries BUG-453. |')
  })

  test('that tickets could not be looked up', () => {
    const input = inputWith([])
    const { body } = auditComment({ ...input, facts: { ...input.facts, tickets: unknown('the store is away') } })
    expect(body).toContain('| **Ticket** | The branch name carries BUG-453.<br>could not be seen: the store is away |')
  })

  test.each([
    ['the record', (input: AuditAdditionInput) => auditComment(input).body],
    ['an addition', (input: AuditAdditionInput) => auditAddition(input).text],
  ])('never by its title, in %s', (_name, say) => {
    expect(say(inputWith([foundTicket]))).not.toContain('secret plan')
  })

  test.each([
    ['a mention', '@cleo', /(?<!`)@cleo/],
    ['HTML', '<b>', /(?<!`)<b>/],
    ['a table pipe', 'a | b', /a \| b/],
    ['a line break', 'a\nb', /a\nb/],
    ['a right-to-left mark', '\u202e', /\u202e/],
    ['the end of a code span', '` @ben', /(?<!`` )` @ben/],
    ['the end of a comment', '--> x', /(?<!`)--> x/],
  ])('with text from outside shown as text: %s', (_name, text, never) => {
    const hostile = [
      found({ key: text, type: text, status: text, creator: text, createdAt: text }, { key: text, staleBecause: text }),
      answered({ outcome: 'unavailable', why: text }),
      answered({ outcome: 'not-connected', why: text }),
    ]
    const input = inputWith(hostile)
    for (const said of [auditComment(input).body, auditAddition(input).text]) {
      expect(said.replace(/^<!--.*-->$/m, '')).not.toMatch(never)
    }
  })

  test('that a finding is met only for now, without its figures', () => {
    const figures = { commits: 7_001 }
    const { body } = auditComment(inputWith([], [{ ...met, outcome: 'met', provisional: true, figures }]))
    expect(body).toContain('| `ticket-link` | met, for now | enforce | The branch name carries BUG-453. |')
    expect(body).not.toContain('7001')
  })

  test('and leaves room in the comment for an addition of any length', () => {
    const many = Array.from({ length: 500 }, () => found({ status: '<'.repeat(400) }))
    const record = auditComment(inputWith(many)).body
    const addition = auditAddition(inputWith(many))
    expect(addition.text.length).toBeLessThanOrEqual(16_000)
    expect(`${record}\n\n${addition.text}`.length).toBeLessThanOrEqual(65_536)
    expect(addition.text).toMatch(/… and \d+ more/)
  })
})

describe('an addition to the record', () => {
  const input = inputWith([foundTicket], [met, moot])

  test('tells what was found, by which policy, and where the ledger has it', () => {
    const { marker, text } = auditAddition(input)
    expect(marker).toBe(`<!-- countersign:addition ${'d1'.repeat(32)} -->`)
    expect(text).toBe(
      [
        marker,
        '',
        '**Added 2026-11-10T12:00:00.000Z.** This change was judged again; what stands above is told as it was found then.',
        '',
        '| | |',
        '|---|---|',
        `| **Ticket** | \`BUG-453\` in Jira: type \`Bug\`, status \`In Progress\`, ${created}; ${read} |`,
        `| **Policy** | \`${input.policy.digest}\`, preset \`soc2\`, no policy file |`,
        '| **Ledger** | entry 52 |',
        '',
        '| Control | Finding | Mode | Why |',
        '|---|---|---|---|',
        '| `ticket-link` | met | enforce | The branch name carries BUG-453. |',
      ].join('\n'),
    )
  })

  test('is one line where there is no room for it', () => {
    const { marker, shortText } = auditAddition(input)
    expect(shortText).toBe(
      `**Added 2026-11-10T12:00:00.000Z.** This change was judged again: see entry 52 of the ledger. ${marker}`,
    )
    expect(auditAddition({ ...input, ledgerPosition: null }).shortText).toContain('it is not in the ledger.')
  })

  test('says so when no control asks for anything any more', () => {
    expect(auditAddition({ ...input, findings: [moot] }).text.endsWith('No control asks for anything.')).toBe(true)
  })

  test('keeps to its length with endless reasons, and is one line when nothing else fits', () => {
    const many = Array.from({ length: 300 }, (_, at): Finding => ({
      ...met,
      control: `control-${at}`,
      because: ['$'.repeat(400)],
    }))
    const { marker, text, shortText } = auditAddition({ ...input, findings: many })
    expect(text).toBe(shortText)
    expect(text).toContain(marker)
    const fewer = auditAddition({
      ...input,
      findings: [{ ...met, because: Array.from({ length: 90 }, () => '$'.repeat(300)) }],
    })
    expect(fewer.text.length).toBeLessThanOrEqual(16_000)
    expect(fewer.text).toContain('… and 89 more')
  })
})
