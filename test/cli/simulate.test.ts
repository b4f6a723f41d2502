import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { SimulatedChange } from '#operations/simulate-change.ts'
import { change, wholeFacts } from '../controls/sample-change.ts'
import { readProjectFile, root } from '../project/files.ts'
import { filesOf, runOffline } from './offline-doors.ts'

/** A document in which the branch is named so. */
const factsOn = (headBranch: string): string =>
  JSON.stringify({ facts: { ...wholeFacts, change: { known: true, value: { ...change, headBranch } } } })

const files = {
  'met.json': factsOn('BUG-453-fix'),
  'unmet.json': factsOn('fix'),
  'blind.json': JSON.stringify({ facts: {} }),
  '-': factsOn('fix'),
  'all.ndjson': [factsOn('BUG-453-fix'), '{"facts":{}}', factsOn('fix')].join('\n'),
  'some.json': `[${factsOn('BUG-453-fix')},{"facts":{}}]`,
  'one.json': `[${factsOn('BUG-453-fix')}]`,
  'broken.json': '{"facts"',
  'enforce.yml': "mode: 'off'\ncontrols:\n  ticket-link: { mode: enforce, projects: [BUG] }\n",
  'observe.yml': "mode: 'off'\ncontrols:\n  ticket-link: { mode: observe, projects: [BUG] }\n",
  'off.yml': "mode: 'off'\n",
  'wrong.yml': 'mode: enfroce\n',
  '.github/countersign.yml': 'controls:\n  ticket-link: { projects: [ENG] }\n',
  'locking.yml': "mode: 'off'\ncontrols:\n  ticket-link: { mode: enforce, projects: [BUG] }\nlocked: [ticket-link]\n",
}

const simulate = (line: string) => runOffline(['simulate', ...line.split(' ')], { readText: filesOf(files) })

describe('the exit code is the answer', () => {
  test.each([
    [0, 'everything is met', '--facts met.json --policy enforce.yml'],
    [1, 'something is unmet', '--facts unmet.json --policy enforce.yml'],
    [1, 'something observed is unmet', '--facts unmet.json --policy observe.yml'],
    [3, 'something could not be determined', '--facts blind.json --policy enforce.yml'],
    [3, 'nothing is judged', '--facts met.json --policy off.yml'],
    [1, 'the worst of several is unmet', '--facts all.ndjson --policy enforce.yml'],
    [3, 'the worst of several could not be determined', '--facts some.json --policy enforce.yml'],
    [1, 'the facts come from standard input', '--facts - --policy enforce.yml'],
    [1, "a repository's policy alone asks for another project", '--facts met.json --policy .github/countersign.yml'],
    [2, 'there are no facts', '--policy enforce.yml'],
    [2, 'the facts are not there', '--facts none.json'],
    [2, 'the policy is not there', '--facts met.json --policy none.yml'],
    [2, 'the facts are no JSON', '--facts broken.json'],
    [2, 'the policy has a fault', '--facts met.json --policy wrong.yml'],
    [2, 'standard input is to be two files', '--facts - --policy -'],
    [2, 'the layer is none', '--facts met.json --policy enforce.yml --layer team'],
    [
      2,
      'both policies are the repository’s',
      '--facts met.json --policy .github/countersign.yml --repository-policy enforce.yml',
    ],
  ] as const)('%i when %s', async (code, _when, line) => {
    const ran = await simulate(line)
    expect(ran.code).toBe(code)
    if (code === 2) expect([ran.out, ran.err === '']).toEqual(['', false])
    else expect(ran.out).not.toBe('')
  })
})

describe('what is printed', () => {
  test('faults of every file come together, each under its own name', async () => {
    const { err } = await simulate('--facts broken.json --policy wrong.yml')
    expect(err).toMatch(
      /^broken\.json: This is no JSON: .*\.\nwrong\.yml:1: mode: "enfroce" is not possible here\. Did you mean "enforce"\?\nNothing was judged\.\n$/,
    )
  })

  test('with --json one document is an object, and a list is a list though it holds one', async () => {
    const one = JSON.parse((await simulate('--facts met.json --policy enforce.yml --json')).out) as SimulatedChange
    expect(one).toMatchObject({ subject: 'change#12', conclusion: 'success', standing: 'met', notes: [] })
    expect(one.title).toBe('ticket-link is met')
    const list = JSON.parse((await simulate('--facts one.json --policy enforce.yml --json')).out) as unknown
    expect(list).toEqual([one])
  })

  test('what a repository says without effect is a note', async () => {
    const { out } = await simulate('--facts met.json --policy locking.yml --repository-policy .github/countersign.yml')
    expect(out).toMatch(
      /\nNote: Line 2, .*ticket-link\.projects: locking\.yml locks ticket-link\.projects at \["BUG"\]/,
    )
  })

  test('three reasons, and how many more there are', async () => {
    const because = ['one', 'two', 'three', 'four', 'five']
    const judged: SimulatedChange = {
      subject: 'acme/shop#12',
      conclusion: null,
      title: 'Waiting for 1 approval',
      standing: 'waiting',
      policyDigest: '',
      findings: [
        { control: 'independent-review', mode: 'enforce', outcome: 'waiting', awaited: '1 approval', because },
      ],
      notes: [],
    }
    const { out, code } = await runOffline(['simulate', '--facts', 'met.json'], {
      readText: filesOf(files),
      simulateChanges: () => ({ ok: true, isList: false, changes: [judged] }),
    })
    expect(code).toBe(3)
    expect(out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
      'acme/shop#12',
      'CONTROL | MODE | OUTCOME | BECAUSE',
      '… | independent-review | enforce | waiting | one',
      'two',
      'three',
      'and 2 more: --json prints them all',
      'Check: in progress: Waiting for 1 approval',
      '',
    ])
  })

  test('text from outside cannot steer the terminal', async () => {
    const steering = factsOn('fix\u001b[2J\u202e\n\u009b31m')
    const { out } = await runOffline(['simulate', '--facts', 'evil.json'], {
      readText: filesOf({ 'evil.json': steering }),
    })
    expect(out).not.toMatch(/[\u001b\u009b\u202e]/)
  })
})

describe('the guide', () => {
  const folder = join(root, 'docs/operations/examples')
  const shown = [
    ...readProjectFile('docs/operations/simulate.md').matchAll(
      /^```console\n\$ countersign (.*)\n([^`]*)\(exit (\d)\)\n```$/gm,
    ),
  ]

  test('shows three commands', () => {
    expect(shown).toHaveLength(3)
  })

  test.each(shown.map(([, line = '', output = '', code = '']) => [line, output, Number(code)] as const))(
    'shows what countersign %s prints',
    async (line, output, code) => {
      const ran = await runOffline(line.split(' '), { readText: (path) => readFile(join(folder, path), 'utf8') })
      expect([code === 2 ? ran.err : ran.out, ran.code]).toEqual([output, code])
    },
  )
})
