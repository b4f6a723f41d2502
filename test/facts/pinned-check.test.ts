import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { ChangedFile, CheckResult, RequiredCheck, Workflow } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import {
  type CheckSight,
  type CheckStanding,
  nameOfCheck,
  type PinnedCheck,
  pinnedCheck,
  repositoryOf,
  standingOfCheck,
} from '#facts/pinned-check.ts'
import { ci } from '../controls/sample-change.ts'

const ranBy = (more: Partial<Workflow>): Pick<CheckResult, 'workflow'> => ({
  workflow: known({ path: '.github/workflows/ci.yml', repository: 'acme/shop', event: 'pull_request', ...more }),
})

/** A check run of an app that runs no workflows. */
const byApp = (source: string, appId: number | null, more: Partial<CheckResult> = {}): CheckResult => ({
  ...ci,
  source,
  appId,
  workflow: known(null),
  ...more,
})

const statusBy = (source: string, outcome: CheckResult['outcome'] = 'success'): CheckResult =>
  byApp(source, null, { kind: 'status', outcome })

const required = (appId: number | null, name = 'ci'): RequiredCheck => ({ name, appId })

const edited = (path: string, previousPath: string | null = null): ChangedFile => ({
  path,
  status: previousPath === null ? 'modified' : 'renamed',
  previousPath,
  additions: 1,
  deletions: 1,
})

const byId = { name: 'ci', app: 15368 }
const bySlug = { name: 'ci', app: 'github-actions' }
const byWorkflow = { name: 'ci', workflow: '.github/workflows/ci.yml' }
const byCentralWorkflow = { name: 'ci', workflow: 'acme/ci/.github/workflows/ci.yml' }

interface Row {
  readonly when: string
  readonly pin: PinnedCheck
  readonly checks: readonly CheckResult[]
  readonly required?: readonly RequiredCheck[]
  readonly files?: readonly ChangedFile[]
  readonly sight?: Partial<CheckSight>
  readonly expect: CheckStanding['outcome'] | CheckStanding
}

function checkRows(rows: readonly Row[]): void {
  for (const row of rows) {
    const outcome = typeof row.expect === 'string' ? row.expect : row.expect.outcome
    test(`${outcome} when ${row.when}`, () => {
      const standing = standingOfCheck(row.pin, {
        checks: known(row.checks),
        requiredChecks: known(row.required ?? []),
        files: known(row.files ?? []),
        repository: 'acme/shop',
        accepts: [],
        editedWorkflows: 'refuse',
        ...row.sight,
      })
      if (typeof row.expect === 'string') expect(standing.outcome).toBe(row.expect)
      else expect(standing).toEqual(row.expect)
    })
  }
}

describe('a check pinned to an app is', () => {
  checkRows([
    {
      when: 'the app reports a success',
      pin: byId,
      checks: [ci],
      expect: { outcome: 'passed', because: 'ci by github-actions (.github/workflows/ci.yml) passed.' },
    },
    {
      when: 'another app alone reports a success of that name',
      pin: byId,
      checks: [byApp('other-app', 7)],
      expect: {
        outcome: 'missing',
        because:
          'ci has not been reported by app 15368 on the head commit yet. ci by other-app does not count: the policy asks ' +
          'for it from app 15368.',
      },
    },
    {
      when: 'another app reports a success over its failure',
      pin: byId,
      checks: [{ ...ci, outcome: 'failure' }, byApp('other-app', 7)],
      expect: { outcome: 'failed', because: 'ci by github-actions (.github/workflows/ci.yml) failed.' },
    },
    {
      when: 'another app reports a failure beside its success',
      pin: byId,
      checks: [ci, byApp('other-app', 7, { outcome: 'failure' })],
      expect: 'passed',
    },
    { when: 'only checks of other names are there', pin: byId, checks: [{ ...ci, name: 'lint' }], expect: 'missing' },
    {
      when: 'another of its workflows reports a success of the same name beside a failure',
      pin: byId,
      checks: [
        { ...ci, outcome: 'failure' },
        { ...ci, ...ranBy({ path: '.github/workflows/forged.yml' }) },
      ],
      expect: 'failed',
    },
    {
      when: 'one of its workflows is still running and another has passed',
      pin: byId,
      checks: [ci, { ...ci, outcome: 'pending', ...ranBy({ path: '.github/workflows/more.yml' }) }],
      expect: {
        outcome: 'running',
        because: 'ci by github-actions (.github/workflows/more.yml) has not ended yet.',
      },
    },
    {
      when: 'it runs again after an older success',
      pin: byId,
      checks: [{ ...ci, outcome: 'pending' }],
      expect: 'running',
    },
    {
      when: 'it was skipped',
      pin: byId,
      checks: [{ ...ci, outcome: 'skipped' }],
      expect: {
        outcome: 'failed',
        because: 'ci by github-actions (.github/workflows/ci.yml) was skipped, which the policy does not accept.',
      },
    },
    {
      when: 'it was skipped and the policy accepts that',
      pin: byId,
      checks: [{ ...ci, outcome: 'skipped' }],
      sight: { accepts: ['skipped'] },
      expect: {
        outcome: 'passed',
        because: 'ci by github-actions (.github/workflows/ci.yml) was skipped, which the policy accepts.',
      },
    },
    {
      when: 'it ended neutral and the policy accepts only skipped ones',
      pin: byId,
      checks: [{ ...ci, outcome: 'neutral' }],
      sight: { accepts: ['skipped'] },
      expect: 'failed',
    },
    {
      when: 'it was cancelled, whatever the policy accepts',
      pin: byId,
      checks: [{ ...ci, outcome: 'other' }],
      sight: { accepts: ['neutral', 'skipped'] },
      expect: {
        outcome: 'failed',
        because:
          'ci by github-actions (.github/workflows/ci.yml) ended without a result: it was cancelled, went stale or asks ' +
          'for an action. Run it again.',
      },
    },
    {
      when: 'the checks of the head could not be seen',
      pin: byId,
      checks: [],
      sight: { checks: unknown('the app lacks the permission checks: read') },
      expect: {
        outcome: 'unseen',
        because: 'How ci stands could not be seen: the app lacks the permission checks: read.',
      },
    },
    { when: 'it is pinned by its slug and reports a success', pin: bySlug, checks: [ci], expect: 'passed' },
    {
      when: 'it is pinned by its slug and an app that was deleted since reported it',
      pin: { name: 'ci', app: 'ghost' },
      checks: [byApp('ghost', null)],
      expect: 'missing',
    },
  ])
})

