import { describe, expect, test } from '@jest/globals'
import { catalogue } from '#controls/catalogue.ts'
import { assess } from '#engine/assess.ts'
import type { Assessment, JudgedRepository } from '#engine/assessment.ts'
import { standingOf } from '#engine/standing.ts'
import { canonicalJson } from '#facts/canonical-json.ts'
import { known, unknown } from '#facts/fact.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import {
  type Simulated,
  type SimulatedChange,
  type SimulatedPolicy,
  simulateChanges,
} from '#operations/simulate-change.ts'
import { approvalBy, ben, change, wholeFacts } from '../controls/sample-change.ts'
import { subject } from './fake-world.ts'

const repository: JudgedRepository = {
  id: subject.repositoryId,
  owner: subject.owner,
  name: subject.repository,
  topics: [],
  visibility: 'private',
  properties: {},
}

const simulate = (facts: string, ...policies: readonly SimulatedPolicy[]): Simulated =>
  simulateChanges({ facts: { path: 'facts.json', text: facts }, policies })

const organizations = (text: string): SimulatedPolicy => ({ layer: 'organization', path: 'countersign.yml', text })
const repositorys = (text: string): SimulatedPolicy => ({
  layer: 'repository',
  path: '.github/countersign.yml',
  text,
})

const tickets = organizations("mode: 'off'\ncontrols:\n  ticket-link: { mode: enforce, projects: [BUG] }\n")

function changesOf(simulated: Simulated): readonly SimulatedChange[] {
  if (!simulated.ok) throw new Error(`Nothing was judged: ${JSON.stringify(simulated.faults)}`)
  return simulated.changes
}

function changeOf(simulated: Simulated): SimulatedChange {
  const [only, ...others] = changesOf(simulated)
  if (only === undefined || others.length > 0) throw new Error('Not one change was judged.')
  return only
}

const faultsOf = (simulated: Simulated): readonly string[] =>
  simulated.ok
    ? []
    : simulated.faults.map(({ file, line, path, message }) => `${file}:${line ?? ''} ${path}: ${message}`)

/** An assessment as the ledger keeps it, by the given policy of an organization. */
function assessmentBy(text: string): Assessment {
  const parsed = parsePolicy({ text, layer: 'organization', catalogue })
  if (!parsed.ok) throw new Error('The policy of the test is wrong.')
  const origin = {
    layer: 'organization',
    repository: 'acme/.github',
    path: 'countersign.yml',
    commitSha: 'c0ffee',
  } as const
  const organization = { document: parsed.policy, origin }
  const { policy } = resolvePolicy({ catalogue, organization, repository: null, target: repository })
  const facts = {
    ...wholeFacts,
    reviews: known([approvalBy(ben)]),
    checks: unknown('the app lacks the permission "Checks: read"'),
  }
  return {
    subject,
    number: 3,
    cause: { actor: 'ana', reason: 'pull_request.opened', occurredAt: '', receivedAt: '' },
    at: '2026-05-04T10:00:00.000Z',
    facts,
    repository,
    findings: assess({ catalogue, facts, policy, kind: 'change' }),
    policy,
  }
}

describe('an assessment from the ledger', () => {
  test.each(['', 'mode: enforce\n', 'preset: strict\n', tickets.text])(
    'comes out under its own policy (%j) as it came out then',
    (text) => {
      const assessment = assessmentBy(text)
      const simulated = changeOf(simulate(canonicalJson(assessment), organizations(text)))
      expect(simulated.findings).toEqual(assessment.findings)
      expect(simulated.policyDigest).toBe(assessment.policy.digest)
      expect(simulated.standing).toBe(standingOf(assessment.findings))
      expect(simulated.subject).toBe(`${subject.owner}/${subject.repository}#${subject.number}`)
    },
  )

  test('comes out differently under another policy, and the one it was judged by does not matter', () => {
    const recorded = canonicalJson(assessmentBy(tickets.text))
    expect(changeOf(simulate(recorded, tickets)).standing).toBe('met')
    expect(changeOf(simulate(recorded, organizations(tickets.text.replace('BUG', 'ENG')))).standing).toBe('unmet')
  })
})

const document = (more: object = {}): string => JSON.stringify({ facts: wholeFacts, ...more })

