import { describe, expect, test } from '@jest/globals'
import { changeTested } from '#controls/change/change-tested.ts'
import type { Change, ChangedFile, CheckResult, RequiredCheck } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { checkControl } from '../check-control.ts'
import { change, ci } from '../sample-change.ts'

const lint: CheckResult = { ...ci, name: 'lint' }
const forged: CheckResult = { ...ci, source: 'other-app', appId: 7, workflow: known(null) }

const requiring = (...names: readonly string[]): readonly RequiredCheck[] =>
  names.map((name) => ({ name, appId: 15368 }))

const editedWorkflow: ChangedFile = {
  path: '.github/workflows/ci.yml',
  status: 'modified',
  previousPath: null,
  additions: 1,
  deletions: 0,
}

interface Scene {
  readonly change?: Partial<Change>
  readonly checks: readonly CheckResult[]
  readonly required?: readonly RequiredCheck[]
  readonly files?: readonly ChangedFile[]
}

const facts = ({ change: more = {}, checks, required = requiring('ci'), files = [] }: Scene) => ({
  change: { ...change, ...more },
  checks,
  requiredChecks: known(required),
  files: known(files),
})

const pinnedToApp = { name: 'ci', app: 15368 }
const pinnedToWorkflow = { name: 'ci', workflow: '.github/workflows/ci.yml' }
const ciPassed = 'ci by github-actions (.github/workflows/ci.yml) passed.'
const ciRuns = 'ci by github-actions (.github/workflows/ci.yml) has not ended yet.'