describe('a status pinned to an app is', () => {
  checkRows([
    {
      when: "the app's own account posts it",
      pin: bySlug,
      checks: [statusBy('github-actions[bot]')],
      expect: 'passed',
    },
    {
      when: 'a person posts it whose login is the slug',
      pin: bySlug,
      checks: [statusBy('github-actions')],
      expect: {
        outcome: 'missing',
        because:
          'ci has not been reported by the app github-actions on the head commit yet. ci by github-actions does not ' +
          'count: the policy asks for it from the app github-actions.',
      },
    },
    { when: 'a person posts it for an app id', pin: byId, checks: [statusBy('ana')], expect: 'missing' },
    {
      when: 'a check run shows that its slug has that id',
      pin: byId,
      checks: [statusBy('github-actions[bot]'), { ...ci, name: 'lint' }],
      expect: 'passed',
    },
    {
      when: 'a check run shows that its slug has another id',
      pin: byId,
      checks: [statusBy('ci-bot[bot]'), byApp('ci-bot', 7, { name: 'lint' })],
      expect: 'missing',
    },
    {
      when: 'a check run shows that the id has another slug',
      pin: byId,
      checks: [statusBy('ci-bot[bot]'), { ...ci, name: 'lint' }],
      expect: 'missing',
    },
    {
      when: 'nothing shows which id its app has',
      pin: byId,
      checks: [statusBy('ci-bot[bot]')],
      expect: {
        outcome: 'unseen',
        because:
          'ci by ci-bot[bot] is a status, for which GitHub tells no app id, so it cannot be compared with app 15368. If ' +
          'ci-bot is the app that is meant, pin it in the policy by that slug, as in { name: "ci", app: ci-bot }.',
      },
    },
    {
      when: "the app's own account reports an error",
      pin: bySlug,
      checks: [statusBy('github-actions[bot]', 'failure')],
      expect: 'failed',
    },
  ])
})

