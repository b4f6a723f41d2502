import type { InstallationStanding } from '#facts/installation.ts'

export interface Ports {
  readonly listInstallations: () => Promise<readonly InstallationStanding[]>
  readonly findKnown: () => Promise<readonly InstallationStanding[]>
  readonly store: (installation: InstallationStanding) => Promise<void>
}

/** Learns of installations whose webhooks never came: of those there are, and of those that are gone. */
export async function readInstallations({ listInstallations, findKnown, store }: Ports): Promise<void> {
  const known = new Map((await findKnown()).map((installation) => [installation.id, installation]))
  for (const found of await listInstallations()) {
    const before = known.get(found.id)
    known.delete(found.id)
    if (before?.account !== found.account || before.standing !== found.standing) await store(found)
  }
  for (const gone of known.values()) {
    if (gone.standing !== 'removed') await store({ ...gone, standing: 'removed' })
  }
}
