import type { z } from 'zod'
import type { Control } from '#controls/control.ts'
import { digestOf } from '#facts/digest.ts'
import type { ControlPolicy, EffectivePolicy, Mode, PolicyFault, PolicyOrigin } from './effective-policy.ts'
import { explanationsOf, issueExplainer, quoted } from './explain-issue.ts'
import { type Field, keepLocked } from './keep-locked.ts'
import type { ControlStatement, PolicyGroup, PolicyLayer } from './policy-document.ts'
import { defaultPreset, type Preset, presets } from './presets.ts'
import { type PolicyTarget, selects } from './select-repository.ts'

export interface PolicyRequest {
  readonly catalogue: readonly Control[]
  /** Null when the organization has no policy file. */
  readonly organization: PolicyLayer | null
  /** Null when the repository has none. From the base branch: nothing in a head has a say. */
  readonly repository: PolicyLayer | null
  readonly target: PolicyTarget
}

export interface ResolvedPolicy {
  readonly policy: EffectivePolicy
  /** What a file says without effect: weakenings of what the organization locks, above all. */
  readonly faults: readonly LayeredFault[]
}

export interface LayeredFault extends PolicyFault {
  readonly layer: PolicyOrigin['layer']
}

/**
 * Joins preset, organization, groups and repository into the one policy that judges a repository.
 *
 * For each field of a control, what is said of that one control goes before what is said of all (`mode`, `preset`). Of
 * the same kind, the repository goes before the organization's groups, a later group before an earlier one, and they
 * before the organization at large. A field the organization locks keeps the value it has without the repository's
 * file, unless the repository's is at least as strict: what would weaken it becomes a fault and has no effect.
 */
export function resolvePolicy({ catalogue, organization, repository, target }: PolicyRequest): ResolvedPolicy {
  const groups = (organization?.document.groups ?? []).filter((group) => selects(group.repositories, target))
  const layers: Layers = { organization, groups, repository }
  const resolved = catalogue.map((control) => ({ id: control.id, ...resolveControl(control, layers) }))
  const controls = Object.fromEntries(resolved.map(({ id, policy }) => [id, policy]))
  const checks = repository?.document.checks ?? organization?.document.checks ?? 'single'
  const policy: EffectivePolicy = {
    digest: digestOf({ controls, checks }),
    preset: presetOf(layers).name,
    origins: [organization, repository].flatMap((layer) => (layer === null ? [] : [layer.origin])),
    checks,
    controls,
  }
  return { policy, faults: resolved.flatMap(({ faults }) => faults) }
}

interface Layers {
  readonly organization: PolicyLayer | null
  /** Those of the organization's groups that select the repository, in the order of its file. */
  readonly groups: readonly PolicyGroup[]
  readonly repository: PolicyLayer | null
}

interface ResolvedControl {
  readonly policy: ControlPolicy
  readonly faults: readonly LayeredFault[]
}

function resolveControl(control: Control, layers: Layers): ResolvedControl {
  const defaults = control.settings.parse({})
  const agreed = settle(control, { ...layers, repository: null }, defaults)
  if (layers.repository === null) return agreed
  const proposed = settle(control, layers, agreed.policy.settings)
  const locks = [layers.organization?.document.locked ?? [], ...layers.groups.map(({ locked }) => locked)].flat()
  const { policy, refused } = keepLocked({ control, locks, agreed: agreed.policy, proposed: proposed.policy })
  const misfits = agreed.faults.length > 0 ? agreed.faults : proposed.faults
  const refusals = refused.map((field) => refusal(field, { control, layers, agreed, proposed }))
  return { policy, faults: [...misfits, ...refusals] }
}

