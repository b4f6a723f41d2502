import type { ControlPolicy, EffectivePolicy } from '#policy/effective-policy.ts'

export const policyOf = (
  controls: Readonly<Record<string, ControlPolicy>>,
  more: Partial<EffectivePolicy> = {},
): EffectivePolicy => ({
  digest: '1a2b3c4d5e6f'.padEnd(64, '0'),
  preset: 'soc2',
  origins: [],
  checks: 'single',
  controls,
  ...more,
})
