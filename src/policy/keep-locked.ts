import type { Control } from '#controls/control.ts'
import { canonicalJson } from '#facts/canonical-json.ts'
import type { ControlPolicy, Mode } from './effective-policy.ts'

export interface LockedControl {
  readonly control: Control
  /** `*`, `control`, `control.mode` or `control.setting`; those of other controls are passed over. */
  readonly locks: readonly string[]
  /** What holds without the repository's file. */
  readonly agreed: ControlPolicy
  /** What would hold with it. */
  readonly proposed: ControlPolicy
}

/** One thing about a control that can be locked: its mode, or one of its settings. */
export interface Field {
  readonly name: string
  readonly isMode: boolean
  readonly of: (policy: ControlPolicy) => unknown
}

/**
 * Takes over what a repository proposes, except where it would weaken a locked field: there the agreed value stays.
 *
 * Each field is compared by itself: modes by their order, settings by the control's own `strictness`. A value that is
 * neither stricter nor weaker, but different, weakens: only what is proven to be as strict is taken over.
 */
export function keepLocked({ control, locks, agreed, proposed }: LockedControl): {
  readonly policy: ControlPolicy
  readonly refused: readonly Field[]
} {
  const refused = fieldsOf(control)
    .filter(({ name }) => [`${control.id}.${name}`, control.id, '*'].some((lock) => locks.includes(lock)))
    .filter((field) => !isAsStrict(control, field, { agreed, proposed }))
  const mode = refused.some(({ isMode }) => isMode) ? agreed.mode : proposed.mode
  const kept = refused.filter(({ isMode }) => !isMode).map((field) => [field.name, field.of(agreed)] as const)
  const settings = { ...proposed.settings, ...Object.fromEntries(kept) }
  // A control may demand that its settings fit each other; a mixture that does not is not used.
  const fits = kept.length === 0 || control.settings.safeParse(settings).success
  return { policy: { mode, settings: fits ? settings : agreed.settings }, refused }
}

const order: Readonly<Record<Mode, number>> = { off: 0, observe: 1, enforce: 2 }

export const fieldsOf = (control: Control): readonly Field[] => [
  { name: 'mode', isMode: true, of: ({ mode }) => mode },
  ...Object.keys(control.settings.shape).map((name): Field => ({
    name,
    isMode: false,
    of: ({ settings }) => settings[name],
  })),
]

/** Whether `proposed` is proven at least as strict as `agreed` in one field. */
export function isAsStrict(
  control: Control,
  field: Field,
  { agreed, proposed }: Pick<LockedControl, 'agreed' | 'proposed'>,
): boolean {
  if (field.isMode) return order[proposed.mode] >= order[agreed.mode]
  const before = field.of(agreed)
  const after = field.of(proposed)
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return true
  return control.strictness[field.name]?.(before, after) ?? false
}
