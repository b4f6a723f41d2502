import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { actedOn } from '#http/touches.ts'
import { readProjectFile } from './files.ts'

interface Service {
  readonly image: string
  readonly read_only: boolean
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly ports?: readonly string[]
  readonly networks: readonly string[]
  readonly environment: Readonly<Record<string, string | null>>
  readonly secrets: readonly string[]
}

interface Composition {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

interface AppManifest {
  readonly default_permissions: Readonly<Record<string, string>>
  readonly default_events: readonly string[]
  readonly hook_attributes: { readonly url: string }
}

const composition = parse(readProjectFile('compose.yaml'), { merge: true }) as Composition
const services = Object.entries(composition.services)

describe('compose.yaml', () => {
  test('publishes the web process alone, and on this machine alone', () => {
    expect(services.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))).toEqual([
      ['web', '127.0.0.1:3000:3000'],
    ])
  })

  test('keeps the database on a network without a way in or out', () => {
    expect(composition.services.postgres?.networks).toEqual(['private'])
    expect(composition.networks.private).toEqual({ internal: true })
  })

  test.each(services)('gives %s a read-only root, no capabilities and no new privileges', (_name, service) => {
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
  })

  test.each(services)('hands secrets to %s as files', (_name, { environment, secrets }) => {
    const secret = Object.entries(environment).filter(([name]) => /KEY|SECRET|PASSWORD|DATABASE_URL/.test(name))
    expect(secret.length).toBeGreaterThan(0)
    for (const [name, value] of secret) {
      expect(name).toMatch(/_FILE$/)
      expect(secrets.map((file) => `/run/secrets/${file}`)).toContain(value)
    }
    expect(secrets.filter((file) => !(file in composition.secrets))).toEqual([])
  })
})

describe('app.yml', () => {
  const manifest = parse(readProjectFile('app.yml')) as AppManifest

  test('subscribes to every event we act on that does not come by itself', () => {
    const events = new Set(actedOn.map((name) => name.split('.')[0] ?? ''))
    const unasked = [...events].filter((event) => !event.startsWith('installation'))
    expect(unasked.filter((event) => !manifest.default_events.includes(event))).toEqual([])
  })

  test('asks to write pull requests, checks and issues, and nothing else', () => {
    const writes = Object.entries(manifest.default_permissions).filter(([, access]) => access !== 'read')
    expect(Object.fromEntries(writes)).toEqual({ pull_requests: 'write', checks: 'write', issues: 'write' })
  })

  test('explains each permission and event in a comment above it', () => {
    const lines = readProjectFile('app.yml').split('\n')
    const unexplained = lines.filter((line, index) => {
      const above = lines[index - 1]?.trim() ?? ''
      return /^ {2}(- )?[a-z_]+(: (read|write))?$/.test(line) && !/^(#|- (membership|team)$)/.test(above)
    })
    expect(unexplained).toEqual([])
  })

  test('sends webhooks to the path on which they are received', () => {
    expect(new URL(manifest.hook_attributes.url).pathname).toBe('/api/github/webhooks')
  })
})
