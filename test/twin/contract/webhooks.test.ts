import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import { loadContract } from '#twin/contract/contract.ts'
import type { WebhookCut } from '#twin/contract/cut-description.ts'
import { webhookEvents } from '#twin/contract/operations.ts'
import { createSchemaCheck } from '#twin/contract/schema-check.ts'
import { slips } from '#twin/contract/slips.ts'

const contract = loadContract()
const examples = (createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Examples[]).filter(
  ({ name }) => webhookEvents.includes(name),
)

/**
 * Why a recorded payload may fail the description of today: most were recorded years before it.
 *
 * None of these may be sent by the twin, so none is passed over by the contract itself.
 */
const reasons: readonly { readonly violation: RegExp; readonly why: string }[] = [
  since(/repo(sitory)? lacks the key "(has_discussions|topics|visibility|disabled)"/, 'these came later'),
  since(/rule lacks the key "lock_branch_enforcement_level"/, 'the lock came later'),
  since(
    /changes has a key GitHub does not describe: "\w+_(level|count|push|review)"/,
    'only some changes are described',
  ),
  since(/(check_run|app) lacks the key "(node_id|details_url|permissions|events)"/, 'recorded before these came'),
  since(/app\.(created|updated)_at must match format "date-time"/, 'recorded in the format of old'),
  since(/check_suite has a key GitHub does not describe: "deployment"/, 'described beside the suite, sent inside it'),
  since(/installation lacks the key "(app_slug|suspended_by|suspended_at)"/, 'these came later'),
  since(/installation\.(created|updated)_at must be string/, 'recorded when times were numbers'),
  since(/permissions has a key GitHub does not describe: "content_references"/, 'a permission that is no more'),
  since(/payload lacks the key "requester"/, 'this came later'),
  since(/comment lacks the key "(performed_via_github_app|reactions)"/, 'these came later'),
  since(/issue lacks the key "(active_lock_reason|reactions)"/, 'these came later'),
  since(/label(s\.\d+)? lacks the key "description"/, 'this came later'),
  since(/pull_request lacks the key "(auto_merge|draft|active_lock_reason)"/, 'these came later'),
  since(/^payload (lacks the key "requested_team"|must match a schema in anyOf)/, 'follows from a key that came later'),
  since(/verification lacks the key "verified_at"/, 'this came later'),
]

/** How many of an event's recorded payloads fail. One more means the contract grew stricter than GitHub. */
const failing: Readonly<Record<string, number>> = {
  branch_protection_rule: 5,
  check_run: 3,
  installation: 7,
  installation_repositories: 3,
  issue_comment: 1,
  issues: 2,
  label: 1,
  member: 1,
  pull_request: 16,
  pull_request_review: 4,
  push: 7,
  status: 4,
  team: 1,
}

describe('the payloads recorded from GitHub', () => {
  test.each(examples)('of $name pass, except those recorded before today’s description', ({ name, examples }) => {
    const found = examples.map((payload) => contract.webhookViolations(name, payload)).filter((list) => list.length > 0)
    const unexplained = found.flat().filter((text) => !reasons.some(({ violation }) => violation.test(text)))
    expect({ failing: found.length, unexplained }).toEqual({ failing: failing[name] ?? 0, unexplained: [] })
  })

  test('number enough to say something', () => {
    expect(examples.flatMap((event) => event.examples)).toHaveLength(163)
  })

  test.each(reasons)('need each reason for failing: $why', ({ violation }) => {
    const found = examples.flatMap(({ name, examples }) =>
      examples.flatMap((payload) => contract.webhookViolations(name, payload)),
    )
    expect(found).toContainEqual(expect.stringMatching(violation))
  })
})

describe('a payload', () => {
  const created = sample('label', 'created')

  test('is right as recorded', () => {
    expect(contract.webhookViolations('label', created)).toEqual([])
  })

  test.each<[string, [string, unknown], string]>([
    [
      'an undeclared key',
      ['label', { ...created, colour: 'red' }],
      'payload has a key GitHub does not describe: "colour".',
    ],
    ['a missing key', ['label', { ...created, label: {} }], 'payload.label lacks the key "id".'],
    ['an unknown action', ['label', { ...created, action: 'painted' }], 'payload: GitHub describes no label.painted.'],
    ['an unknown event', ['star', created], 'payload: GitHub describes no star.created.'],
    ['no action', ['label', {}], 'payload: GitHub describes no label.'],
    ['no payload', ['push', undefined], 'payload must be object.'],
  ])('is wrong with %s', (_, [event, payload], violation) => {
    expect(contract.webhookViolations(event, payload)).toContain(violation)
  })
})

describe('the slips passed over', () => {
  const cut = webhookCut()
  const strict = createSchemaCheck(cut, { reading: 'as-is', slips: [] })

  const [recorded, described] = [
    slips.filter(({ elsewhere }) => !elsewhere),
    slips.filter(({ elsewhere }) => elsewhere),
  ]

  test.each(described)('are for a key that another part describes: $elsewhere', ({ elsewhere = '' }) => {
    expect(Object.values(cut.schemas).some(({ properties }) => properties && elsewhere in properties)).toBe(true)
  })

  test.each(recorded)('are each met by a recorded payload of its event: $violation', ({ where, violation }) => {
    const roots = Object.keys(cut.roots).filter((root) => where.test(root))
    const found = roots.flatMap((root) => {
      const recorded = examples.find(({ name }) => name === root.split('.')[0])?.examples ?? []
      return recorded.flatMap((payload) => strict.violations(root, payload, 'payload'))
    })
    expect(found).toContainEqual(expect.stringMatching(violation))
  })
})

interface Examples {
  readonly name: string
  readonly examples: readonly { readonly action?: string; readonly [key: string]: unknown }[]
}

function since(violation: RegExp, why: string): (typeof reasons)[number] {
  return { violation, why }
}

function sample(event: string, action: string): Examples['examples'][number] {
  const found = examples.find(({ name }) => name === event)?.examples.find((payload) => payload.action === action)
  if (!found) throw new Error(`No recorded payload of ${event}.${action}.`)
  return found
}

function webhookCut(): WebhookCut {
  const text = readFileSync(new URL('../../../src/twin/contract/webhooks.json', import.meta.url), 'utf8')
  return JSON.parse(text) as WebhookCut
}
