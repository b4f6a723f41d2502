import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startTwin, type Twin } from '#twin/twin.ts'
import { appToken, asking, type Claims } from './ask.ts'

const start = new Date('2026-03-02T09:00:00Z')
const seconds = start.getTime() / 1000

describe('the app and its installations prove who they are', () => {
  let twin: Twin
  let now: Date

  beforeEach(async () => {
    now = start
    twin = await startTwin({ now: () => now })
    twin.organization('acme').repository('payments', { private: true })
    twin.world.findOrganization('acme')?.install()
  })

  afterEach(() => twin.stop())

  const rows: readonly { when: string; claims: Claims; expect: RegExp }[] = [
    { when: 'it was issued two minutes ahead', claims: { iat: seconds + 120 }, expect: /'Issued at' claim/ },
    { when: 'its time of issue is a fraction', claims: { iat: seconds + 0.5 }, expect: /'Issued at' claim/ },
    { when: 'it has expired', claims: { exp: seconds - 1 }, expect: /must be a numeric value representing the future/ },
    { when: 'it lives longer than ten minutes', claims: { exp: seconds + 660 }, expect: /too far in the future/ },
    { when: 'another app issued it', claims: { iss: 1 }, expect: /Integration not found/ },
    { when: 'nobody issued it', claims: { iss: null }, expect: /Missing 'issuer'/ },
    { when: 'it claims to be signed otherwise', claims: { alg: 'none' }, expect: /could not be decoded/ },
  ]

  for (const { when, claims, expect: message } of rows) {
    test(`a JSON web token is refused when ${when}`, async () => {
      const { status, body } = await asking(twin, appToken(twin, claims, now))('GET /app')
      expect(status).toBe(401)
      expect(body['message']).toMatch(message)
    })
  }

  test('a JSON web token with a changed signature is refused', async () => {
    const { status } = await asking(twin, `${appToken(twin, {}, now).slice(0, -8)}AAAAAAAA`)('GET /app')
    expect(status).toBe(401)
  })

  test.each(['id', 'clientId'] as const)('the issuer may be the app by its %s, up to a minute ahead', async (name) => {
    const claims = { iss: String(twin.app[name]), iat: seconds + 59 }
    const { status, body } = await asking(twin, appToken(twin, claims, now))('GET /app')
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: twin.app.id, slug: 'countersign', installations_count: 1 })
    twin.assertClean()
  })

  const forms = [
    { form: 'short', pattern: /^ghs_[A-Za-z0-9]{36}$/ },
    { form: 'long', pattern: /^(?=.{520}$)ghs_\d+_[\w-]+\.[\w-]+\.[\w-]+$/ },
  ] as const

  for (const { form, pattern } of forms) {
    test(`an installation token in the ${form} form works for an hour of the twin's clock`, async () => {
      await twin.stop()
      twin = await startTwin({ now: () => now, tokenForm: form })
      const acme = twin.organization('acme')
      acme.repository('payments')
      const { id } = acme.install()
      const { body } = await asking(twin, appToken(twin, {}, now))(`POST /app/installations/${id}/access_tokens`)
      const asInstallation = asking(twin, String(body['token']))
      expect(body['token']).toMatch(pattern)
      expect(body['expires_at']).toBe('2026-03-02T10:00:00Z')
      now = new Date('2026-03-02T09:59:59Z')
      expect((await asInstallation('GET /installation/repositories')).status).toBe(200)
      now = new Date('2026-03-02T10:00:00Z')
      expect((await asInstallation('GET /installation/repositories')).status).toBe(401)
      twin.assertClean()
    })
  }

  test('a token narrowed to a permission and a repository can do no more', async () => {
    const acme = twin.world.findOrganization('acme')
    acme?.repository('ledger', { private: true })
    const [installation] = twin.world.installations
    const narrowed = { repositories: ['payments'], permissions: { contents: 'read' } }
    const asApp = asking(twin, appToken(twin, {}, now))
    const { body } = await asApp(`POST /app/installations/${installation?.id}/access_tokens`, { body: narrowed })
    const asInstallation = asking(twin, String(body['token']))
    expect((await asInstallation('GET /repos/acme/payments/contents/README.md')).status).toBe(200)
    expect((await asInstallation('GET /repos/acme/payments/pulls')).status).toBe(403)
    expect((await asInstallation('GET /repos/acme/ledger/contents/README.md')).status).toBe(404)
    twin.assertClean()
  })

  test('a suspended installation gets no token, and its old ones are refused', async () => {
    const [installation] = twin.world.installations
    const asApp = asking(twin, appToken(twin, {}, now))
    const path = `/app/installations/${installation?.id}`
    const { body } = await asApp(`POST ${path}/access_tokens`)
    installation?.suspend()
    expect((await asApp(`POST ${path}/access_tokens`)).status).toBe(403)
    expect((await asking(twin, String(body['token']))('GET /repos/acme/payments')).status).toBe(403)
    expect((await asApp(`GET ${path}`)).body['suspended_at']).toBe('2026-03-02T09:00:00Z')
    installation?.unsuspend()
    expect((await asking(twin, String(body['token']))('GET /repos/acme/payments')).status).toBe(200)
    twin.revokeTokens()
    expect((await asking(twin, String(body['token']))('GET /repos/acme/payments')).status).toBe(401)
    twin.assertClean()
  })
})
