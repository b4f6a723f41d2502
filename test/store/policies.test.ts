import { beforeAll, expect, test } from '@jest/globals'
import { digestOf } from '#facts/digest.ts'
import type { Database } from '#store/database.ts'
import { readLedger } from '#store/ledger.ts'
import { describeOnBothDatabases } from './databases.ts'
import { anEntry, books } from './samples.ts'
import type { PolicyPlace } from '#policy/effective-policy.ts'
import type { PolicySource } from '#policy/policy-document.ts'

const place: PolicyPlace = { layer: 'organization', organization: 'Acme', repositoryId: null, branch: null }

const policy = (text: string): PolicySource => ({
  text,
  origin: { layer: 'organization', repository: 'acme/.github', path: 'countersign.yml', commitSha: 'c1' },
})

const entryOf = (kind: 'policy.adopted' | 'policy.refused', found: PolicySource | null) =>
  anEntry({ kind, payloadDigest: found === null ? null : digestOf(found) })

describeOnBothDatabases('policies', (current) => {
  let database: Database
  let ports: ReturnType<typeof books>
  beforeAll(async () => {
    database = await current().open()
    ports = books(database)
  })
  const entries = async () => (await readLedger(database.kysely, 0, 1_000)).length
  const adopt = (found: PolicySource | null) => ports.adoptPolicy(place, found, entryOf('policy.adopted', found))
  const refuse = (found: PolicySource) => ports.refusePolicy(place, found, entryOf('policy.refused', found))

  test('none is in force before one was adopted', async () => {
    expect(await ports.findLastGoodPolicy(place)).toBeNull()
  })

  test('the one adopted last is in force, whatever the case of the login; each is entered once', async () => {
    await adopt(policy('one'))
    await adopt(policy('one'))
    expect(await entries()).toBe(1)
    await adopt(policy('two'))
    expect(await ports.findLastGoodPolicy({ ...place, organization: 'acme' })).toEqual(policy('two'))
    expect(await entries()).toBe(2)
  })

  test('two workers that adopt the same text at once enter it once', async () => {
    const other = books(await current().open())
    const found = policy('three')
    const entry = entryOf('policy.adopted', found)
    await Promise.all([ports, other, ports, other].map((one) => one.adoptPolicy(place, found, entry)))
    expect(await entries()).toBe(3)
  })

  test('one that is refused leaves the last good one in force, and is entered once for each text', async () => {
    await refuse(policy('broken'))
    await refuse(policy('broken'))
    expect(await entries()).toBe(4)
    await refuse(policy('broken otherwise'))
    expect(await entries()).toBe(5)
    expect(await ports.findLastGoodPolicy(place)).toEqual(policy('three'))
  })

  test('one that is refused again after a good one is entered again', async () => {
    await adopt(policy('four'))
    await refuse(policy('broken otherwise'))
    expect(await entries()).toBe(7)
  })

  test('a file that was removed is in force no more, and that is entered once', async () => {
    await adopt(null)
    await adopt(null)
    expect(await ports.findLastGoodPolicy(place)).toBeNull()
    expect(await entries()).toBe(8)
  })

  test('those of repositories and of other organizations stand apart', async () => {
    const repository: PolicyPlace = { layer: 'repository', organization: 'acme', repositoryId: 10, branch: 'main' }
    await ports.adoptPolicy(repository, policy('mine'), entryOf('policy.adopted', policy('mine')))
    expect(await ports.findLastGoodPolicy(repository)).toEqual(policy('mine'))
    expect(await ports.findLastGoodPolicy({ ...repository, repositoryId: 11 })).toBeNull()
    expect(await ports.findLastGoodPolicy({ ...place, organization: 'other' })).toBeNull()
  })
})
