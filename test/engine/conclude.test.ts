import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '#engine/assess.ts'
import { conclude, type Conclusion, type Stage, worseFirst } from '#engine/conclude.ts'

type Mode = Finding['mode']
const because: readonly string[] = ['reason']
const met = (control: string, mode: Mode = 'enforce'): Finding => ({ control, mode, outcome: 'met', because })
const forNow = (control: string, mode: Mode = 'enforce'): Finding => ({
  control,
  mode,
  outcome: 'met',
  because,
  provisional: true,
})
const moot = (control: string, mode: Mode = 'enforce'): Finding => ({
  control,
  mode,
  outcome: 'not-applicable',
  because,
})
const unmet = (control: string, mode: Mode = 'enforce'): Finding => ({
  control,
  mode,
  outcome: 'unmet',
  because,
  fix: [],
})
const unclear = (control: string, mode: Mode = 'enforce'): Finding => ({
  control,
  mode,
  outcome: 'undetermined',
  because,
})
const waits = (control: string, awaited = '1 approval', mode: Mode = 'enforce'): Finding => ({
  control,
  mode,
  outcome: 'waiting',
  because,
  awaited,
})

const success = (title: string): Conclusion => ({ status: 'completed', conclusion: 'success', title })
const failure = (title: string): Conclusion => ({ status: 'completed', conclusion: 'failure', title })
const inProgress = (title: string): Conclusion => ({ status: 'in_progress', conclusion: null, title })

const rows: readonly { when: string; findings: readonly Finding[]; stage?: Stage; expect: Conclusion }[] = [
  { when: 'nothing is judged', findings: [], expect: success('No control applies') },
  { when: 'all are met', findings: [met('a'), met('b')], expect: success('2 controls are met') },
  { when: 'one is met and one does not apply', findings: [met('a'), moot('b')], expect: success('a is met') },
  { when: 'none applies', findings: [moot('a')], expect: success('No control asks for anything') },
  { when: 'one is unmet', findings: [met('a'), unmet('b')], expect: failure('b: reason') },
  {
    when: 'two are unmet',
    findings: [unmet('a'), unmet('b')],
    expect: failure('2 controls are not met: a, b'),
  },
  { when: 'one waits', findings: [met('a'), waits('b')], expect: inProgress('Waiting for 1 approval') },
  {
    when: 'two wait',
    findings: [waits('a'), waits('b', '2 approvals for payments')],
    expect: inProgress('Waiting for 1 approval and 2 approvals for payments'),
  },
  { when: 'one is unmet and one waits', findings: [unmet('a'), waits('b')], expect: failure('a: reason') },
  {
    when: 'one could not be determined and is looked for again',
    findings: [unclear('a'), met('b')],
    expect: inProgress('Looking again: a could not be determined yet'),
  },
  {
    when: 'one could not be determined and another waits',
    findings: [unclear('a'), waits('b')],
    expect: inProgress('Looking again: a could not be determined yet; waiting for 1 approval'),
  },
  {
    when: 'one could not be determined at last',
    findings: [unclear('a'), met('b')],
    stage: 'final',
    expect: failure('a could not be determined'),
  },
  {
    when: 'one could not be determined at last and another waits',
    findings: [unclear('a'), waits('b')],
    stage: 'final',
    expect: failure('a could not be determined'),
  },
  {
    when: 'one is unmet while another is still looked for',
    findings: [unclear('a'), unmet('b')],
    expect: failure('b: reason'),
  },
  {
    when: 'only what is observed is unmet',
    findings: [met('a'), unmet('b', 'observe')],
    expect: success('a is met; 1 observed control would fail'),
  },
  {
    when: 'everything is observed and unmet',
    findings: [unmet('a', 'observe'), unmet('b', 'observe')],
    expect: success('Nothing is enforced; 2 observed controls would fail'),
  },
  {
    when: 'what is observed waits or could not be determined',
    findings: [waits('a', 'x', 'observe'), unclear('b', 'observe')],
    stage: 'final',
    expect: success('Nothing is enforced'),
  },
  {
    when: 'one of three is met only until its tracker answers',
    findings: [met('a'), forNow('ticket-link'), met('b')],
    expect: success('3 controls are met; ticket-link for now: it is judged again when its tracker answers'),
  },
  {
    when: 'the only one is met until its tracker answers',
    findings: [forNow('ticket-link'), moot('b')],
    expect: success('ticket-link is met for now: it is judged again when its tracker answers'),
  },
  {
    when: 'two are met until trackers answer, and an observed one would fail',
    findings: [forNow('a'), forNow('b'), unmet('c', 'observe')],
    expect: success(
      '2 controls are met; a and b for now: they are judged again when trackers answer; 1 observed control would fail',
    ),
  },
  {
    when: 'what is only observed is met until its tracker answers',
    findings: [met('a'), forNow('b', 'observe')],
    expect: success('a is met'),
  },
  {
    when: 'one is met until its tracker answers and another is unmet',
    findings: [forNow('a'), unmet('b')],
    expect: failure('b: reason'),
  },
  {
    when: 'the tracker of a ticket is waited for',
    findings: [waits('ticket-link', 'Jira to answer about BUG-453')],
    expect: inProgress('Waiting for Jira to answer about BUG-453'),
  },
]

describe('conclude', () => {
  for (const { when, findings, stage, expect: expected } of rows) {
    test(`${expected.conclusion ?? expected.status} when ${when}`, () => {
      expect(conclude(findings, stage ?? 'retrying')).toEqual(expected)
    })
  }

  test('keeps a title to one short line', () => {
    const { title } = conclude([waits('a', `x\n${'y'.repeat(500)}\u202e`)], 'retrying')
    expect(title).toMatch(/^Waiting for x y+…$/)
    expect(title.length).toBeLessThanOrEqual(200)
  })
})

const modes = fc.constantFrom<Mode>('enforce', 'observe')
const anyFinding = fc.oneof(
  ...[met, forNow, moot, unmet, unclear].map((make) => modes.map((mode) => make('a', mode))),
  modes.map((mode) => waits('a', '1 approval', mode)),
)

describe('whatever the findings are,', () => {
  test('what is enforced and undetermined, unmet or waiting never comes out green', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), fc.constantFrom<Stage>('retrying', 'final'), (findings, stage) => {
        const open = findings.some(
          ({ mode, outcome }) => mode === 'enforce' && ['undetermined', 'unmet', 'waiting'].includes(outcome),
        )
        expect(conclude(findings, stage).conclusion === 'success').toBe(!open)
      }),
    )
  })

  test('a conclusion is there exactly when the check is completed', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), fc.constantFrom<Stage>('retrying', 'final'), (findings, stage) => {
        const { status, conclusion } = conclude(findings, stage)
        expect(conclusion !== null).toBe(status === 'completed')
      }),
    )
  })
})

test('a failure is worse than a wait, and that is worse than a success', () => {
  const sorted = [success('c'), failure('a'), inProgress('b')].toSorted((one, other) => worseFirst(one, other))
  expect(sorted.map(({ title }) => title)).toEqual(['a', 'b', 'c'])
})
