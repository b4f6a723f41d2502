import { describe, expect, test } from '@jest/globals'
import { known, unknown } from '#facts/fact.ts'
import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import { assessChange } from '#operations/assess-change.ts'
import { approvalBy, ben, change, headSha } from '../controls/sample-change.ts'
import { blindLook, cause, fakeWorld, type FakeWorld, merged, observedChange, subject } from './fake-world.ts'

const run = ({ ports }: FakeWorld) => assessChange({ subject, cause, stage: 'retrying' }, ports)

/** What becomes of a port when the process is killed there. */
const killed = () => Promise.reject(new Error('killed'))

describe('assessChange', () => {
  test('looks, judges, records and acts, in that order', async () => {
    const world = fakeWorld()
    await run(world)
    expect(world.calls).toEqual(['begin', 'look', 'record assessment', 'write-check', 'record check'])
  })

  test('keeps the order for a merged change, whose comment is noted before it is posted', async () => {
    const world = fakeWorld()
    world.look = observedChange(merged)
    await run(world)
    expect(world.calls).toEqual([
      ...['begin', 'look', 'record assessment', 'write-check', 'record check'],
      ...['intend comment', 'post-comment', 'record comment'],
    ])
  })

  test('returns what it recorded: facts, findings and policy, with why it looked', async () => {
    const world = fakeWorld()
    const assessment = await run(world)
    expect(world.recorded.map((recorded) => recorded.assessment)).toEqual([assessment])
    expect(world.recorded[0]).toMatchObject({ standing: 'waiting' })
    expect(assessment).toMatchObject({ subject, number: 1, cause, at: '2026-05-06T12:00:00.000Z' })
    expect(world.entries[0]).toMatchObject({
      kind: 'change.assessed',
      occurredAt: cause.occurredAt,
      receivedAt: '2026-05-06T12:00:00.000Z',
      reason: 'pull_request.opened, delivery 1, by ana',
      organization: 'acme',
      subject: 'change/10/12',
    })
  })

  test('goes by the name the repository has now', async () => {
    const world = fakeWorld()
    const look = observedChange()
    world.look = { ...look, repository: { ...look.repository, owner: 'acme-inc', name: 'store' } }
    expect(await run(world)).toMatchObject({ subject: { ...subject, owner: 'acme-inc', repository: 'store' } })
    expect(world.entries[0]).toMatchObject({ organization: 'acme-inc', subject: 'change/10/12' })
  })

  test('closes in our books what is gone from GitHub, and does nothing more', async () => {
    const world = fakeWorld()
    world.look = null
    expect(await run(world)).toBe('gone')
    expect(world.calls).toEqual(['begin', 'look', 'record gone'])
  })

  test('enters and writes nothing the second time when nothing has changed', async () => {
    const world = fakeWorld()
    world.look = observedChange(merged)
    await run(world)
    const [entries, applied] = [[...world.entries], [...world.applied]]
    await run(world)
    await run(world)
    expect(world.entries).toEqual(entries)
    expect(world.applied).toEqual(applied)
    expect(world.recorded.map(({ entry }) => entry !== null)).toEqual([true, false, false])
  })

  const changes: readonly { what: string; look: ReturnType<typeof observedChange>; writes: number }[] = [
    { what: 'another finding', look: approved(), writes: 2 },
    { what: 'another head', look: observedChange({ headSha: 'b'.repeat(40) }), writes: 2 },
    {
      what: 'a close without a merge, and leaves the check alone',
      look: observedChange({ state: 'closed' }),
      writes: 1,
    },
  ]
  for (const { what, look, writes } of changes) {
    test(`enters ${what}`, async () => {
      const world = fakeWorld()
      await run(world)
      world.look = look
      await run(world)
      expect(world.entries.filter(({ kind }) => kind === 'change.assessed')).toHaveLength(2)
      expect(world.applied).toHaveLength(writes)
    })
  }

  test('enters another head also when its findings read the same', async () => {
    const world = fakeWorld()
    const look = blindLook()
    for (const sha of [headSha, 'b'.repeat(40)]) {
      world.look = { ...look, facts: { ...look.facts, change: known({ ...change, headSha: sha }) } }
      await run(world)
    }
    const [first, second] = world.recorded
    expect(second?.assessment.findings).toEqual(first?.assessment.findings)
    expect(world.entries.filter(({ kind }) => kind === 'change.assessed')).toHaveLength(2)
  })

  test('does not enter new words for the same findings', async () => {
    const world = fakeWorld()
    await run(world)
    world.look = observedChange({ title: 'Other words' })
    await run(world)
    expect(world.entries.filter(({ kind }) => kind === 'change.assessed')).toHaveLength(1)
  })

  test('records what could not be seen as undetermined, and never as a success', async () => {
    const world = fakeWorld()
    world.look = blindLook()
    await assessChange({ subject, cause, stage: 'final' }, world.ports)
    expect(world.recorded[0]?.standing).toBe('undetermined')
    expect([...world.posted.values()]).toMatchObject([{ headSha, conclusion: 'failure' }])
  })

  test('records a change that could not be seen at all, and writes nothing on GitHub', async () => {
    const world = fakeWorld()
    const look = observedChange()
    world.look = { ...look, facts: { ...look.facts, change: unknown('grant the app pull_requests: read') } }
    await run(world)
    expect(world.calls).toEqual(['begin', 'look', 'record assessment'])
  })
})

