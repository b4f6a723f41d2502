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

describe('a look that fails', () => {
  test('leaves the last answer as it is, marked as older than it should be, and is tried again', async () => {
    const world = fakeWorld({ observeChange: () => Promise.reject(new Error('GitHub answers 502')) })
    await expect(run(world)).rejects.toThrow('GitHub answers 502')
    expect(world.calls).toEqual(['begin', 'record stale: GitHub answers 502'])
  })
})

describe('a command in a comment', () => {
  const command = { commentId: 31, command: 'recheck', by: 'ben', at: '2026-05-06T11:00:00.000Z' } as const

  test('is answered when what it asked for has been done, once', async () => {
    const world = fakeWorld()
    world.commands.push(command)
    await run(world)
    await run(world)
    const reactions = world.applied.flatMap(({ action }) => (action.do === 'react' ? [action] : []))
    expect(reactions).toEqual([
      { do: 'react', commentId: 31, content: '+1', reason: 'ben asked to look again, and it was done' },
    ])
    expect(world.calls.slice(0, 7)).toEqual([
      ...['begin', 'look', 'record assessment', 'write-check', 'record check'],
      ...['react', 'record reaction'],
    ])
    expect(world.entries.at(-1)).toMatchObject({ kind: 'command.answered', subject: 'change/10/12' })
  })

  test('that there is not is answered with confusion', async () => {
    const world = fakeWorld()
    world.commands.push({ ...command, command: 'unknown' })
    await run(world)
    expect(world.applied.at(-1)).toMatchObject({ action: { do: 'react', content: 'confused' } })
  })

  test('that GitHub lets us not answer keeps nothing from being judged', async () => {
    const refused = Object.assign(new Error('grant the app issues: write'), { permanent: true })
    const world = fakeWorld()
    world.commands.push(command)
    const { apply } = world.ports
    const ports = {
      ...world.ports,
      apply: (...args: Parameters<typeof apply>) => (args[1].do === 'react' ? Promise.reject(refused) : apply(...args)),
    }
    expect(await run({ ...world, ports })).toMatchObject({ number: 1 })
    expect(world.commands).toEqual([])
  })
})

function approved(): ReturnType<typeof observedChange> {
  const look = observedChange()
  return { ...look, facts: { ...look.facts, reviews: known([approvalBy(ben)]) } }
}

describe('a merged change that comes out differently later', () => {
  const posted = async (): Promise<FakeWorld> => {
    const world = fakeWorld()
    world.look = observedChange(merged)
    await run(world)
    world.calls.length = 0
    world.look = {
      ...observedChange(merged),
      facts: { ...observedChange(merged).facts, reviews: known([approvalBy(ben)]) },
    }
    return world
  }
  const additions = ({ applied }: FakeWorld) => applied.filter(({ action }) => action.do === 'append-to-comment')

  test('gets an addition to its record, which stays as it was', async () => {
    const world = await posted()
    await run(world)
    expect(world.calls).toContain('append-to-comment')
    expect(additions(world)).toMatchObject([{ action: { commentId: 2_000 }, knowledge: 'uncertain' }])
    expect(world.applied.filter(({ action }) => action.do === 'post-comment')).toHaveLength(1)
    expect(world.entries.map(({ kind }) => kind)).toContain('comment.extended')
  })

  test('gets it once, however often it is looked at', async () => {
    const world = await posted()
    await run(world)
    await run(world)
    await run(world)
    expect(additions(world)).toHaveLength(1)
  })

  test('gets it after a crash between the record and the addition', async () => {
    const world = await posted()
    const { ports } = world
    const dying = { ...world, ports: { ...ports, apply: killed } }
    await expect(run(dying)).rejects.toThrow('killed')
    expect(world.acts.get('addition')).toMatchObject({ state: 'intended' })
    await run(world)
    expect(additions(world)).toHaveLength(1)
    expect(world.acts.get('addition')).toMatchObject({ state: 'done' })
  })
})
