import { githubOptions, openLogger, trackerOptions } from '#app.ts'
import type { DoctorCheck } from '#cli/doors.ts'
import { type Config, ConfigError, type Environment, readConfig } from '#config.ts'
import { createGitHub, type GitHub } from '#github/client.ts'
import { collectOrganizationPolicy } from '#github/collect-organization-policy.ts'
import { listDeliveries } from '#github/hook-deliveries.ts'
import { listInstallations } from '#github/list-installations.ts'
import { readApp } from '#github/read-app.ts'
import { examineInstallation } from '#operations/examine-installation.ts'
import { findPendingMigrations } from '#store/apply-migrations.ts'
import { type Database, openDatabase } from '#store/database.ts'
import { findStoredDeliveries } from '#store/deliveries.ts'
import { openTrackers, type Trackers } from '#trackers/open-trackers.ts'

/** The checklist of `countersign doctor`. A configuration that cannot be used is a problem for each of its faults. */
export async function* examine(environment: Environment): AsyncGenerator<DoctorCheck> {
  let config: Config
  try {
    config = readConfig(environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    yield* error.faults.map((detail): DoctorCheck => ({ name: 'configuration', standing: 'problem', detail }))
    return
  }
  const outside = openOutside(config)
  const database = await openDatabase({ databaseUrl: config.databaseUrl?.reveal(), dataDir: config.dataDir })
  try {
    yield* examineInstallation(portsFor(config, database, outside))
  } finally {
    await database.close()
    await outside.trackers.close()
  }
}

export interface Outside {
  readonly github: GitHub
  readonly trackers: Trackers
}

/** GitHub and the trackers, for a command that asks them itself. */
export function openOutside(config: Config): Outside {
  const github = createGitHub({ ...githubOptions(config), now, logger: openLogger({ logLevel: 'silent' }) })
  return { github, trackers: openTrackers({ ...trackerOptions(config, github), now }) }
}

const now = (): Date => new Date()

const dayMs = 24 * 3_600_000

function portsFor(
  config: Config,
  database: Database,
  { github, trackers }: Outside,
): Parameters<typeof examineInstallation>[0] {
  return {
    warnings: config.warnings,
    pendingMigrations: () => findPendingMigrations(database.kysely),
    readApp: async () => {
      const app = await readApp(github)
      return { ...app, webhookUrl: app.webhook.url }
    },
    listInstallations: listInstallations(github),
    trackers: (['jira', 'linear', 'shortcut'] as const)
      .filter((tracker) => trackers.connected.has(tracker))
      .map((tracker) => ({ tracker, findSelf: () => trackers.findSelf(tracker) })),
    trackerOrganizations: config.trackers.organizations,
    readPolicy: collectOrganizationPolicy(github, { policyRepository: config.policyRepository }),
    countFailedDeliveries: async () => {
      let missing = 0
      for await (const page of listDeliveries(github)(new Date(Date.now() - dayMs))) {
        const failed = page.filter(({ acknowledged }) => !acknowledged).map(({ guid }) => guid)
        missing += failed.length - (await findStoredDeliveries(database.kysely, failed)).size
      }
      return missing
    },
  }
}
