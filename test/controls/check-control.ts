import { describe, expect, test } from '@jest/globals'
import type { z } from 'zod'
import type { Blind, Control, Evidence, FactName, Verdict } from '#controls/control.ts'

interface Row<Need extends FactName<'change'>, Settings extends z.ZodObject, May extends FactName<'change'>> {
  /** Completes the test's name: "unmet when nobody approved". */
  readonly when: string
  readonly facts: Evidence<'change', Need, May>
  /** As a policy would write them; what is left out is the default. */
  readonly settings?: z.input<Settings>
  readonly expect: Verdict | Blind | (Verdict | Blind)['outcome']
}

/** The one place where tests call `evaluate`, so that its shape can change without touching a table. */
export function checkControl<
  Need extends FactName<'change'>,
  Settings extends z.ZodObject,
  May extends FactName<'change'> = never,
>(control: Control<'change', Need, Settings, May>, rows: readonly Row<Need, Settings, May>[]): void {
  describe(control.id, () => {
    for (const { when, facts, settings, expect: expected } of rows) {
      const outcome = typeof expected === 'string' ? expected : expected.outcome
      test(`${outcome} when ${when}`, () => {
        const verdict = control.evaluate(facts, control.settings.parse(settings ?? {}))
        if (typeof expected === 'string') expect(verdict.outcome).toBe(expected)
        else expect(verdict).toEqual(expected)
      })
    }
  })
}