describe('what is judged', () => {
  test('by the default preset when there is no policy: everything is observed', () => {
    const { findings, conclusion } = changeOf(simulate(document()))
    expect(findings.map(({ control }) => control)).toEqual(
      catalogue.map(({ id }) => id).filter((id) => id !== 'signed-commits'),
    )
    expect(new Set(findings.map(({ mode }) => mode))).toEqual(new Set(['observe']))
    expect(conclusion).toBe('success')
  })

  test('a fact that an older snapshot lacks could not be seen: undetermined, never met and never green', () => {
    const { pushes: _pushes, ...older } = wholeFacts
    const simulated = changeOf(simulate(JSON.stringify({ facts: older }), tickets))
    expect(simulated.findings).toEqual([
      { control: 'ticket-link', mode: 'enforce', outcome: 'undetermined', because: ['pushes: was not recorded'] },
    ])
    expect(simulated.conclusion).toBe('failure')
  })

  test('a group selects by the repository of the document', () => {
    const grouped = organizations(
      `${tickets.text}groups:\n  - name: production\n    repositories: { topics: [production] }\n    controls: { ticket-link: { projects: [OPS] } }\n`,
    )
    const standing = (more: object): unknown => changeOf(simulate(document(more), grouped)).standing
    expect(standing({ repository })).toBe('met')
    expect(standing({ repository: { ...repository, topics: ['production'] } })).toBe('unmet')
    expect(changeOf(simulate(document(), grouped)).notes).toEqual([
      'The policy has groups, and the document no "repository" that they could select.',
    ])
  })

  test('a group selects by custom properties of the repository, or of the facts', () => {
    const grouped = organizations(
      `${tickets.text}groups:\n  - name: tier 1\n    repositories: { properties: { tier: ['1'] } }\n    controls: { ticket-link: { projects: [OPS] } }\n`,
    )
    const inFacts = { facts: { ...wholeFacts, properties: known({ tier: '1' }) }, repository }
    expect(changeOf(simulate(document(inFacts), grouped)).standing).toBe('unmet')
    const inRepository = { repository: { ...repository, properties: { tier: ['1', '2'] } } }
    expect(changeOf(simulate(document(inRepository), grouped))).toMatchObject({ standing: 'unmet', notes: [] })
    expect(changeOf(simulate(document({ repository }), grouped))).toMatchObject({
      standing: 'met',
      notes: ['A group selects by custom properties, and "repository.properties" is empty: add them if there are any.'],
    })
  })

  test('by both policies: what the organization locks stays, and is told', () => {
    const locking = organizations(`${tickets.text}locked: [ticket-link]\n`)
    const weaker = repositorys('controls:\n  ticket-link: { mode: observe }\n')
    const { findings, notes } = changeOf(simulate(document(), locking, weaker))
    expect(findings.map(({ mode }) => mode)).toEqual(['enforce'])
    expect(notes).toEqual([
      'Line 2, controls.ticket-link.mode: countersign.yml locks ticket-link.mode at "enforce": "observe" is weaker and has no effect here.',
    ])
  })

  test.each([
    ['the subject', { subject, repository: { ...repository, name: 'other' } }, 'acme/shop#'],
    ['the repository and the number of the change', { repository }, `acme/shop#${change.number}`],
    ['the number alone', {}, `change#${change.number}`],
    ['nothing', { facts: {} }, 'change'],
  ])('is called by %s', (_what, more, name) => {
    expect(changeOf(simulate(document(more), tickets)).subject.startsWith(name)).toBe(true)
  })
})

describe('facts may be', () => {
  const one = document()
  test.each([
    ['one document', one, [1, false]],
    ['one document over many lines', JSON.stringify(JSON.parse(one), null, 2), [1, false]],
    ['one after a byte order mark', `\uFEFF${one}`, [1, false]],
    ['a list of one', `[${one}]`, [1, true]],
    ['a list of two', `[${one},\n${one}]`, [2, true]],
    ['one on each line', `${one}\n${one}\r\n\n${one}\n`, [3, true]],
    ['of version 1', document({ version: 1 }), [1, false]],
    ['beside members that nobody needs', document({ comment: 'from the audit of May' }), [1, false]],
  ])('%s', (_what, text, expected) => {
    const simulated = simulate(text, tickets)
    expect([changesOf(simulated).length, simulated.ok && simulated.isList]).toEqual(expected)
  })
})

const nullReview = { facts: { ...wholeFacts, reviews: known([{ ...approvalBy(ben), id: null }]) } }

describe('bad input is told with path and sentence, and nothing is judged:', () => {
  test.each([
    ['an empty text', '', /^facts\.json: : This is no JSON: .+\.$/],
    ['an empty list', '[]', /^facts\.json: : The list is empty\.$/],
    ['a text', '"facts"', /^facts\.json: : A document of facts is a JSON object with the member "facts"\./],
    ['a list in a list', '[[]]', /^facts\.json: 0: A document of facts is a JSON object/],
    ['no facts', '{}', /^facts\.json: facts: "facts" is missing\.$/],
    ['another version', document({ version: 2 }), /^facts\.json: version: Expected 1: this Countersign knows no other/],
    ['a misspelt member', document({ repositry: {} }), /^facts\.json: repositry: .* Did you mean "repository"\?$/],
    ['null', document(nullReview), /^facts\.json: facts\.reviews\.value\.0\.id: This may not be null\.$/],
    [
      'no fact',
      document({ facts: { reviews: [] } }),
      /^facts\.json: facts\.reviews: Expected \{"known": true, "value": …\}, or/,
    ],
    ['half a line', `${document()}\n{"facts"`, /^facts\.json:2 : This is no JSON: .+\.$/],
    ['a wrong line', `${document()}\n{"facts":3}`, /^facts\.json:2 facts: Expected a mapping, found 3\.$/],
    ['a wrong one in a list', `[${document()},{"facts":3}]`, /^facts\.json: 1\.facts: Expected a mapping, found 3\.$/],
  ])('%s', (_what, text, fault) => {
    const faults = faultsOf(simulate(text, tickets))
    expect(faults).toEqual([expect.stringMatching(fault)])
  })

  test('of a policy, with its line, beside that of the facts', () => {
    expect(faultsOf(simulate('{}', organizations('mode: observe\nmoed: off\n'), repositorys('groups: []\n')))).toEqual([
      'facts.json: facts: "facts" is missing.',
      'countersign.yml:2 moed: There is no key "moed" here. Did you mean "mode"?',
      expect.stringMatching(/^\.github\/countersign\.yml:1 groups: Only the organization can group repositories/),
    ])
  })

  test('fifty of many, and how many more there are', () => {
    const wrong = { facts: { ...wholeFacts, organizationMembers: known(Array.from({ length: 80 }, () => 'ana')) } }
    const faults = faultsOf(simulate(document(wrong), tickets))
    expect(faults).toHaveLength(51)
    expect(faults.at(-1)).toBe('facts.json: : And 30 more, told when these are mended.')
  })
})
