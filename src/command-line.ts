import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { text } from 'node:stream/consumers'
import { openApp, openStore, type Store, tokenOperations } from '#app.ts'
import type { ChangeName, Doors, ProcessRole } from '#cli/doors.ts'
import { CommandError } from '#cli/exit-codes.ts'
import { type Environment, readConfig, readStoreConfig } from '#config.ts'
import { catalogue } from '#controls/catalogue.ts'
import { findInstallationOf } from '#github/find-installation.ts'
import type { FactsDocument } from '#operations/facts-document.ts'
import { importPolicyBot } from '#operations/import-policy-bot/import-policy-bot.ts'
import { issueToken, revokeToken } from '#operations/issue-token.ts'
import { readFacts } from '#operations/read-facts.ts'
import { requeueWork } from '#operations/requeue-work.ts'
import { simulateChanges } from '#operations/simulate-change.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { renderPolicySchema } from '#policy/policy-schema.ts'
import { appendEntry } from '#store/ledger.ts'
import { assessmentPorts } from '#store/ports.ts'
import { listTokens } from '#store/tokens.ts'
import { examine, openOutside } from './doctor.ts'
import { lookingPorts } from './worker.ts'

/** The bodies of the commands: each reads the configuration when it is called, and leaves nothing open. */
export function openDoors(environment: Environment): Doors {
  const withStore: WithStore = (use) => inStore(environment, use)
  return {
    version: readVersion(),
    now,
    out: (line) => void process.stdout.write(line),
    err: (line) => void process.stderr.write(line),
    exit: (code) => {
      process.exitCode = code
    },
    run: (roles) => run(environment, roles),
    migrate: () => withStore(({ migrated }) => Promise.resolve(migrated.map(({ name }) => name))),
    doctorChecks: () => examine(environment),
    ...tokenDoors(withStore),
    jobs: () =>
      withStore(async ({ queue }) => ({ counts: await queue.counts(), deadLetters: await queue.deadLetters() })),
    requeueJobs: ({ ids, reason }) =>
      withStore(({ database, queue }) =>
        requeueWork(
          { ids, actor: actor(), reason },
          {
            now,
            requeue: (some) => queue.requeue(some),
            recordEntry: (entry) =>
              database.inTransaction(async (within) => {
                await appendEntry(within, entry)
              }),
          },
        ),
      ),
    readText: (path) => (path === '-' ? text(process.stdin) : readFile(path, 'utf8')),
    checkPolicy: ({ text: policy, layer }) => {
      const parsed = parsePolicy({ text: policy, layer, catalogue })
      return parsed.ok ? [] : parsed.faults
    },
    policySchema: () => renderPolicySchema(catalogue),
    simulateChanges,
    importPolicyBot,
    readFacts: (name) => readFactsOf(name, environment),
    demo,
  }
}

type WithStore = <T>(use: (store: Store) => Promise<T>) => Promise<T>

const tokenDoors = (withStore: WithStore): Pick<Doors, 'createToken' | 'listTokens' | 'revokeToken'> => ({
  createToken: (wanted) =>
    withStore(({ database }) => issueToken({ ...wanted, actor: actor() }, tokenOperations(database, now))),
  listTokens: (organization) =>
    withStore(async ({ database }) =>
      (await listTokens(database.kysely)).filter(
        (token) => organization === null || token.organization.toLowerCase() === organization.toLowerCase(),
      ),
    ),
  revokeToken: ({ id, reason }) =>
    withStore(async ({ database }) => {
      const organization = (await listTokens(database.kysely)).find((token) => token.id === id)?.organization ?? ''
      return revokeToken({ id, organization }, { actor: actor(), reason }, tokenOperations(database, now))
    }),
})

/** Who runs the command: the account on this machine. */
const actor = (): string => `${userInfo().username} (command line)`

async function inStore<T>(environment: Environment, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(readStoreConfig(environment))
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

async function run(environment: Environment, roles: readonly ProcessRole[]): Promise<void> {
  const config = readConfig(environment)
  if (roles.length === 1 && config.databaseUrl === null) {
    const sentence =
      'Set DATABASE_URL to a PostgreSQL database, or run `countersign start`: the embedded one has one process.'
    throw new CommandError(2, sentence)
  }
  const app = await openApp(config)
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  try {
    await app.startMetrics()
    // First the door: the worker asks GitHub for lost deliveries as soon as it runs.
    if (roles.includes('web')) await app.startWeb()
    if (roles.includes('worker')) await app.startWorker()
    await told
  } finally {
    await app.close()
  }
}

/** Looks as a worker does, and leaves no trace: what a look would keep or enter is let go. */
async function readFactsOf(name: ChangeName, environment: Environment): Promise<FactsDocument | null> {
  const config = readConfig(environment)
  const outside = openOutside(config)
  const letGo = (): Promise<void> => Promise.resolve()
  try {
    return await inStore(environment, ({ database, queue }) =>
      readFacts(name, {
        ...assessmentPorts(database, queue, now),
        ...lookingPorts({ ...outside, config }),
        now,
        findInstallation: findInstallationOf(outside.github),
        adoptPolicy: letGo,
        refusePolicy: letGo,
        storePushes: letGo,
        keepAnswer: letGo,
        keepTicket: letGo,
      }),
    )
  } finally {
    await outside.trackers.close()
  }
}

const now = (): Date => new Date()

/** The twin and the story are not in the image: they are for a checkout, with its development packages. */
async function demo(ending: 'exit' | 'stay'): Promise<boolean> {
  try {
    const { tellStory } = await import('#demo/run-demo.ts')
    return await tellStory(ending)
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new CommandError(2, 'The demo needs a checkout of the project: run `npm ci && npm run demo` there.', {
      cause,
    })
  }
}

/** The version in the package's own description, which lies beside src/ and dist/ alike. */
function readVersion(): string {
  const description: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (description as { readonly version: string }).version
}
