import { z } from 'zod'
import { type Control, defineChangeControl, met } from '#controls/control.ts'
import type { PolicyDocument, PolicyLayer } from '#policy/policy-document.ts'
import type { PolicyOrigin } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'

const isWithin = (agreed: readonly string[], proposed: readonly string[]): boolean =>
  proposed.every((item) => agreed.includes(item))

const ticketLink = defineChangeControl({
  id: 'ticket-link',
  title: 'The change names its ticket',
  satisfies: [],
  needs: ['change'],
  settings: z.strictObject({
    projects: z
      .array(z.string().regex(/^[A-Z]+$/, 'A project key is upper-case letters, as in BUG.'))
      .default([])
      .describe('Project keys.'),
    require: z.enum(['any', 'all']).default('any').describe('How many places must agree.'),
    exempt: z.strictObject({ accounts: z.array(z.int().positive()).default([]) }).default({ accounts: [] }),
  }),
  strictness: {
    projects: isWithin,
    require: (agreed, proposed) => agreed === proposed || proposed === 'all',
    exempt: (agreed, proposed) => proposed.accounts.every((account) => agreed.accounts.includes(account)),
  },
  evaluate: () => met(),
  remediation: 'Name it.',
})

const independentReview = defineChangeControl({
  id: 'independent-review',
  title: 'Somebody else approved the change',
  satisfies: [],
  needs: ['change', 'reviews'],
  settings: z
    .strictObject({
      rules: z
        .array(z.strictObject({ name: z.string().min(1), approvals: z.int().min(0).max(10).default(1) }))
        .min(1)
        .default([{ name: 'every change', approvals: 1 }])
        .describe('All of them must be met.'),
      from: z
        .union([z.literal('anyone'), z.strictObject({ teams: z.array(z.string()).min(1) })])
        .default('anyone')
        .describe('Whose approval counts.'),
      'must-differ': z.boolean().default(false).describe('Nobody counts for two rules.'),
    })
    .refine((settings) => !settings['must-differ'] || settings.rules.length > 1, {
      path: ['must-differ'],
      message: 'With one rule there is nothing to differ.',
    }),
  strictness: {
    rules: (agreed, proposed) =>
      agreed.every(({ name, approvals }) => proposed.some((rule) => rule.name === name && rule.approvals >= approvals)),
    from: (agreed, proposed) => agreed === 'anyone' || JSON.stringify(agreed) === JSON.stringify(proposed),
    'must-differ': (agreed, proposed) => proposed || !agreed,
  },
  evaluate: () => met(),
  remediation: 'Ask somebody.',
})

const plain = defineChangeControl({
  id: 'plain',
  title: 'A control without settings is met',
  satisfies: [],
  needs: ['change'],
  settings: z.strictObject({}),
  strictness: {},
  evaluate: () => met(),
  remediation: 'Nothing to do.',
})

/** Small controls with every kind of setting; independent of the controls we ship. */
export const sampleCatalogue = [independentReview, plain, ticketLink] as readonly unknown[] as readonly Control[]

export const originOf = (layer: PolicyOrigin['layer']): PolicyOrigin => ({
  layer,
  repository: layer === 'organization' ? 'acme/.github' : 'acme/api-pay',
  path: layer === 'organization' ? 'countersign.yml' : '.github/countersign.yml',
  commitSha: layer === 'organization' ? 'a'.repeat(40) : 'b'.repeat(40),
})

/** A layer from YAML that must be sound. */
export const layerOf = (layer: PolicyOrigin['layer'], text: string): PolicyLayer => ({
  document: documentOf(layer, text),
  origin: originOf(layer),
})

export function documentOf(layer: PolicyOrigin['layer'], text: string): PolicyDocument {
  const parsed = parsePolicy({ text, layer, catalogue: sampleCatalogue })
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join(' '))
  return parsed.policy
}
