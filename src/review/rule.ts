import { z } from 'zod'
import { condition, isAnchored, restsOnTypedTextAlone } from './condition-schema.ts'
import { type People, teams, users } from './people.ts'
import { faultsAmong } from './rules-fault.ts'

const permissions = ['write', 'maintain', 'admin'] as const

const from = z.strictObject({
  users: users.optional(),
  teams: teams.optional(),
  'code-owners': z
    .boolean()
    .optional()
    .describe(
      'Each touched path that CODEOWNERS gives owners needs an approval by one of them, and only owners of a touched ' +
        'path count. Asks for nothing where no touched path has owners.',
    ),
  permission: z
    .enum(permissions)
    .optional()
    .describe('At least this permission to the repository; `write` is always asked for.'),
})

const rule = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('For people: it is named where the rule decides.'),
    when: condition.optional().describe('When it applies; always, when left out. All of what is said must be so.'),
    approvals: z.int().min(0).max(100).describe('How many people have to approve. 0: nobody, beside code owners.'),
    from: from
      .optional()
      .describe(
        'Whose approvals count: one of these users, or a member of one of these teams. Left out: who may write.',
      ),
    distinct: z.boolean().optional().describe('Nobody counts for two rules that say so.'),
    replaces: z.array(z.string()).min(1).optional().describe('The rules that are switched off where this one applies.'),
  })
  .superRefine((stated, context) => {
    for (const [path, message] of faultsOf(stated)) context.addIssue({ code: 'custom', message, path: [...path] })
  })

/** Who has to approve which changes. All rules that apply must be met. */
export const rules = z
  .array(rule)
  .min(1)
  .max(100)
  .superRefine((stated, context) => {
    for (const { path, message } of faultsAmong(stated)) context.addIssue({ code: 'custom', message, path: [...path] })
  })

export type Rule = z.output<typeof rule>
export type From = z.output<typeof from>
export type NeededPermission = (typeof permissions)[number]

export const isPermitted = (held: string, needed: NeededPermission): boolean =>
  permissions.findIndex((one) => one === held) >= permissions.indexOf(needed)

/** Null when anybody counts who may write. */
export function namedIn({ users = [], teams = [] }: From): People | null {
  return users.length + teams.length === 0 ? null : { users, teams }
}

type Fault = readonly [path: readonly string[], message: string]

function faultsOf({ when, approvals, from: counted, replaces, distinct }: Rule): readonly Fault[] {
  const asksOwners = counted?.['code-owners'] === true
  const faults: Fault[] = []
  if (counted !== undefined) faults.push(...faultsOfFrom(counted, approvals))
  if (approvals === 0 && counted !== undefined && !asksOwners) {
    faults.push([['from'], 'This says whose approvals count where none is asked for. Remove it, or ask for approvals.'])
  }
  if (asksOwners && distinct === true) {
    faults.push([
      ['distinct'],
      'A rule cannot ask for code owners and be distinct: whether every path can have an owner of its own may take ' +
        'forever to find out. Make two rules of it.',
    ])
  }
  const asksNobody = approvals === 0 && !asksOwners
  if (asksNobody && when === undefined) {
    faults.push([
      ['approvals'],
      'This would let every change pass unseen. Say "when", or switch the control off: mode: off.',
    ])
  }
  if (when !== undefined && approvals === 0 && (asksNobody || replaces !== undefined)) {
    if (!isAnchored(when)) faults.push([['when'], unanchored])
  } else if (when !== undefined && replaces !== undefined && restsOnTypedTextAlone(when)) {
    faults.push([['when'], typedAlone])
  }
  return faults
}

const unanchored =
  'A rule that asks for no approval has to rest on who wrote all of the change, where it goes or that it touches nothing ' +
  'else: say so with authored-by-apps, only-contributors, only-paths, base-branches or custom-properties. Patterns that ' +
  'fit everything do not, nor does anything else here: whoever writes the change has it in hand.'

const typedAlone =
  'A branch name, a title or a label can be typed by anybody, so they alone take no rule away. ' +
  'Say who or what it is for as well, as with authored-by-apps, only-contributors or only-paths.'

function faultsOfFrom(counted: From, approvals: number): readonly Fault[] {
  const { users: named = [], teams: within = [], permission } = counted
  if (named.length + within.length === 0 && counted['code-owners'] !== true && permission === undefined) {
    return [[['from'], 'This names nobody. Name users or teams, ask for code-owners or a permission, or leave it out.']]
  }
  const people = new Set(named.map((who) => String(who).toLowerCase())).size
  if (within.length > 0 || people === 0 || people >= approvals) return []
  const message = `${approvals} approvals are asked for and ${people} ${people === 1 ? 'person is' : 'people are'} named, so this can never be met.`
  return [[['approvals'], message]]
}
