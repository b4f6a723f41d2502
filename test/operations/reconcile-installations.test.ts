import { describe, expect, test } from '@jest/globals'
import { reconcileInstallations } from '#operations/reconcile-installations.ts'

const failure = new Error('GitHub answers 502')

interface Row {
  readonly when: string
  readonly due: readonly number[]
  readonly failing: readonly number[]
  readonly reconciled: readonly number[]
}

const rows: readonly Row[] = [
  { when: 'none is due', due: [], failing: [], reconciled: [] },
  { when: 'all answer', due: [1, 2, 3], failing: [], reconciled: [1, 2, 3] },
  { when: 'one fails in the middle', due: [1, 2, 3], failing: [2], reconciled: [1, 3] },
  { when: 'all fail', due: [1, 2], failing: [1, 2], reconciled: [] },
]

describe('reconcileInstallations', () => {
  for (const { when, due, failing, reconciled } of rows) {
    test(`reconciles ${String(reconciled.length)} of ${String(due.length)} when ${when}, and leaves the others due`, async () => {
      const [givenBack, told]: [number[], [number, unknown][]] = [[], []]
      const result = await reconcileInstallations({
        claimDue: () => Promise.resolve(due),
        giveBack: (id) => Promise.resolve(void givenBack.push(id)),
        reconcile: (id) =>
          failing.includes(id) ? Promise.reject(failure) : Promise.resolve({ listed: id, offered: 0 }),
        onFailure: (id, error) => void told.push([id, error]),
      })
      expect(result).toEqual(reconciled.map((id) => ({ listed: id, offered: 0 })))
      expect(givenBack).toEqual(failing)
      expect(told).toEqual(failing.map((id) => [id, failure]))
    })
  }
})