checkControl(changeTested, [
  {
    when: 'every check that the rules of the branch require has passed',
    facts: facts({ checks: [ci, lint], required: requiring('lint', 'ci') }),
    expect: {
      outcome: 'met',
      because: [ciPassed, 'lint by github-actions (.github/workflows/ci.yml) passed.'],
    },
  },
  {
    when: 'the policy lists a check and that has passed',
    facts: facts({ checks: [ci], required: [] }),
    settings: { checks: [pinnedToApp] },
    expect: { outcome: 'met', because: [ciPassed] },
  },
  {
    when: 'the policy lists a check that passed, and the rules require one that did not',
    facts: facts({ checks: [ci], required: requiring('lint') }),
    settings: { checks: [pinnedToApp] },
    expect: 'met',
  },
  {
    when: 'the policy names a check, which the rules pin to an app',
    facts: facts({ checks: [ci, lint], required: requiring('ci', 'lint') }),
    settings: { checks: ['ci'] },
    expect: { outcome: 'met', because: [ciPassed] },
  },
  {
    when: 'a required check turned red after it was green',
    facts: facts({ checks: [{ ...ci, outcome: 'failure' }] }),
    expect: {
      outcome: 'unmet',
      because: ['ci by github-actions (.github/workflows/ci.yml) failed.'],
      fix: [],
    },
  },
  {
    when: 'one check failed and another still runs, which it names too',
    facts: facts({
      checks: [
        { ...ci, outcome: 'pending' },
        { ...lint, outcome: 'failure' },
      ],
      required: requiring('ci', 'lint'),
    }),
    expect: {
      outcome: 'unmet',
      because: ['lint by github-actions (.github/workflows/ci.yml) failed.', ciRuns],
      fix: [],
    },
  },
  {
    when: 'a check runs again after an older success',
    facts: facts({ checks: [{ ...ci, outcome: 'pending' }] }),
    expect: { outcome: 'waiting', awaited: 'ci', because: [ciRuns] },
  },
  {
    when: 'one check still runs and another has not started',
    facts: facts({ checks: [{ ...ci, outcome: 'pending' }], required: requiring('ci', 'lint') }),
    expect: {
      outcome: 'waiting',
      awaited: 'ci and lint',
      because: [ciRuns, 'lint has not been reported by app 15368 on the head commit yet.'],
    },
  },
  {
    when: 'five checks have not started, of which it names three in the title',
    facts: facts({ checks: [], required: requiring('a', 'b', 'c', 'd', 'e') }),
    expect: {
      outcome: 'waiting',
      awaited: 'a, b, c and 2 more',
      because: ['a', 'b', 'c', 'd', 'e'].map(
        (name) => `${name} has not been reported by app 15368 on the head commit yet.`,
      ),
    },
  },
  {
    when: 'another app reports a success of that name',
    facts: facts({ checks: [forged] }),
    settings: { checks: [pinnedToApp] },
    expect: {
      outcome: 'waiting',
      awaited: 'ci',
      because: [
        'ci has not been reported by app 15368 on the head commit yet. ci by other-app does not count: the policy asks for ' +
          'it from app 15368.',
      ],
    },
  },
  {
    when: 'another app reports a success over a failure',
    facts: facts({ checks: [{ ...ci, outcome: 'failure' }, forged] }),
    expect: 'unmet',
  },
  {
    when: 'another app reports a failure beside the success',
    facts: facts({ checks: [ci, { ...forged, outcome: 'failure' }] }),
    expect: 'met',
  },
  {
    when: 'a check was skipped',
    facts: facts({ checks: [{ ...ci, outcome: 'skipped' }] }),
    expect: 'unmet',
  },
  {
    when: 'a check was skipped and the policy accepts that',
    facts: facts({ checks: [{ ...ci, outcome: 'skipped' }] }),
    settings: { accepts: ['skipped'] },
    expect: 'met',
  },
  {
    when: 'a check ended neutral and the policy accepts only skipped ones',
    facts: facts({ checks: [{ ...ci, outcome: 'neutral' }] }),
    settings: { accepts: ['skipped'] },
    expect: 'unmet',
  },
  {
    when: 'a check was cancelled',
    facts: facts({ checks: [{ ...ci, outcome: 'other' }] }),
    settings: { accepts: ['neutral', 'skipped'] },
    expect: 'unmet',
  },
  {
    when: 'the workflow that it is pinned to has passed',
    facts: facts({ checks: [ci] }),
    settings: { checks: [pinnedToWorkflow] },
    expect: 'met',
  },
  {
    when: 'the change edits the workflow that it is pinned to',
    facts: facts({ checks: [ci], files: [editedWorkflow] }),
    settings: { checks: [pinnedToWorkflow] },
    expect: 'unmet',
  },
  {
    when: 'the change edits the workflow and the policy counts it all the same',
    facts: facts({ checks: [ci], files: [editedWorkflow] }),
    settings: { checks: [pinnedToWorkflow], 'edited-workflows': 'count' },
    expect: 'met',
  },
  {
    when: 'it could not be seen whether the change edits the workflow',
    facts: { ...facts({ checks: [ci] }), files: unknown('the change has more than 3000 files') },
    settings: { checks: [pinnedToWorkflow] },
    expect: {
      outcome: 'blind',
      because: [
        'Whether the change edits .github/workflows/ci.yml could not be seen: the change has more than 3000 files.',
      ],
    },
  },
  {
    when: 'one check cannot be seen and another has failed all the same',
    facts: {
      ...facts({ checks: [ci, { ...lint, outcome: 'failure' }] }),
      files: unknown('the change has too many files'),
    },
    settings: { checks: [pinnedToWorkflow, { name: 'lint', app: 15368 }] },
    expect: {
      outcome: 'unmet',
      because: [
        'lint by github-actions (.github/workflows/ci.yml) failed.',
        'Whether the change edits .github/workflows/ci.yml could not be seen: the change has too many files.',
      ],
      fix: [],
    },
  },
  {
    when: 'the rules of the branch could not be seen and the policy lists no check',
    facts: { ...facts({ checks: [ci] }), requiredChecks: unknown('the app lacks the permission administration: read') },
    expect: {
      outcome: 'blind',
      because: [
        'Which checks the rules of main require could not be seen: the app lacks the permission administration: read.',
      ],
    },
  },
  {
    when: 'the rules of the branch could not be seen and the policy pins every check itself',
    facts: { ...facts({ checks: [ci] }), requiredChecks: unknown('the app lacks the permission administration: read') },
    settings: { checks: [pinnedToApp] },
    expect: 'met',
  },
  {
    when: 'the rules require our own checks too, which do not wait for themselves',
    facts: facts({ checks: [ci], required: requiring('countersign', 'countersign/ticket-link', 'ci') }),
    expect: { outcome: 'met', because: [ciPassed] },
  },
  {
    when: 'the rules require nothing but our own check and the policy lists none',
    facts: facts({ checks: [ci], required: requiring('countersign') }),
    expect: {
      outcome: 'not-applicable',
      because: [
        'Nothing says which checks this change must pass: no rule of main requires one, and the policy lists none. An ' +
          'administrator lists them in countersign.yml under controls.change-tested.checks, or requires them in a ruleset.',
      ],
    },
  },
  {
    when: 'a rule requires a check of anybody, and it says so',
    facts: facts({ checks: [forged], required: [{ name: 'ci', appId: null }] }),
    expect: {
      outcome: 'met',
      because: [
        'ci by other-app passed. No rule pins it to an app, so anybody with write access could have reported it.',
      ],
    },
  },
  {
    when: 'the change was merged before its check had ended',
    facts: facts({ change: { state: 'merged' }, checks: [{ ...ci, outcome: 'pending' }] }),
    expect: {
      outcome: 'unmet',
      because: ['The change was merged, and its head commit has not passed ci.', ciRuns],
      fix: [],
    },
  },
  {
    when: 'the change was closed and its check never came',
    facts: facts({ change: { state: 'closed' }, checks: [] }),
    expect: 'unmet',
  },
])

describe('a repository', () => {
  const { strictness } = changeTested
  const lintToo = [{ name: 'lint', app: 1 }, { ...pinnedToApp }]

  test.each([
    ['may list more checks', strictness.checks([pinnedToApp], lintToo), true],
    [
      'may not take the check of another app instead',
      strictness.checks([pinnedToApp], [{ name: 'ci', app: 7 }]),
      false,
    ],
    ['may not take a name in place of a pinned check', strictness.checks([pinnedToApp], ['ci']), false],
    ['may not drop the list', strictness.checks([pinnedToApp], []), false],
    ['may not put a list in place of what the rules of the branch require', strictness.checks([], ['ci']), false],
    ['may stay with what the rules of the branch require', strictness.checks([], []), true],
    ['may accept fewer outcomes', strictness.accepts(['skipped'], []), true],
    ['may not accept more outcomes', strictness.accepts([], ['skipped']), false],
    ['may refuse edited workflows', strictness['edited-workflows']('count', 'refuse'), true],
    ['may not count edited workflows', strictness['edited-workflows']('refuse', 'count'), false],
  ])('%s', (_name, isAllowed, expected) => {
    expect(isAllowed).toBe(expected)
  })
})
