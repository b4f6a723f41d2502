import { z } from 'zod'
import { canonicalJson } from '#facts/canonical-json.ts'
import type { Change, RequiredCheck } from '#facts/change-facts.ts'
import { type Fact, known } from '#facts/fact.ts'
import {
  type CheckStanding,
  isOwnCheck,
  nameOfCheck,
  type PinnedCheck,
  pinnedCheck,
  repositoryOf,
  standingOfCheck,
} from '#facts/pinned-check.ts'
import { fewOf } from '#facts/wording.ts'
import {
  type Blind,
  blind,
  defineChangeControl,
  isWithin,
  met,
  notApplicable,
  unmet,
  type Verdict,
  waiting,
} from '../control.ts'

const settings = z.object({
  checks: z
    .array(pinnedCheck)
    .max(100)
    .default([])
    .describe(
      'The checks that must pass, each with whose word counts: `{ name: ci, workflow: .github/workflows/ci.yml }`, ' +
        '`{ name: scan, app: 15368 }` with the id or the slug of an app, or `ci` alone, which is then pinned by the ' +
        'rules of the branch. Empty: the checks that the rules of the branch require.',
    ),
  accepts: z
    .array(z.enum(['neutral', 'skipped']))
    .default([])
    .describe('What else than a success passes. GitHub itself lets both `neutral` and `skipped` pass.'),
  'edited-workflows': z
    .enum(['refuse', 'count'])
    .default('refuse')
    .describe(
      '`refuse`: a check that is pinned to a workflow does not pass when the change edits that workflow ' +
        'itself. `count`: it may.',
    ),
})

/**
 * The head commit of a change has passed every check that it must pass.
 *
 * The checks are those that the policy lists, or else those that the rules of the base branch require. Each counts on
 * that commit alone, from its pinned source, by its latest run: one that runs again after a success is waited for, and
 * one that turns red turns this red.
 *
 * What does not count: the same name from anybody else, since whoever may write can report a success under any name; a
 * check that was cancelled, and one that was skipped or ended neutral unless the policy accepts that; a run of a
 * workflow that the change itself rewrites. A check pinned to GitHub Actions as an app, and not to a workflow, can come
 * from any workflow.
 *
 * Not judged here: whether the checks test the right things, and whether GitHub would have stopped the merge.
 */
export const changeTested = defineChangeControl({
  id: 'change-tested',
  title: 'Every check that the change must pass has passed on its head commit, from its pinned source where it has one',
  satisfies: ['ISO27001/A.8.29', 'NIST800-53/SA-11', 'SOC2/CC8.1', 'SSDF/PW.8.2'],
  needs: ['change', 'checks'],
  mayNeed: ['requiredChecks', 'files'],
  settings,

  strictness: {
    checks: (agreed, proposed) =>
      agreed.length === 0 ? proposed.length === 0 : agreed.every((pin) => isAmong(proposed, pin)),
    accepts: isWithin,
    'edited-workflows': (agreed, proposed) => agreed === 'count' || proposed === 'refuse',
  },

  evaluate(
    { change, checks, requiredChecks, files },
    { checks: listed, accepts, 'edited-workflows': editedWorkflows },
  ) {
    const pins = pinsOf(listed, requiredChecks)
    if (!pins.known)
      return blind(`Which checks the rules of ${change.baseBranch} require could not be seen: ${pins.why}.`)
    if (pins.value.length === 0) return notApplicable(nothingAsked(change))
    const repository = repositoryOf(change.url)
    const sight = { checks: known(checks), requiredChecks, files, repository, accepts, editedWorkflows }
    return judge(
      change,
      pins.value.map((pin) => ({ name: nameOfCheck(pin), ...standingOfCheck(pin, sight) })),
    )
  },

  remediation: `
    Open the check that failed, mend what it found and push; run it again where it was cancelled. Which checks count, and
    from whom, is the policy's list (controls.change-tested.checks in countersign.yml) or the rules of the base branch.
  `,
})

interface Judged extends CheckStanding {
  readonly name: string
}

/** Our own check, which a ruleset requires in order to enforce us, would wait for itself. */
function pinsOf(
  listed: readonly PinnedCheck[],
  required: Fact<readonly RequiredCheck[]>,
): Fact<readonly PinnedCheck[]> {
  if (listed.length > 0) return known(listed)
  if (!required.known) return required
  return known([...new Set(required.value.map(({ name }) => name))].filter((name) => !isOwnCheck(name)).toSorted())
}

function judge({ state }: Change, standings: readonly Judged[]): Verdict | Blind {
  const of = (...outcomes: readonly CheckStanding['outcome'][]) =>
    standings.filter(({ outcome }) => outcomes.includes(outcome))
  const [failed, hidden, open] = [of('failed'), of('unseen'), of('running', 'missing')]
  if (failed.length > 0) return unmet(reasons([...failed, ...hidden, ...open]))
  if (hidden.length > 0) return blind(...reasons(hidden))
  if (open.length === 0) return met(...reasons(standings))
  const awaited = fewOf([...new Set(open.map(({ name }) => name))], 'and')
  if (state === 'open') return waiting(awaited, reasons(open))
  return unmet([`The change was ${state}, and its head commit has not passed ${awaited}.`, ...reasons(open)])
}

const reasons = (standings: readonly Judged[]): readonly string[] => standings.map(({ because }) => because)

const nothingAsked = ({ baseBranch }: Change): string =>
  `Nothing says which checks this change must pass: no rule of ${baseBranch} requires one, and the policy lists none. An ` +
  'administrator lists them in countersign.yml under controls.change-tested.checks, or requires them in a ruleset.'

const isAmong = (pins: readonly PinnedCheck[], pin: PinnedCheck): boolean =>
  pins.some((other) => canonicalJson(other) === canonicalJson(pin))
