import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { catalogue } from '#controls/catalogue.ts'
import { type Control, met } from '#controls/control.ts'
import { renderControlDoc, renderCriteriaDoc } from '#controls/render-docs.ts'

const sample: Control = {
  id: 'signed-commits',
  subject: 'change',
  title: 'Every commit is signed',
  satisfies: ['SOC2/CC8.1'],
  needs: ['change', 'commits'],
  settings: z.object({
    require: z.enum(['any', 'all']).default('all').describe('Which `a | b` counts.'),
    level: z.literal('pattern').default('pattern').describe('One level.'),
    exempt: z
      .strictObject({ accounts: z.array(z.int()).default([]) })
      .default({ accounts: [] })
      .describe('By id.'),
  }),
  strictness: {},
  evaluate: () => met(),
  remediation: `
    Sign it
    and push again.
  `,
}

test('the page of a control says what it claims, needs, helps to satisfy, and what can be set', () => {
  const page = renderControlDoc(sample)
  expect(page.split('\n')).toEqual(
    expect.arrayContaining([
      '# signed-commits',
      '**Every commit is signed.**',
      'Sign it',
      'and push again.',
      '| `require` | `any`, `all` | `"all"` | Which `a \\| b` counts. |',
      '| `level` | `pattern` | `"pattern"` | One level. |',
      '| `exempt` | { accounts: list of integer } | `{"accounts":[]}` | By id. |',
    ]),
  )
  expect(page).toContain('Looks at: `change`, `commits`.')
  expect(page).toContain('[SOC2/CC8.1](../criteria.md)')
})

test('the page of a control without settings says that it has none', () => {
  expect(renderControlDoc({ ...sample, settings: z.object({}) })).toContain('It has no settings of its own.')
})

test('the criteria name the controls that help to satisfy them, or that none does yet', () => {
  const page = renderCriteriaDoc([sample])
  expect(page).toContain('| SOC2/CC8.1 | [signed-commits](controls/signed-commits.md) |')
  expect(page).toContain('| SSDF/PW.7.2 | none yet |')
})

describe.each(catalogue)('the page of $id', (control) => {
  test('explains every setting', () => {
    const page = renderControlDoc(control)
    for (const name of Object.keys(control.settings.shape))
      expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\w+.*\\|$`, 'm'))
    expect(page).not.toContain('undefined')
  })
})
