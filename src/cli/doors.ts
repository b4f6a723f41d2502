import type { DeadLetter } from '#facts/subject.ts'
import type { FactsDocument } from '#operations/facts-document.ts'
import type { PolicyBotImport } from '#operations/import-policy-bot/import-policy-bot.ts'
import type { Role, Token } from '#operations/issue-token.ts'
import type { Simulated, Simulation } from '#operations/simulate-change.ts'
import type { PolicyFault, PolicyOrigin } from '#policy/effective-policy.ts'
import type { ExitCode } from './exit-codes.ts'

/**
 * What the commands can do, as functions: bin/ gives them their bodies and tests give them others.
 *
 * Each reads the configuration when it is called, so that `--help`, `policy check` and `simulate` need none.
 */
export interface Doors extends Terminal {
  readonly version: string
  readonly now: () => Date
  /** Runs until the process is told to stop; throws when it cannot start. */
  readonly run: (roles: readonly ProcessRole[]) => Promise<void>
  /** Names of the migrations applied now; empty when there was nothing to do. */
  readonly migrate: () => Promise<readonly string[]>
  readonly doctorChecks: () => AsyncIterable<DoctorCheck>
  /** Adds the actor (who runs the command), and returns the text that is shown once. */
  readonly createToken: (wanted: WantedToken) => Promise<{ readonly token: Token; readonly text: string }>
  /** Of one organization, or null for all; newest first. */
  readonly listTokens: (organization: string | null) => Promise<readonly Token[]>
  /** False when there is no such token, or it is revoked already. */
  readonly revokeToken: (revoked: { readonly id: string; readonly reason: string }) => Promise<boolean>
  readonly jobs: () => Promise<JobsView>
  /** Returns how many dead letters were queued again. */
  readonly requeueJobs: (requeued: {
    readonly ids: readonly string[] | 'all'
    readonly reason: string
  }) => Promise<number>
  /** The text of a file; `-` is standard input. */
  readonly readText: (path: string) => Promise<string>
  /** Everything that is wrong with a policy's text; empty when nothing is. */
  readonly checkPolicy: (policy: { readonly text: string; readonly layer: PolicyLayer }) => readonly PolicyFault[]
  /** The JSON Schema for editors. */
  readonly policySchema: () => string
  /** Judges recorded facts by policies, from their texts alone. */
  readonly simulateChanges: (simulation: Simulation) => Simulated
  /** What is seen of a change on GitHub now, with all that its policy asks for; null when there is no such change. */
  readonly readFacts: (reference: ChangeName) => Promise<FactsDocument | null>
  /** A `.policy.yml` of policy-bot as a policy of ours. */
  readonly importPolicyBot: (text: string) => PolicyBotImport
  /** Tells the story; false when a step did not come out as told. */
  readonly demo: (ending: 'exit' | 'stay') => Promise<boolean>
}

export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** The code the process ends with; called once, last. */
  readonly exit: (code: ExitCode) => void
}

/** A change as people write it: `acme/shop#12`. */
export interface ChangeName {
  readonly owner: string
  readonly repository: string
  readonly number: number
}

export type ProcessRole = 'web' | 'worker'

export type PolicyLayer = PolicyOrigin['layer']

/** One line of `countersign doctor`. */
export interface DoctorCheck {
  readonly name: string
  readonly standing: 'ok' | 'problem' | 'unknown'
  readonly detail: string
  /** What to do about it. */
  readonly remedy?: string
}

export interface WantedToken {
  readonly organization: string
  readonly role: Role
  readonly expiresAt: Date
  readonly reason: string
}

export interface JobsView {
  readonly counts: { readonly waiting: number; readonly active: number; readonly dead: number }
  /** Subjects whose last try failed; nothing more is done about them until they are queued again. */
  readonly deadLetters: readonly DeadLetter[]
}
