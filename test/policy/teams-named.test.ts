import { expect, test } from '@jest/globals'
import { catalogue } from '#controls/catalogue.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { teamsNamed, unknownTeams } from '#policy/teams-named.ts'

const text = `version: 1
controls:
  independent-review:
    rules:
      - name: payments
        approvals: 1
        from: { teams: [acme/Payments, acme/paymnets] }
groups:
  - name: critical
    repositories: { names: ['api-*'] }
    controls:
      independent-review:
        rules:
          - name: critical
            when: { authors: { teams: [acme/webb] } }
            approvals: 2
`

function document() {
  const parsed = parsePolicy({ text, layer: 'organization', catalogue })
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join(' '))
  return parsed.policy
}

test('finds every team that a policy names, groups included', () => {
  expect(teamsNamed(document()).map(({ team }) => team)).toEqual(['acme/Payments', 'acme/paymnets', 'acme/webb'])
})

test('says of each team that does not exist where it stands and which was meant', () => {
  const faults = unknownTeams(document(), { organization: 'acme', slugs: ['payments', 'web'] })
  expect(faults).toEqual([
    {
      path: 'controls.independent-review.rules.0.from.teams.1',
      line: 7,
      message: 'acme has no team "acme/paymnets". Did you mean "acme/payments"?',
    },
    {
      path: 'groups.0.controls.independent-review.rules.0.when.authors.teams.0',
      line: 15,
      message: 'acme has no team "acme/webb". Did you mean "acme/web"?',
    },
  ])
})

test('tells fifty of them at most: the rest is told when these are mended', () => {
  const teams = Array.from({ length: 4_000 }, (_, at) => `acme/no-such-team-${String(at)}`).join(', ')
  const rule = `{ name: many, approvals: 1, from: { teams: [${teams}] } }`
  const parsed = parsePolicy({
    text: `version: 1\ncontrols: { independent-review: { rules: [${rule}] } }\n`,
    layer: 'organization',
    catalogue,
  })
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join(' '))
  expect(unknownTeams(parsed.policy, { organization: 'acme', slugs: ['payments'] })).toHaveLength(50)
})
