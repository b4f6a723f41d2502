import { describe, expect, test } from '@jest/globals'
import type { Assessment } from '#engine/assessment.ts'
import { type Acting, actOnChange } from '#operations/act-on-change.ts'
import { assessChange } from '#operations/assess-change.ts'
import { headSha } from '../controls/sample-change.ts'
import { cause, fakeWorld, type FakeWorld, merged, observedChange, stillPorts, subject } from './fake-world.ts'

const marker = '<!-- countersign:audit change/10/12 -->'

/** Acts once more on what was assessed, by what the world remembers. */
async function act(world: FakeWorld, more: Partial<Acting> = {}): Promise<void> {
  const assessment = await assessed(world)
  const posted = [...world.posted.values()].toReversed()
  await actOnChange(
    { assessment, posted, acts: [...world.acts.values()], notes: [], stage: 'retrying', ...more },
    world.ports,
  )
}

async function assessed({ look }: FakeWorld): Promise<Assessment> {
  const result = await assessChange(
    { subject, cause, stage: 'retrying' },
    { ...stillPorts, observeChange: () => Promise.resolve(look) },
  )
  if (typeof result === 'string') throw new Error(`The change is ${result}.`)
  return result
}

function mergedWorld(over: Parameters<typeof fakeWorld>[0] = {}): FakeWorld {
  const world = fakeWorld(over)
  world.look = observedChange(merged)
  return world
}

const killed = () => Promise.reject(new Error('killed'))
const comments = ({ applied }: FakeWorld) => applied.filter(({ action }) => action.do === 'post-comment')
const summaryOf = ({ applied }: FakeWorld): string =>
  applied.flatMap(({ action }) => (action.do === 'write-check' ? [action.check.summary] : [])).join('\n')

describe('the audit comment of a merged change', () => {
  test('is noted before it is posted, and done after', async () => {
    const states: string[] = []
    const world = mergedWorld()
    const noted = (name: string) => states.push(`${name}: ${world.acts.get(`comment/${marker}`)?.state ?? 'unknown'}`)
    const { apply } = world.ports
    const watched: FakeWorld = {
      ...world,
      ports: {
        ...world.ports,
        apply: async (...asked) => {
          noted(asked[1].do)
          return apply(...asked)
        },
      },
    }
    await act(watched)
    noted('in the end')
    expect(states).toEqual(['write-check: unknown', 'post-comment: intended', 'in the end: done'])
    expect(comments(world)).toMatchObject([{ action: { number: 12, marker }, knowledge: 'fresh' }])
    expect(world.acts.get(`comment/${marker}`)).toMatchObject({ externalId: 2_000, assessment: 1 })
    expect(world.entries.map(({ kind }) => kind)).toEqual(['check.written', 'comment.posted'])
  })

  test('says where the ledger has the assessment', async () => {
    const world = mergedWorld({ ledgerPosition: () => Promise.resolve(12_345) })
    await act(world)
    expect(comments(world)[0]?.action).toMatchObject({ body: expect.stringContaining('12345') })
  })

  test('is not posted twice', async () => {
    const world = mergedWorld()
    await act(world)
    await act(world)
    expect(comments(world)).toHaveLength(1)
    expect(world.entries).toHaveLength(2)
  })

  const interruptions: readonly { at: string; over: Parameters<typeof fakeWorld>[0] }[] = [
    {
      at: 'it was posted',
      over: { apply: (_subject, action) => (action.do === 'post-comment' ? killed() : Promise.resolve(1)) },
    },
    {
      at: 'it was recorded',
      over: { recordAct: (done) => (done.key.startsWith('comment/') ? killed() : Promise.resolve()) },
    },
  ]
  for (const { at, over } of interruptions) {
    test(`is looked for before it is posted again after an interruption before ${at}`, async () => {
      const world = mergedWorld()
      await expect(act({ ...world, ports: { ...world.ports, ...over } })).rejects.toThrow('killed')
      expect(world.acts.get(`comment/${marker}`)?.state).toBe('intended')
      await expect(act(world)).rejects.toMatchObject({ retryAfterMs: 60_000 })
      const later = () => new Date(world.ports.now().getTime() + 60_000)
      await act({ ...world, ports: { ...world.ports, now: later } })
      expect(comments(world).at(-1)?.knowledge).toBe('uncertain')
      expect(world.acts.get(`comment/${marker}`)?.state).toBe('done')
      await act(world)
      expect(world.entries.filter(({ kind }) => kind === 'comment.posted')).toHaveLength(1)
    })
  }

  for (const state of ['open', 'closed'] as const) {
    test(`is not posted on a change that is ${state}`, async () => {
      const world = fakeWorld({ ledgerPosition: () => Promise.reject(new Error('nobody needs it')) })
      world.look = observedChange({ state })
      await act(world)
      expect(comments(world)).toEqual([])
    })
  }
})

describe('the check', () => {
  test('that an older one of the same name follows is the only one that is looked at', async () => {
    const world = fakeWorld()
    await act(world)
    const [newest] = world.posted.values()
    if (newest === undefined) throw new Error('No check was written.')
    await act(world, { posted: [newest, { ...newest, runId: 1, digest: '0'.repeat(64) }] })
    expect(world.entries).toHaveLength(1)
  })

  test('is recorded as done by its digest, with the reason and the policy', async () => {
    const world = fakeWorld()
    await act(world)
    const [check] = world.posted.values()
    expect([...world.acts.values()]).toEqual([
      {
        subject,
        assessment: 1,
        key: `check/${headSha}/countersign`,
        digest: check?.digest,
        state: 'done',
        at: '2026-05-06T12:00:00.000Z',
        externalId: check?.runId,
      },
    ])
    expect(world.entries).toMatchObject([
      {
        kind: 'check.written',
        actor: 'countersign',
        reason: 'the commit has no such check yet',
        subject: 'change/10/12',
      },
    ])
    expect(world.entries[0]?.policyDigest).toBe((await assessed(world)).policy.digest)
  })

  test('is not recorded when GitHub refused it', async () => {
    const world = fakeWorld({ apply: killed })
    await expect(act(world)).rejects.toThrow('killed')
    expect([world.acts.size, world.entries]).toEqual([0, []])
  })

  test('carries the notes on the policy', async () => {
    const world = fakeWorld()
    await act(world, { notes: ['The policy cannot be used.'] })
    expect(summaryOf(world)).toContain('The policy cannot be used.')
  })

  test('leads to the change’s page where there is one', async () => {
    const world = fakeWorld({ detailsUrl: ({ number }) => `https://countersign.example/changes/${String(number)}` })
    await act(world)
    expect(world.applied).toMatchObject([
      { action: { check: { detailsUrl: 'https://countersign.example/changes/12' } } },
    ])
  })

  test('shows the worse of two open changes with one head', async () => {
    const unmet = {
      control: 'ticket-link',
      mode: 'enforce',
      outcome: 'unmet',
      because: ['No ticket.'],
      fix: [],
    } as const
    const asked: unknown[] = []
    const world = fakeWorld({
      findSharingHead: (of, sha) => {
        asked.push([of.number, sha])
        return Promise.resolve([{ number: 13, findings: [unmet] }])
      },
    })
    await act(world)
    expect(asked).toEqual([[12, headSha]])
    expect([...world.posted.values()]).toMatchObject([{ status: 'completed', conclusion: 'failure' }])
    expect(summaryOf(world)).toContain('#13')
  })
})
