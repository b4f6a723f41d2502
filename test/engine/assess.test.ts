import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { catalogue } from '#controls/catalogue.ts'
import { blind, type Control, met } from '#controls/control.ts'
import { asksOf, assess } from '#engine/assess.ts'
import type { AskedTicket } from '#facts/asked.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { approvalBy, ben, change, wholeFacts } from '../controls/sample-change.ts'
import { policyOf } from './sample-policy.ts'

const facts: ChangeFacts = { ...wholeFacts, reviews: known([approvalBy(ben)]) }

const enforced = policyOf(
  Object.fromEntries(
    catalogue.map(({ id, settings }) => [
      id,
      { mode: 'enforce' as const, settings: settings.parse(id === 'ticket-link' ? { projects: ['BUG'] } : {}) },
    ]),
  ),
)

/** A control that exists for these tests alone. */
const controlThat = (evaluate: Control['evaluate']): Control => ({
  id: 'sample',
  subject: 'change',
  title: 'A sample',
  satisfies: [],
  needs: ['change', 'files'],
  settings: z.object({}),
  strictness: {},
  remediation: '',
  evaluate,
})

const sampled = (evaluate: Control['evaluate'], seen: ChangeFacts = facts) =>
  assess({
    catalogue: [controlThat(evaluate)],
    facts: seen,
    policy: policyOf({ sample: { mode: 'enforce', settings: { depth: 3 } } }),
    kind: 'change',
  })

describe('assess', () => {
  test('gives one finding per control, in the order of the catalogue', () => {
    const findings = assess({ catalogue, facts, policy: enforced, kind: 'change' })
    expect(findings.map(({ control }) => control)).toEqual(catalogue.map(({ id }) => id))
    expect(findings).toContainEqual(expect.objectContaining({ control: 'independent-review', outcome: 'met' }))
    expect(findings).toContainEqual(expect.objectContaining({ control: 'valid-policy', outcome: 'not-applicable' }))
  })

  for (const control of catalogue) {
    for (const need of control.needs) {
      test(`says that ${control.id} is undetermined when ${need} could not be seen`, () => {
        const blind = { ...facts, [need]: unknown('the app lacks the permission pull_requests: read') }
        expect(assess({ catalogue: [control], facts: blind, policy: enforced, kind: 'change' })).toEqual([
          {
            control: control.id,
            mode: 'enforce',
            outcome: 'undetermined',
            because: [`${need}: the app lacks the permission pull_requests: read`],
          },
        ])
      })

      test(`says that ${control.id} is undetermined when ${need} is missing altogether`, () => {
        const { [need]: _, ...blind } = facts
        const [finding] = assess({
          catalogue: [control],
          facts: blind as ChangeFacts,
          policy: enforced,
          kind: 'change',
        })
        expect(finding).toMatchObject({ outcome: 'undetermined', because: [`${need}: was not looked for`] })
      })
    }
  }

  test('names every need that could not be seen', () => {
    const [finding] = sampled(() => met(), { ...facts, change: unknown('gone'), files: unknown('more than 3,000') })
    expect(finding?.because).toEqual(['change: gone', 'files: more than 3,000'])
  })

  test('leaves out what the policy turns off', () => {
    const policy = policyOf({ ...enforced.controls, 'ticket-link': { mode: 'off', settings: {} } })
    const findings = assess({ catalogue, facts, policy, kind: 'change' })
    expect(findings.map(({ control }) => control)).toEqual(
      catalogue.map(({ id }) => id).filter((id) => id !== 'ticket-link'),
    )
  })

  test('only observes a control that the policy does not know, with its default settings', () => {
    const findings = assess({ catalogue, facts, policy: policyOf({}), kind: 'change' })
    expect(new Set(findings.map(({ mode }) => mode))).toEqual(new Set(['observe']))
    expect(findings).toContainEqual(expect.objectContaining({ control: 'ticket-link', outcome: 'unmet' }))
  })

  test('hands a control its settings and the facts it declared, and nothing else', () => {
    const given: unknown[] = []
    sampled((...all) => {
      given.push(...all)
      return met()
    })
    expect(given).toEqual([{ change, files: [] }, { depth: 3 }])
  })

  test('hands over what a control may need as it was seen, known or not', () => {
    const given: unknown[] = []
    const hidden = unknown('no permission')
    const control: Control = {
      ...controlThat((seen) => {
        given.push(seen)
        return met()
      }),
      mayNeed: ['checks', 'teams'],
    }
    assess({ catalogue: [control], facts: { ...facts, checks: hidden }, policy: policyOf({}), kind: 'change' })
    expect(given).toEqual([{ change, files: [], checks: hidden, teams: known([]) }])
  })

  test('says undetermined when a control turns out to need what it could not see', () => {
    const [finding] = sampled(() => blind('the members of acme/payments could not be seen'))
    const because = ['the members of acme/payments could not be seen']
    expect(finding).toEqual({ control: 'sample', mode: 'enforce', outcome: 'undetermined', because })
  })

  test.each([
    ['an error', new Error('index out of range'), 'the control failed: index out of range'],
    ['something else', 'plain words', 'the control failed: plain words'],
  ])('says undetermined when a control throws %s', (_name, thrown, because) => {
    const findings = sampled(() => {
      throw thrown as Error
    })
    expect(findings).toEqual([{ control: 'sample', mode: 'enforce', outcome: 'undetermined', because: [because] }])
  })
})

describe('asksOf', () => {
  const asking = (id: string, asks: Control['asks']): Control => ({
    ...controlThat(() => met()),
    id,
    ...(asks ? { asks } : {}),
  })
  const asked = (...controls: readonly Control[]) =>
    asksOf({ catalogue: controls, facts, policy: policyOf({ off: { mode: 'off', settings: {} } }) })

  const bug: AskedTicket = { tracker: 'jira', key: 'BUG-453', repository: null }
  const story: AskedTicket = { tracker: 'shortcut', key: 'sc-12', repository: null }

  test('joins what the controls ask for, each thing once', () => {
    const one = asking('one', () => ({
      teams: ['acme/Payments'],
      wants: ['properties'],
      revisions: ['a'],
      tickets: [bug],
    }))
    const other = asking('other', () => ({
      teams: ['acme/payments', 'acme/web'],
      wants: ['properties'],
      permissions: [ben],
      tickets: [{ ...bug }, story],
    }))
    expect(asked(one, other, asking('silent', undefined))).toEqual({
      teams: ['acme/payments', 'acme/web'],
      permissions: [ben],
      revisions: ['a'],
      tickets: [bug, story],
      wants: ['properties'],
    })
  })

  test('asks nothing for a control that is off, or that fails at asking', () => {
    const failing = asking('failing', () => {
      throw new Error('index out of range')
    })
    expect(
      asked(
        asking('off', () => ({ teams: ['acme/web'] })),
        failing,
      ),
    ).toEqual({
      teams: [],
      permissions: [],
      revisions: [],
      tickets: [],
      wants: [],
    })
  })
})
