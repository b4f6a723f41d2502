import { describe, expect, test } from '@jest/globals'
import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import { known } from '#facts/fact.ts'
import { type JobPorts, runAssessChange } from '#jobs/assess-change.job.ts'
import { afterFailure } from '#queue/after-failure.ts'
import {
  blindLook,
  cause,
  fakeWorld,
  type FakeWorld,
  observedChange,
  policyText,
  subject,
} from '../operations/fake-world.ts'

type Attempt = Parameters<typeof runAssessChange>[1]

interface Ran {
  readonly world: FakeWorld
  /** What the queue hears: nothing when the subject is done. */
  readonly thrown: unknown
  readonly told: readonly string[]
}

const first: Attempt = { number: 1, stage: 'retrying' }

async function run(world: FakeWorld, attempt: Attempt = first): Promise<Ran> {
  const told: string[] = []
  const ports: JobPorts = {
    ...world.ports,
    observeAssessment: (outcome, durationMs) => {
      expect(durationMs).toBeGreaterThanOrEqual(0)
      told.push(outcome)
    },
  }
  const thrown = await runAssessChange({ subject, cause }, attempt, ports).then(
    () => null,
    (error: unknown) => error,
  )
  return { world, thrown, told }
}

function seeing(look: FakeWorld['look'], over: Parameters<typeof fakeWorld>[0] = {}): FakeWorld {
  return Object.assign(fakeWorld(over), { look })
}

const observing = () => {
  const policy = policyText('organization', 'version: 1\nmode: observe\n')
  return { ...blindLook(), policies: { organization: known(policy), repository: known(null) } }
}

const superseded = () => Promise.reject(new SupersededAssessment(subject, 1))

const rows: readonly { when: string; world: () => FakeWorld; told: string }[] = [
  { when: 'the change was judged, also when it waits', world: () => seeing(observedChange()), told: 'assessed' },
  { when: 'the change is gone', world: () => seeing(null), told: 'gone' },
  {
    when: 'a later assessment has begun',
    world: () => seeing(observedChange(), { recordAssessment: superseded }),
    told: 'superseded',
  },
  { when: 'only observed controls could not be determined', world: () => seeing(observing()), told: 'assessed' },
]

const checkIn = ({ posted }: FakeWorld) => [...posted.values()].at(-1)

describe('the job that assesses a change', () => {
  for (const { when, world, told } of rows) {
    test(`is done when ${when}`, async () => {
      expect(await run(world())).toMatchObject({ thrown: null, told: [told] })
    })
  }

  test('is tried again when it failed, with the error as it came', async () => {
    const failure = new Error('GitHub answers 502')
    const ran = await run(seeing(null, { observeChange: () => Promise.reject(failure) }))
    expect(ran.thrown).toBe(failure)
    expect(ran.told).toEqual(['failed'])
  })

  const attempts: readonly { attempt: Attempt; says: 'in_progress' | 'failure' }[] = [
    { attempt: { number: 1, stage: 'retrying' }, says: 'in_progress' },
    { attempt: { number: 4, stage: 'retrying' }, says: 'in_progress' },
    { attempt: { number: 5, stage: 'retrying' }, says: 'failure' },
    { attempt: { number: 6, stage: 'retrying' }, says: 'failure' },
    { attempt: { number: 2, stage: 'final' }, says: 'failure' },
  ]
  for (const { attempt, says } of attempts) {
    const then = says === 'failure' ? 'is done, with a failed check,' : 'is tried again, and the check says so,'
    test(`${then} when an enforced control is undetermined at try ${String(attempt.number)}, ${attempt.stage}`, async () => {
      const { world, thrown, told } = await run(seeing(blindLook()), attempt)
      expect(told).toEqual(['undetermined'])
      expect(checkIn(world)?.conclusion ?? checkIn(world)?.status).toBe(says)
      if (says === 'failure') expect(thrown).toBeNull()
      else expect(thrown).toMatchObject({ name: 'StillUndetermined' })
    })
  }

  test('waits for its next try as after any failure, when a control is undetermined', async () => {
    const { thrown } = await run(seeing(blindLook()))
    expect(afterFailure(thrown, 1, [10])).toEqual({ then: 'again', waitMs: 10 })
  })

  test('finds at a later try what could not be seen before', async () => {
    const { world } = await run(seeing(blindLook()))
    world.look = observedChange()
    expect(await run(world, { number: 2, stage: 'retrying' })).toMatchObject({ thrown: null, told: ['assessed'] })
    expect(world.recorded.map(({ standing }) => standing)).toEqual(['undetermined', 'waiting'])
  })
})
