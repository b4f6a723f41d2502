import { describe, expect, test } from '@jest/globals'
import type { InstallationStanding } from '#facts/installation.ts'
import { readInstallations } from '#operations/read-installations.ts'

const acme: InstallationStanding = { id: 1, account: 'acme', standing: 'active' }
const initech: InstallationStanding = { id: 2, account: 'initech', standing: 'active' }
const suspended: InstallationStanding = { ...acme, standing: 'suspended' }
const removed: InstallationStanding = { ...acme, standing: 'removed' }

interface Row {
  readonly when: string
  readonly listed: readonly InstallationStanding[]
  readonly known: readonly InstallationStanding[]
  readonly stored: readonly InstallationStanding[]
}

const rows: readonly Row[] = [
  { when: 'there are none', listed: [], known: [], stored: [] },
  { when: 'all are known as they are', listed: [acme, initech], known: [initech, acme], stored: [] },
  { when: 'one was not known', listed: [acme, initech], known: [acme], stored: [initech] },
  { when: 'one was suspended since', listed: [suspended], known: [acme], stored: [suspended] },
  { when: 'one is at work again', listed: [acme], known: [suspended], stored: [acme] },
  {
    when: 'an account was renamed',
    listed: [{ ...acme, account: 'acme-inc' }],
    known: [acme],
    stored: [{ ...acme, account: 'acme-inc' }],
  },
  { when: 'one is gone', listed: [initech], known: [acme, initech], stored: [removed] },
  { when: 'one that was suspended is gone', listed: [], known: [suspended], stored: [removed] },
  { when: 'one is known to be gone', listed: [], known: [removed], stored: [] },
  {
    when: 'an account removed the app and installed it anew',
    listed: [{ ...acme, id: 3 }],
    known: [acme],
    stored: [{ ...acme, id: 3 }, removed],
  },
]

describe('readInstallations', () => {
  for (const { when, listed, known, stored } of rows) {
    test(`stores ${String(stored.length)} when ${when}`, async () => {
      const written: InstallationStanding[] = []
      await readInstallations({
        listInstallations: () => Promise.resolve(listed),
        findKnown: () => Promise.resolve(known),
        store: (installation) => Promise.resolve(void written.push(installation)),
      })
      expect(written).toEqual(stored)
    })
  }

  test('takes none for gone when GitHub does not answer', async () => {
    const written: InstallationStanding[] = []
    const reading = readInstallations({
      listInstallations: () => Promise.reject(new Error('GitHub answers 502')),
      findKnown: () => Promise.resolve([acme]),
      store: (installation) => Promise.resolve(void written.push(installation)),
    })
    await expect(reading).rejects.toThrow('GitHub answers 502')
    expect(written).toEqual([])
  })
})
