import type { Reconciliation } from './reconcile-changes.ts'

export interface Ports {
  /** Hands each due installation to one worker only. */
  readonly claimDue: () => Promise<readonly number[]>
  /** Makes it due again after a while. */
  readonly giveBack: (installationId: number) => Promise<void>
  readonly reconcile: (installationId: number) => Promise<Reconciliation>
  readonly onFailure: (installationId: number, error: unknown) => void
}

/** Reconciles every installation that is due. One that fails stays due and stops no other. */
export async function reconcileInstallations(ports: Ports): Promise<readonly Reconciliation[]> {
  const done: Reconciliation[] = []
  for (const installationId of await ports.claimDue()) {
    try {
      done.push(await ports.reconcile(installationId))
    } catch (error) {
      await ports.giveBack(installationId)
      ports.onFailure(installationId, error)
    }
  }
  return done
}
