import { describe, expect, test } from '@jest/globals'
import { catalogue } from '#controls/catalogue.ts'
import type { KeptAnswer } from '#engine/assessment.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { lookUpAsked, type LookUpPorts } from '#operations/look-up.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import { approvalBy, ben, headSha, oldSha, wholeFacts } from '../controls/sample-change.ts'
import { emptyLookUps, policyText, subject } from './fake-world.ts'

/** A rule that asks for a team, and one by who may maintain. */
const text = `version: 1
mode: enforce
controls:
  independent-review:
    rules:
      - name: payments
        approvals: 1
        from: { teams: [acme/payments] }
      - name: maintainers
        approvals: 1
        from: { permission: maintain }
`

function policyFrom(source: string) {
  const parsed = parsePolicy({ text: source, layer: 'organization', catalogue })
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join(' '))
  const organization = { document: parsed.policy, origin: policyText('organization', source).origin }
  const target = { name: 'shop', topics: [], properties: {} }
  return resolvePolicy({ catalogue, organization, repository: null, target }).policy
}

interface Fake {
  readonly ports: LookUpPorts
  readonly calls: string[]
  readonly kept: Map<string, { value: unknown; readAt: string }>
  now: Date
}

/** A GitHub that answers each question, and a memory. */
function fakeGitHub(over: Partial<LookUpPorts> = {}): Fake {
  const calls: string[] = []
  const kept: Fake['kept'] = new Map()
  const keyOf = (answer: KeptAnswer) => JSON.stringify(answer)
  const fake = { calls, kept, now: new Date('2026-05-06T12:00:00.000Z') }
  const ports: LookUpPorts = {
    ...emptyLookUps(),
    now: () => fake.now,
    findKeptAnswer: (answer) => Promise.resolve(kept.get(keyOf(answer)) ?? null),
    keepAnswer: (answer, value, at) =>
      Promise.resolve(void kept.set(keyOf(answer), { value, readAt: at.toISOString() })),
    collectTeamMembers: (_subject, team) => {
      calls.push(`members of ${team}`)
      return Promise.resolve(known([ben.id]))
    },
    collectPermission: (_subject, { login }) => {
      calls.push(`permission of ${login}`)
      return Promise.resolve(known('maintain'))
    },
    collectMergeBase: (_subject, { commit }) => {
      calls.push(`merge base of ${commit.slice(0, 7)}`)
      return Promise.resolve(known('ba5e000'.padEnd(40, '0')))
    },
    collectRevision: (_subject, { commit }) => {
      calls.push(`difference at ${commit.slice(0, 7)}`)
      return Promise.resolve(known({ 'src/a.ts': { content: 'f00d', exact: 'f00d', before: null } }))
    },
    ...over,
  }
  return Object.assign(fake, { ports })
}

const approved: ChangeFacts = { ...wholeFacts, reviews: known([approvalBy(ben)]) }
const approvedEarlier: ChangeFacts = { ...wholeFacts, reviews: known([approvalBy(ben, { commitSha: oldSha })]) }

const policy = policyFrom(text)
const byDefault = policyFrom('version: 1\nmode: enforce\n')

describe('lookUpAsked', () => {
  test('looks up the teams and permissions that rules ask for', async () => {
    const { ports, calls } = fakeGitHub()
    const facts = await lookUpAsked({ subject, facts: approved, policy }, ports)
    expect(facts.teams).toEqual(known([{ name: 'acme/payments', members: known([ben.id]) }]))
    expect(facts.permissions).toEqual(known([{ accountId: ben.id, permission: known('maintain') }]))
    expect(calls.toSorted()).toEqual(['members of acme/payments', 'permission of ben'])
  })

  test('asks GitHub once for what it keeps, and again when that has come of age', async () => {
    const fake = fakeGitHub()
    const first = await lookUpAsked({ subject, facts: approved, policy }, fake.ports)
    expect(await lookUpAsked({ subject, facts: approved, policy }, fake.ports)).toEqual(first)
    expect(fake.calls).toHaveLength(2)
    fake.now = new Date(fake.now.getTime() + 31 * 60_000)
    await lookUpAsked({ subject, facts: approved, policy }, fake.ports)
    expect(fake.calls).toHaveLength(4)
  })

  test('keeps nothing of what GitHub hid, and asks for it once in one look', async () => {
    const hidden = unknown('grant the app members: read')
    const calls: string[] = []
    const fake = fakeGitHub({
      collectTeamMembers: (_subject, team) => {
        calls.push(team)
        return Promise.resolve(hidden)
      },
    })
    const facts = await lookUpAsked({ subject, facts: approved, policy }, fake.ports)
    expect(facts.teams).toEqual(known([{ name: 'acme/payments', members: hidden }]))
    expect(calls).toEqual(['acme/payments'])
    expect([...fake.kept.keys()].filter((key) => key.includes('team-members'))).toEqual([])
  })

  test('asks nothing when every approval is of the head and no rule asks for more', async () => {
    const { ports, calls } = fakeGitHub()
    expect(await lookUpAsked({ subject, facts: approved, policy: byDefault }, ports)).toEqual(approved)
    expect(calls).toEqual([])
  })

  test('compares an earlier approval with the head, and keeps that by merge base and commit for good', async () => {
    const fake = fakeGitHub()
    const facts = await lookUpAsked({ subject, facts: approvedEarlier, policy: byDefault }, fake.ports)
    const files = known({ 'src/a.ts': { content: 'f00d', exact: 'f00d', before: null } })
    expect(facts.revisions).toEqual(
      known([
        { sha: oldSha, files },
        { sha: headSha, files },
      ]),
    )
    expect(fake.calls).toHaveLength(4)
    fake.now = new Date(fake.now.getTime() + 90 * 24 * 3_600_000)
    await lookUpAsked({ subject, facts: approvedEarlier, policy: byDefault }, fake.ports)
    expect(fake.calls).toHaveLength(4)
  })

  test('asks only for the kinds it was told to', async () => {
    const { ports, calls } = fakeGitHub()
    await lookUpAsked({ subject, facts: approved, policy, only: ['team'] }, ports)
    expect(calls).toEqual(['members of acme/payments'])
  })
})