describe('a check pinned to a workflow is', () => {
  checkRows([
    {
      when: 'that workflow has passed and the change leaves it alone',
      pin: byWorkflow,
      checks: [ci],
      expect: 'passed',
    },
    {
      when: 'another workflow passed under its name',
      pin: byWorkflow,
      checks: [{ ...ci, ...ranBy({ path: '.github/workflows/forged.yml' }) }],
      expect: {
        outcome: 'missing',
        because:
          'ci has not been reported by the workflow .github/workflows/ci.yml of acme/shop on the head commit yet. ci by ' +
          'github-actions (.github/workflows/forged.yml) does not count: the policy asks for it from the workflow ' +
          '.github/workflows/ci.yml of acme/shop.',
      },
    },
    {
      when: 'another workflow failed under its name and it has passed',
      pin: byWorkflow,
      checks: [{ ...ci, outcome: 'failure', ...ranBy({ path: '.github/workflows/forged.yml' }) }, ci],
      expect: 'passed',
    },
    {
      when: 'an app other than GitHub Actions reports it',
      pin: byWorkflow,
      checks: [{ ...ci, source: 'x' }],
      expect: 'missing',
    },
    {
      when: 'the same path ran from another repository',
      pin: byWorkflow,
      checks: [{ ...ci, ...ranBy({ repository: 'acme/ci' }) }],
      expect: 'missing',
    },
    {
      when: 'no workflow ran the check',
      pin: byWorkflow,
      checks: [{ ...ci, workflow: known(null) }],
      expect: 'missing',
    },
    {
      when: 'it could not be seen which workflow ran',
      pin: byWorkflow,
      checks: [{ ...ci, workflow: unknown('the app lacks the permission actions: read') }],
      expect: {
        outcome: 'unseen',
        because:
          'Which workflow ran ci by github-actions could not be seen: the app lacks the permission actions: read.',
      },
    },
    {
      when: 'the change edits the workflow',
      pin: byWorkflow,
      checks: [ci],
      files: [edited('.github/workflows/ci.yml')],
      expect: {
        outcome: 'failed',
        because:
          'The change edits .github/workflows/ci.yml itself, so its run proves nothing about ci. Put that edit into a ' +
          'change of its own, for somebody who may waive this to decide.',
      },
    },
    {
      when: 'the change renames the workflow',
      pin: byWorkflow,
      checks: [ci],
      files: [edited('old.yml', '.github/workflows/ci.yml')],
      expect: 'failed',
    },
    {
      when: 'the change edits another workflow',
      pin: byWorkflow,
      checks: [ci],
      files: [edited('.github/workflows/a.yml')],
      expect: 'passed',
    },
    {
      when: 'the change edits the workflow and the policy counts it all the same',
      pin: byWorkflow,
      checks: [ci],
      files: [edited('.github/workflows/ci.yml')],
      sight: { editedWorkflows: 'count' },
      expect: 'passed',
    },
    {
      when: 'the change edits the workflow, which runs as the default branch defines it',
      pin: byWorkflow,
      checks: [{ ...ci, ...ranBy({ event: 'pull_request_target' }) }],
      files: [edited('.github/workflows/ci.yml')],
      expect: 'passed',
    },
    {
      when: 'the workflow is of another repository and the change edits a file of the same path',
      pin: byCentralWorkflow,
      checks: [{ ...ci, ...ranBy({ repository: 'Acme/CI' }) }],
      files: [edited('.github/workflows/ci.yml')],
      expect: 'passed',
    },
    {
      when: "the policy writes the change's own repository out and the change edits the workflow",
      pin: { name: 'ci', workflow: 'Acme/Shop/.github/workflows/ci.yml' },
      checks: [ci],
      files: [edited('.github/workflows/ci.yml')],
      expect: 'failed',
    },
    {
      when: 'the files of the change could not be seen',
      pin: byWorkflow,
      checks: [ci],
      sight: { files: unknown('the change has more than 3000 files') },
      expect: {
        outcome: 'unseen',
        because:
          'Whether the change edits .github/workflows/ci.yml could not be seen: the change has more than 3000 files.',
      },
    },
    {
      when: 'the files of the change could not be seen and the run failed all the same',
      pin: byWorkflow,
      checks: [{ ...ci, outcome: 'failure' }],
      sight: { files: unknown('the change has more than 3000 files') },
      expect: 'failed',
    },
    {
      when: 'the files could not be seen, and nothing depends on them',
      pin: byCentralWorkflow,
      checks: [{ ...ci, ...ranBy({ repository: 'acme/ci' }) }],
      sight: { files: unknown('the change has more than 3000 files') },
      expect: 'passed',
    },
    {
      when: 'the repository of the change could not be told',
      pin: byWorkflow,
      checks: [ci],
      sight: { repository: null },
      expect: {
        outcome: 'unseen',
        because: 'The repository whose .github/workflows/ci.yml is meant could not be told.',
      },
    },
  ])
})

