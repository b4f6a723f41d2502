/** `off`: not judged. `observe`: recorded, never blocks. `enforce`: decides the check. */
export type Mode = 'off' | 'observe' | 'enforce'

/** Where a policy file was read from. */
export interface PolicyOrigin {
  readonly layer: 'organization' | 'repository'
  /** `owner/name`. */
  readonly repository: string
  readonly path: string
  /** The commit it was read at. */
  readonly commitSha: string
}

/** Whose policy: an organization's (no repository) or a repository's. */
export interface PolicyPlace {
  readonly layer: PolicyOrigin['layer']
  readonly organization: string
  readonly repositoryId: number | null
  /** The base branch whose file it is; null for an organization's. */
  readonly branch: string | null
}

/** One thing wrong with a policy file, said so that its author can mend it. */
export interface PolicyFault {
  /** Dotted path inside the file: `controls.ticket-link.projects.0`; empty for the whole file. */
  readonly path: string
  /** 1-based; null when the fault is in no particular line. */
  readonly line: number | null
  /** A sentence, with a suggestion where there is one. */
  readonly message: string
}

/** What applies to one repository after presets, organization, groups and repository have been resolved. */
export interface EffectivePolicy {
  /** SHA-256 of the canonical JSON of `controls` and `checks`, hex: equal digests judge alike. */
  readonly digest: string
  readonly preset: string
  /** The files it came from, in order; empty when only the default preset applies. */
  readonly origins: readonly PolicyOrigin[]
  readonly checks: 'single' | 'per-control'
  /** Every control of the catalogue, by id. `settings` has been parsed by the control's own schema. */
  readonly controls: Readonly<Record<string, ControlPolicy>>
}

export interface ControlPolicy {
  readonly mode: Mode
  readonly settings: Readonly<Record<string, unknown>>
}
