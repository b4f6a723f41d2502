import type { GitHub } from './client.ts'

/** The app as GitHub has it registered: what `countersign doctor` compares with what we need. */
export interface RegisteredApp {
  readonly id: number
  readonly slug: string
  readonly name: string
  /** `checks` → `write`. */
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
  readonly webhook: {
    /** Null when none is set. */
    readonly url: string | null
    readonly contentType: string | null
    readonly verifiesTls: boolean
    /** GitHub shows asterisks for a secret that is set. */
    readonly hasSecret: boolean
  }
}

/** Reads how the app is registered. Needs the app's own key and nothing else: a good first test of it. */
export async function readApp(github: GitHub): Promise<RegisteredApp> {
  const client = github.asApp()
  const [{ data: app }, { data: hook }] = await Promise.all([
    client.request('GET /app'),
    client.request('GET /app/hook/config'),
  ])
  if (app === null) throw new Error('GitHub knows no app by this key: check APP_ID and PRIVATE_KEY.')
  const permissions = Object.entries(app.permissions).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return {
    id: app.id,
    slug: app.slug ?? '',
    name: app.name,
    permissions: Object.fromEntries(permissions),
    events: app.events,
    webhook: {
      url: hook.url ?? null,
      contentType: hook.content_type ?? null,
      verifiesTls: String(hook.insecure_ssl ?? '0') === '0',
      hasSecret: (hook.secret ?? '') !== '',
    },
  }
}