describe('assessChange gives way to a later assessment', () => {
  const superseded = () => Promise.reject(new SupersededAssessment(subject, 1))

  test('before it records: nothing is written on GitHub', async () => {
    const world = fakeWorld({ recordAssessment: superseded })
    expect(await run(world)).toBe('superseded')
    expect(world.applied).toEqual([])
  })

  test('before it posts a comment: the comment is the later one’s', async () => {
    const world = fakeWorld({ intendAct: superseded })
    world.look = observedChange(merged)
    expect(await run(world)).toBe('superseded')
    expect(world.applied.map(({ action }) => action.do)).toEqual(['write-check'])
  })
})

describe('after a crash, assessChange', () => {
  test('has written nothing that was not recorded', async () => {
    const world = fakeWorld({ recordAssessment: killed })
    await expect(run(world)).rejects.toThrow('killed')
    expect(world.applied).toEqual([])
  })

  test('records once a check that was written and not recorded, and does not write it again', async () => {
    const world = fakeWorld()
    await expect(run({ ...world, ports: { ...world.ports, recordAct: killed } })).rejects.toThrow('killed')
    await run(world)
    await run(world)
    expect(world.applied).toHaveLength(1)
    expect(world.entries.filter(({ kind }) => kind === 'check.written')).toMatchObject([
      { actor: 'countersign', reason: 'found on GitHub: written before an interruption' },
    ])
    expect([...world.acts.values()]).toMatchObject([
      { key: `check/${headSha}/countersign`, state: 'done', externalId: 1_000 },
    ])
  })

  test('records a check that was rewritten and not recorded', async () => {
    const world = fakeWorld()
    await run(world)
    world.look = approved()
    await expect(run({ ...world, ports: { ...world.ports, recordAct: killed } })).rejects.toThrow('killed')
    await run(world)
    await run(world)
    expect(world.applied).toHaveLength(2)
    expect(world.entries.filter(({ kind }) => kind === 'check.written').map(({ reason }) => reason)).toEqual([
      'the commit has no such check yet',
      'found on GitHub: written before an interruption',
    ])
  })

  test('does not take for its own a check that another change with this head wrote and recorded', async () => {
    const asked: unknown[] = []
    const other = fakeWorld()
    await run(other)
    const [written] = other.posted.values()
    const world = fakeWorld({
      isRecorded: (of, check) => {
        asked.push({ of, check })
        return Promise.resolve(true)
      },
    })
    world.look = { ...observedChange(), posted: [...other.posted.values()] }
    await run(world)
    expect(world.entries.map(({ kind }) => kind)).toEqual(['change.assessed'])
    expect(asked).toEqual([{ of: subject, check: { key: `check/${headSha}/countersign`, digest: written?.digest } }])
  })

  test('leaves alone a check that another hand wrote under our name', async () => {
    const world = fakeWorld()
    const byHand = {
      name: 'countersign',
      headSha,
      status: 'completed',
      conclusion: 'success',
      startedAt: null,
    } as const
    world.look = { ...observedChange(), posted: [{ ...byHand, runId: 7, digest: null }] }
    await run(world)
    expect(world.entries.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['change.assessed', 'pull_request.opened, delivery 1, by ana'],
      ['check.written', 'the outcome has changed'],
    ])
  })
})

function approved(): ReturnType<typeof observedChange> {
  const look = observedChange()
  return { ...look, facts: { ...look.facts, reviews: known([approvalBy(ben)]) } }
}
