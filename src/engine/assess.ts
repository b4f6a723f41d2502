import type { Control, FactName, FactsOf, SubjectKind, Verdict } from '#controls/control.ts'
import type { Asked } from '#facts/asked.ts'
import type { Fact } from '#facts/fact.ts'
import type { ControlPolicy, EffectivePolicy, Mode } from '#policy/effective-policy.ts'

/** A control's verdict, or the admission that none could be reached. Only the engine can say the latter. */
export type Judgement = Verdict | { readonly outcome: 'undetermined'; readonly because: readonly string[] }

export type Finding = Judgement & { readonly control: string; readonly mode: Exclude<Mode, 'off'> }

interface Assessing<Kind extends SubjectKind> {
  readonly catalogue: readonly Control[]
  readonly facts: FactsOf[Kind]
  readonly policy: EffectivePolicy
  readonly kind: Kind
}

/**
 * Judges one subject by every control that its policy turns on: a finding each, in the catalogue's order.
 *
 * Never throws. What could not be seen, and what went wrong in a control, makes that one finding `undetermined`.
 */
export function assess<Kind extends SubjectKind>(assessing: Assessing<Kind>): readonly Finding[] {
  const { catalogue, facts, policy } = assessing
  const kind: string = assessing.kind
  return catalogue
    .filter((control) => control.subject === kind)
    .flatMap((control): Finding[] => {
      const { mode, settings } = policyFor(control, policy)
      if (mode === 'off') return []
      return [{ control: control.id, mode, ...judge(control, facts, settings) }]
    })
}

/**
 * What the controls that the policy turns on would still have to look up, given what is known by now.
 *
 * A control that fails at asking asks for nothing: it will fail at judging as well, and be undetermined.
 */
export function asksOf({ catalogue, facts, policy }: Omit<Assessing<'change'>, 'kind'>): Required<Asked> {
  const asked = catalogue.flatMap((control): Asked[] => {
    const { mode, settings } = policyFor(control, policy)
    if (mode === 'off') return []
    try {
      return [control.asks?.(facts, settings) ?? {}]
    } catch {
      return []
    }
  })
  return {
    teams: [...new Set(asked.flatMap(({ teams = [] }) => teams.map((team) => team.toLowerCase())))],
    permissions: [
      ...new Map(asked.flatMap(({ permissions = [] }) => permissions.map((one) => [one.id, one]))).values(),
    ],
    revisions: [...new Set(asked.flatMap(({ revisions = [] }) => revisions))],
    tickets: [
      ...new Map(asked.flatMap(({ tickets = [] }) => tickets.map((one) => [JSON.stringify(one), one]))).values(),
    ],
    wants: [...new Set(asked.flatMap(({ wants = [] }) => wants))],
  }
}

/** A policy that was resolved before a control existed says nothing of it: such a control is watched, not enforced. */
function policyFor(control: Control, policy: EffectivePolicy): ControlPolicy {
  const stated = policy.controls[control.id]
  if (stated !== undefined) return stated
  const defaults = control.settings.safeParse({})
  return { mode: 'observe', settings: defaults.success ? defaults.data : {} }
}

function judge(control: Control, facts: FactsOf[SubjectKind], settings: ControlPolicy['settings']): Judgement {
  const seen = control.needs.map((name) => ({ name, fact: factOf(facts, name) }))
  const unseen = seen.flatMap(({ name, fact }) => (fact.known ? [] : [`${name}: ${fact.why}`]))
  if (unseen.length > 0) return { outcome: 'undetermined', because: unseen }
  try {
    // Only what the control declared, so that `needs` cannot lie.
    const may = (control.mayNeed ?? []).map((name) => [name, factOf(facts, name)] as const)
    const needed = seen.map(({ name, fact }) => [name, fact.known ? fact.value : undefined] as const)
    const verdict = control.evaluate(Object.fromEntries([...may, ...needed]), settings)
    return verdict.outcome === 'blind' ? { ...verdict, outcome: 'undetermined' } : verdict
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return { outcome: 'undetermined', because: [`the control failed: ${what}`] }
  }
}

/** A fact that is not there at all, as in a snapshot older than the fact, is one we could not see. */
function factOf(facts: FactsOf[SubjectKind], name: FactName<SubjectKind>): Fact<unknown> {
  const fact = (facts as Partial<FactsOf[SubjectKind]>)[name]
  return fact ?? { known: false, why: 'was not looked for' }
}
