import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openDoors } from '#command-line.ts'
import { environmentFor } from '#demo/stage.ts'
import { type House, openHouse } from './house.ts'

const policy = `version: 1
mode: enforce
controls:
  ticket-link: { projects: [BUG] }
  independent-review:
    rules: [{ name: reviewers, approvals: 1, from: { teams: [acme/reviewers] } }]
`

let house: House

beforeEach(async () => {
  house = await openHouse({ policy: null })
  house.acme.team('reviewers', [house.cleo])
  const [home] = house.acme.repositories.filter(({ name }) => name === '.github')
  home?.push({ branch: 'main', by: house.ben, files: { 'countersign.yml': policy } })
})

afterEach(async () => {
  await house.close()
  house.twin.assertClean()
})

const doors = () => openDoors({ ...environmentFor(house.twin, house.folder) })

test('the facts of a live change are all that its policy asks for, and judge offline as they did online', async () => {
  const pull = house.open()
  pull.review({ by: house.cleo, state: 'approve' })
  await house.settle()
  const { readFacts, simulateChanges } = doors()
  const facts = await readFacts({ owner: 'acme', repository: 'shop', number: pull.number })
  expect(facts?.facts.teams).toEqual({
    known: true,
    value: [{ name: 'acme/reviewers', members: { known: true, value: [house.cleo.id] } }],
  })
  const simulated = simulateChanges({
    facts: { path: '-', text: JSON.stringify(facts) },
    policies: [{ layer: 'organization', path: 'countersign.yml', text: policy }],
  })
  expect(simulated).toMatchObject({ ok: true, changes: [{ conclusion: 'success' }] })
  const stricter = simulateChanges({
    facts: { path: '-', text: JSON.stringify(facts) },
    policies: [
      { layer: 'organization', path: 'countersign.yml', text: policy.replace('approvals: 1', 'approvals: 2') },
    ],
  })
  expect(stricter).toMatchObject({ ok: true, changes: [{ conclusion: null }] })
})

test('to print facts leaves no trace: no entry, nothing kept, nothing written on GitHub', async () => {
  const pull = house.open()
  await house.settle()
  const { kysely } = house.app.database
  const entries = () => kysely.selectFrom('ledger').select('sequence').execute()
  const before = await entries()
  await kysely.deleteFrom('kept_answers').execute()
  house.twin.requests.reset()
  await doors().readFacts({ owner: 'acme', repository: 'shop', number: pull.number })
  expect(await entries()).toEqual(before)
  expect(await kysely.selectFrom('kept_answers').select('kind').execute()).toEqual([])
  const written = house.twin.requests
    .all()
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/graphql') && !path.includes('access_tokens'))
  expect(written).toEqual([])
})

test('there are none of a change that is not there', async () => {
  await house.settle()
  expect(await doors().readFacts({ owner: 'acme', repository: 'shop', number: 99 })).toBeNull()
  expect(await doors().readFacts({ owner: 'acme', repository: 'nothing', number: 1 })).toBeNull()
})