describe('a check that is named only is', () => {
  checkRows([
    {
      when: 'the app that the rules pin it to has passed it',
      pin: 'ci',
      checks: [ci],
      required: [required(15368)],
      expect: 'passed',
    },
    {
      when: 'another app alone reports it',
      pin: 'ci',
      checks: [byApp('other-app', 7)],
      required: [required(15368)],
      expect: {
        outcome: 'missing',
        because:
          "ci has not been reported by app 15368 on the head commit yet. ci by other-app does not count: the branch's " +
          'rules ask for it from app 15368.',
      },
    },
    {
      when: 'two rules pin it to two apps, of which one has not reported it',
      pin: 'ci',
      checks: [ci],
      required: [required(15368), required(7)],
      expect: {
        outcome: 'missing',
        because:
          'ci has not been reported by app 7 on the head commit yet. ci by github-actions (.github/workflows/ci.yml) does ' +
          "not count: the branch's rules ask for it from app 7.",
      },
    },
    {
      when: 'one rule pins it and another does not, and another app reports a failure',
      pin: 'ci',
      checks: [ci, byApp('other-app', 7, { outcome: 'failure' })],
      required: [required(null), required(15368)],
      expect: 'passed',
    },
    {
      when: 'a rule requires it of anybody and somebody reports it',
      pin: 'ci',
      checks: [statusBy('ana')],
      required: [required(null)],
      expect: {
        outcome: 'passed',
        because: 'ci by ana passed. No rule pins it to an app, so anybody with write access could have reported it.',
      },
    },
    {
      when: 'a rule requires it of anybody, and one of two has failed it',
      pin: 'ci',
      checks: [statusBy('ana'), { ...ci, outcome: 'failure' }],
      required: [required(null)],
      expect: { outcome: 'failed', because: 'ci by github-actions (.github/workflows/ci.yml) failed.' },
    },
    {
      when: 'a rule requires it of anybody and nobody reports it',
      pin: 'ci',
      checks: [],
      required: [required(null)],
      expect: { outcome: 'missing', because: 'Nobody has reported ci on the head commit yet.' },
    },
    {
      when: 'no rule names it, whoever reports it',
      pin: 'ci',
      checks: [ci],
      required: [required(15368, 'lint')],
      expect: {
        outcome: 'missing',
        because:
          "No rule of the branch says whose ci counts, so nobody's does: name its app or workflow in the policy, as in " +
          '{ name: "ci", app: github-actions }.',
      },
    },
    {
      when: 'the rules of the branch could not be seen',
      pin: 'ci',
      checks: [ci],
      sight: { requiredChecks: unknown('the app lacks the permission administration: read') },
      expect: {
        outcome: 'unseen',
        because:
          'Whose ci counts could not be seen in the rules of the branch: the app lacks the permission administration: read.',
      },
    },
  ])
})

test('the same runs read the same in whatever order GitHub lists them', () => {
  const sight = {
    requiredChecks: known([]),
    files: known([]),
    repository: null,
    accepts: [],
    editedWorkflows: 'refuse',
  } as const
  const runs = [ci, { ...ci, ...ranBy({ path: '.github/workflows/a.yml' }) }]
  expect(standingOfCheck(byId, { ...sight, checks: known(runs) })).toEqual(
    standingOfCheck(byId, { ...sight, checks: known(runs.toReversed()) }),
  )
})

describe('a policy may name a check', () => {
  test.each<[string, unknown]>([
    ['by name', 'build (ubuntu-latest, 24)'],
    ['by name and app id', byId],
    ['by name and app slug', bySlug],
    ['by name and workflow', byWorkflow],
    ['by name and workflow of another repository', { name: 'ci', workflow: 'acme/.github/.github/workflows/ci.yaml' }],
  ])('%s', (_how, written) => {
    expect(pinnedCheck.parse(written)).toEqual(written)
  })

  test.each<[string, unknown]>([
    ['without a name', ''],
    ['with a name and nothing else in a mapping', { name: 'ci' }],
    ['by an app and a workflow: a workflow is always of GitHub Actions', { ...byId, ...byWorkflow }],
    ['by an app id in quotes, which is not a slug', { name: 'ci', app: '15368' }],
    ['by the account of an app instead of its slug', { name: 'ci', app: 'github-actions[bot]' }],
    ['by a file that is no workflow', { name: 'ci', workflow: 'ci.yml' }],
    ['that Countersign itself posts', 'countersign'],
    ['that Countersign posts for one control', { name: 'countersign/ticket-link', app: 1 }],
  ])('not %s', (_how, written) => {
    expect(pinnedCheck.safeParse(written).success).toBe(false)
  })

  test('and an editor is told how, by JSON Schema', () => {
    expect(z.toJSONSchema(pinnedCheck, { io: 'input' }).anyOf).toHaveLength(3)
  })
})

test('the name of a check is the same however it is pinned', () => {
  expect(['ci', byId, byWorkflow].map((pin) => nameOfCheck(pin))).toEqual(['ci', 'ci', 'ci'])
})

test("a change's repository is told by its address", () => {
  expect(repositoryOf('https://github.example.com/acme/shop/pull/12')).toBe('acme/shop')
  expect(repositoryOf('https://github.com/acme/shop')).toBeNull()
})
