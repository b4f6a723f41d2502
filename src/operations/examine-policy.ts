import { catalogue } from '#controls/catalogue.ts'
import type { Tracker } from '#facts/ticket.ts'
import type { ControlPolicy } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { PolicyGroup, PolicyLayer, PolicySource } from '#policy/policy-document.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import { faultSentence } from '#policy/validate-policy.ts'
import { rulesOf } from '#tickets/naming.ts'
import { ticketSettings } from '#tickets/settings.ts'

export interface ExaminedPolicy {
  /** A sentence each, with its line. */
  readonly faults: readonly string[]
  /** Where tickets of some repository are looked up, whatever the mode that is not `off`. Each once. */
  readonly trackersAsked: readonly Tracker[]
}

/** What is wrong with an organization's policy, and which trackers have to be connected for it. */
export function examinePolicy({ text, origin }: PolicySource): ExaminedPolicy {
  const parsed = parsePolicy({ text, layer: 'organization', catalogue })
  if (!parsed.ok) return { faults: parsed.faults.map(faultSentence), trackersAsked: [] }
  const { groups } = parsed.policy
  const layers = [[], ...groups.map((group) => [everywhere(group)])].map((some): PolicyLayer => {
    return { document: { ...parsed.policy, groups: some }, origin }
  })
  const resolved = layers.map((organization) => resolvePolicy({ catalogue, organization, repository: null, target }))
  const asked = resolved.flatMap(({ policy }) => trackersOf(policy.controls[ticketControl]))
  return {
    faults: [...new Set(resolved.flatMap(({ faults }) => faults).map(faultSentence))],
    trackersAsked: [...new Set(asked)],
  }
}

const ticketControl = 'ticket-link'

/** Which repositories a group selects is not known here: as if it selected all. */
const everywhere = (group: PolicyGroup): PolicyGroup => ({
  ...group,
  repositories: { names: [target.name], topics: [], properties: {} },
})

const target = { name: 'any', topics: [], properties: {} } as const

function trackersOf(control: ControlPolicy | undefined): readonly Tracker[] {
  if (control === undefined || control.mode === 'off') return []
  const settings = ticketSettings.parse(control.settings)
  const { projects, trackers } = rulesOf(settings)
  const owners = new Set(projects.values())
  // Keys of Jira and Linear are those of their projects; the others have keys of their own.
  const isNamed = (tracker: Tracker): boolean => (tracker !== 'jira' && tracker !== 'linear') || owners.has(tracker)
  return settings.verify === 'pattern' ? [] : [...trackers].filter(isNamed)
}