/** What the given layers make of a control. Settings that do not fit each other are a fault, and the fallback holds. */
function settle(control: Control, layers: Layers, fallback: ControlPolicy['settings']): ResolvedControl {
  const preset = presetOf(layers)
  const statements = statementsOn(control.id, layers)
  const general = [preset.mode, layers.organization?.document.mode, ...layers.groups.map(({ mode }) => mode)]
  const isNamed = statements.length > 0 || !preset.onlyWhenNamed.includes(control.id)
  const ofAll: typeof general = isNamed ? [...general, layers.repository?.document.mode] : ['off']
  const modes = [...ofAll, ...statements.map(({ mode }) => mode)]
  const said = modes.findLast((mode): mode is Mode => mode !== null && mode !== undefined) ?? preset.mode
  const mode = preset.isTrial && said === 'enforce' ? 'observe' : said
  const stated = statements.map(({ settings }) => settings)
  const parsed = control.settings.safeParse(Object.assign({}, presetSettings(control, preset), ...stated), {
    error: issueExplainer(),
  })
  if (parsed.success) return { policy: { mode, settings: parsed.data }, faults: [] }
  return { policy: { mode, settings: fallback }, faults: misfitFaults(control, layers, parsed.error) }
}

/** A repository chooses its own preset, but does not leave its organization's trial. */
function presetOf({ organization, repository }: Layers): Preset {
  const organizations = presets[organization?.document.preset ?? defaultPreset]
  const own = repository?.document.preset ?? null
  return own === null || organizations.isTrial ? organizations : presets[own]
}

/** What is said of one control, the weightiest last. */
function statementsOn(id: string, { organization, groups, repository }: Layers): readonly ControlStatement[] {
  const places = [organization?.document.controls, ...groups.map(({ controls }) => controls)]
  return [...places, repository?.document.controls].flatMap((controls) => controls?.[id] ?? [])
}

/** A preset outlives changes of the catalogue: what a control does not know, or does not take, is passed over. */
function presetSettings(control: Control, preset: Preset): ControlPolicy['settings'] {
  const settings = preset.settings[control.id] ?? {}
  const isKnown = Object.keys(settings).every((key) => Object.hasOwn(control.settings.shape, key))
  return isKnown && control.settings.safeParse(settings).success ? settings : {}
}

function misfitFaults(control: Control, layers: Layers, error: z.ZodError): readonly LayeredFault[] {
  const layer = layers.repository ?? layers.organization
  return error.issues.flatMap(explanationsOf).map(({ path, message }) => {
    const dotted = ['controls', control.id, ...path].join('.')
    return {
      layer: layers.repository === null ? 'organization' : 'repository',
      path: dotted,
      line: layer?.document.lines[dotted] ?? layer?.document.lines[`controls.${control.id}`] ?? null,
      message: `${message} The settings of ${control.id} do not fit each other, so these have no effect.`,
    }
  })
}

interface Disagreement {
  readonly control: Control
  readonly layers: Layers
  readonly agreed: ResolvedControl
  readonly proposed: ResolvedControl
}

function refusal(field: Field, { control, layers, agreed, proposed }: Disagreement): LayeredFault {
  const path = whereSaid(control, field, layers)
  const name = `${control.id}.${field.name}`
  const keeper = layers.organization?.origin.repository ?? 'the organization'
  const weaker = `${quoted(field.of(proposed.policy))} is weaker`
  return {
    layer: 'repository',
    path,
    line: layers.repository?.document.lines[path] ?? null,
    message: `${keeper} locks ${name} at ${quoted(field.of(agreed.policy))}: ${weaker} and has no effect here.`,
  }
}

/** The line of the repository's file that says it: of the control itself, else of all controls. */
function whereSaid(control: Control, field: Field, { repository }: Layers): string {
  const statement = repository?.document.controls[control.id]
  if (field.isMode) {
    if (statement !== undefined && statement.mode !== null) return `controls.${control.id}.mode`
    return repository?.document.mode === null ? 'preset' : 'mode'
  }
  return Object.hasOwn(statement?.settings ?? {}, field.name) ? `controls.${control.id}.${field.name}` : 'preset'
}
