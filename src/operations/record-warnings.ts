import type { NewEntry } from '#ledger/entry.ts'

/** What an auditor should know of how the server is set up. */
export interface ConfigurationWarning {
  readonly variable: string
  readonly sentence: string
}

export interface Ports {
  readonly now: () => Date
  readonly recordEntry: (entry: NewEntry, payload: unknown) => Promise<void>
}

/** Enters in the ledger, each time a worker starts, in which ways its secrets are less safe than they could be. */
export async function recordWarnings(warnings: readonly ConfigurationWarning[], ports: Ports): Promise<void> {
  for (const { variable, sentence } of warnings) {
    const at = ports.now().toISOString()
    const entry: NewEntry = {
      kind: 'configuration.warned',
      occurredAt: at,
      receivedAt: at,
      actor: 'countersign',
      reason: sentence,
      organization: '',
      subject: `configuration/${variable}`,
      policyDigest: null,
      payloadDigest: null,
    }
    await ports.recordEntry(entry, undefined)
  }
}
