import type { Mode, PolicyFault, PolicyOrigin } from './effective-policy.ts'

/** What one policy file says, and nothing it does not say: no default has been filled in yet. Plain data. */
export interface PolicyDocument {
  readonly preset: PresetName | null
  /** The mode of controls of which no file says a mode. */
  readonly mode: Mode | null
  readonly checks: 'single' | 'per-control' | null
  readonly controls: ControlStatements
  /** `*`, a control's id, or `control.setting`. Always empty in a repository's file. */
  readonly locked: readonly string[]
  /** Always empty in a repository's file. */
  readonly groups: readonly PolicyGroup[]
  /** The 1-based line of each dotted path in the file, so that a later complaint can point there. */
  readonly lines: Readonly<Record<string, number>>
}

export type PresetName = 'soc2' | 'strict' | 'observe-all'

/** By control id. */
export type ControlStatements = Readonly<Record<string, ControlStatement>>

export interface ControlStatement {
  readonly mode: Mode | null
  /** Only the settings the file states, each already accepted by the control's schema. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What an organization says of some of its repositories only. */
export interface PolicyGroup {
  readonly name: string
  readonly repositories: GroupSelector
  readonly mode: Mode | null
  readonly controls: ControlStatements
  readonly locked: readonly string[]
}

/** A repository belongs when any one entry of any of the three fits. */
export interface GroupSelector {
  /** Globs over the repository's name, without its owner. */
  readonly names: readonly string[]
  readonly topics: readonly string[]
  /** Custom property to the values that fit. */
  readonly properties: Readonly<Record<string, readonly string[]>>
}

/** A policy file as found: its words and where they stood. */
export interface PolicySource {
  readonly text: string
  readonly origin: PolicyOrigin
}

/** A policy file understood, and where it stood. */
export interface PolicyLayer {
  readonly document: PolicyDocument
  readonly origin: PolicyOrigin
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: PolicyDocument }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] }
