import { describe, expect, test } from '@jest/globals'
import type { ObservedChange } from '#engine/observed-change.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { type Push, pushersOf } from '#facts/pushes.ts'
import { nothingAsked } from '#facts/asked.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { catalogue } from '#controls/catalogue.ts'
import { policyOf } from '../engine/sample-policy.ts'
import { completeFacts, type FactPorts } from '#operations/complete-facts.ts'
import { ana, ben, cleo, headSha, oldSha } from '../controls/sample-change.ts'
import { observedChange, stillPorts, subject } from './fake-world.ts'

const opened: Push = { before: null, after: oldSha, by: ana }
const pushed: Push = { before: oldSha, after: headSha, by: ben }

interface FakePushes {
  readonly ports: FactPorts
  readonly asked: string[]
  readonly stored: Push[]
}

/** Deliveries that told of some pushes, and a repository whose activity tells of others. */
function fakePushes(told: readonly Push[], activity: Fact<readonly Push[]> = known([])): FakePushes {
  const asked: string[] = []
  const stored: Push[] = [...told]
  const ports: FactPorts = {
    ...stillPorts,
    findPushes: () => Promise.resolve([...stored]),
    collectPushes: (_subject, change) => {
      asked.push(change.headSha)
      return Promise.resolve(activity)
    },
    storePushes: (_subject, pushes) => Promise.resolve(void stored.push(...pushes)),
  }
  return { ports, asked, stored }
}

/** Nothing is enforced or observed, so nothing is asked for. */
const policy = policyOf(Object.fromEntries(catalogue.map(({ id }) => [id, { mode: 'off' as const, settings: {} }])))

const pushersIn = ({ pushes }: ChangeFacts): Fact<unknown> => (pushes.known ? known(pushersOf(pushes.value)) : pushes)

const fork = observedChange({ crossRepository: true })
const look = observedChange()

interface Row {
  readonly when: string
  readonly told: readonly Push[]
  readonly activity?: Fact<readonly Push[]>
  readonly observed?: ObservedChange
  readonly pushers: Fact<unknown>
  readonly asks: number
}

const untold = unknown(
  'a push to the branch in the fork was not told to us, and GitHub shows no activity of forks: its webhook is asked for ' +
    'again as long as GitHub keeps it (about three days); should it stay lost, open a new pull request from the branch',
)

const rows: readonly Row[] = [
  { when: 'deliveries told of every push', told: [opened, pushed], pushers: known([ben]), asks: 0 },
  {
    when: 'the change was opened with its head',
    told: [{ ...opened, after: headSha }],
    pushers: known([]),
    asks: 0,
  },
  {
    when: 'a delivery was lost: the activity tells of it',
    told: [opened, { ...pushed, by: cleo, after: 'between' }],
    activity: known([
      opened,
      { before: oldSha, after: 'between', by: cleo },
      { before: 'between', after: headSha, by: ben },
    ]),
    pushers: known([cleo, ben]),
    asks: 1,
  },
  {
    when: 'a delivery was lost and the activity cannot be seen',
    told: [opened],
    activity: unknown('grant the app contents: read'),
    pushers: unknown('grant the app contents: read'),
    asks: 1,
  },
  {
    when: 'the head is in a fork and deliveries told of every push',
    told: [opened, pushed],
    observed: fork,
    pushers: known([ben]),
    asks: 0,
  },
  {
    when: 'the head is in a fork and the delivery of a push was lost',
    told: [opened],
    observed: fork,
    pushers: untold,
    asks: 0,
  },
  {
    when: 'the head is in a fork and only what came after a lost push was told',
    told: [opened, { before: 'between', after: headSha, by: ben }],
    observed: fork,
    pushers: untold,
    asks: 0,
  },
  {
    when: 'the head is in a fork and its opening was not told',
    told: [pushed],
    observed: fork,
    pushers: untold,
    asks: 0,
  },
  {
    when: 'the head is in a fork and nothing was told: it was opened before the app was installed',
    told: [],
    observed: fork,
    pushers: untold,
    asks: 0,
  },
  {
    when: 'the change itself could not be seen',
    told: [opened, pushed],
    observed: { ...look, facts: { ...look.facts, change: unknown('GitHub hid it') } },
    pushers: unknown('GitHub hid it'),
    asks: 0,
  },
]

describe('completeFacts', () => {
  for (const { when, told, activity, observed = look, pushers, asks } of rows) {
    const asking = asks === 0 ? 'without asking' : 'from the activity'
    test(`${pushers.known ? 'knows' : 'does not know'} the pushers ${asking} when ${when}`, async () => {
      const fake = fakePushes(told, activity)
      const facts = await completeFacts({ subject, observed, policy }, fake.ports)
      expect(pushersIn(facts)).toEqual(pushers)
      expect(fake.asked).toHaveLength(asks)
    })
  }

  test('asks once for what deliveries did not tell, and keeps it', async () => {
    const fake = fakePushes([], known([opened, pushed]))
    const first = await completeFacts({ subject, observed: look, policy }, fake.ports)
    const second = await completeFacts({ subject, observed: look, policy }, fake.ports)
    expect([pushersIn(first), pushersIn(second)]).toEqual([known([ben]), known([ben])])
    expect(fake.asked).toEqual([headSha])
    expect(fake.stored).toEqual([opened, pushed])
  })

  test('keeps nothing of an activity that could not be seen: the next look asks again', async () => {
    const fake = fakePushes([opened], unknown('GitHub answers 502'))
    await completeFacts({ subject, observed: look, policy }, fake.ports)
    await completeFacts({ subject, observed: look, policy }, fake.ports)
    expect(fake.asked).toHaveLength(2)
    expect(fake.stored).toEqual([opened])
  })

  test('adds the policy edits, and leaves everything else as it was seen', async () => {
    const proposed = {
      layer: 'repository',
      path: '.github/countersign.yml',
      text: 'version: 1\nmode: enforced\n',
    } as const
    const facts = await completeFacts(
      { subject, observed: { ...look, proposedPolicies: known([proposed]) }, policy },
      fakePushes([]).ports,
    )
    expect(facts).toEqual({
      ...look.facts,
      ...nothingAsked,
      pushes: known([]),
      policyEdits: known([
        { path: proposed.path, faults: [expect.stringMatching(/^Line 2, mode: /)], consequences: [] },
      ]),
    })
  })

  test('does not know the policy edits when the files could not be seen', async () => {
    const hidden = unknown('the change has more than 3,000 files')
    const facts = await completeFacts(
      { subject, observed: { ...look, proposedPolicies: hidden }, policy },
      fakePushes([]).ports,
    )
    expect(facts.policyEdits).toEqual(hidden)
  })
})
