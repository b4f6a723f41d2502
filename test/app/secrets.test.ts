import { expect, test } from '@jest/globals'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { tokenOperations } from '#app.ts'
import { issueToken } from '#operations/issue-token.ts'
import { openHouse } from './house.ts'

test('no secret is in a log, a check, a comment, an answer or the database', async () => {
  const logged: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const previous = 'planted-previous-webhook-secret'
  const house = await openHouse({ app: { logger }, environment: { WEBHOOK_SECRET_PREVIOUS: previous } })
  const { twin } = house
  twin.fault({ match: { path: /graphql/ }, status: 502, times: 1 })
  twin.fault({ match: { path: /check-runs/ }, cut: true, times: 1 })
  twin.fault({ match: { path: /check-runs/ }, status: 401, times: 1 })
  const pull = house.open()
  pull.review({ by: house.cleo, state: 'approve' })
  await house.settle()
  pull.merge({ by: house.ana })
  await house.settle()
  const expiresAt = new Date(Date.now() + 3_600_000)
  const request = { organization: 'acme', role: 'viewer', expiresAt, actor: 'test', reason: 'a planted token' } as const
  const { text: bearer } = await issueToken(
    request,
    tokenOperations(house.app.database, () => new Date()),
  )
  const answers: string[] = []
  for (const [path, init] of [
    ['/api/v1/organizations/acme/summary', { headers: { authorization: `Bearer ${bearer}` } }],
    ['/api/v1/organizations/other/summary', { headers: { authorization: `Bearer ${bearer}` } }],
    ['/api/v1/organizations/acme/summary', { headers: { authorization: 'Bearer cst_wrong' } }],
    ['/api/github/webhooks', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
  ] as const) {
    answers.push(await (await fetch(`${house.url}${path}`, init)).text())
  }
  const key = twin.app.privateKey.split('\n')[3] ?? ''
  await house.app.close()
  const files = await readdir(house.folder)
  const stored = await Promise.all(files.map((file) => readFile(join(house.folder, file), 'latin1')))
  const shown = pull.checks().map(({ output }) => `${output.title ?? ''}${output.summary ?? ''}${output.text ?? ''}`)
  const places = {
    logs: logged.join(''),
    answers: answers.join(''),
    checks: shown.join(''),
    comments: pull
      .comments()
      .map(({ body }) => body)
      .join(''),
    database: stored.join(''),
  }
  const secrets: readonly (readonly [name: string, secret: string | RegExp])[] = [
    ['private key', key],
    ['webhook secret', twin.app.webhookSecret],
    ['previous webhook secret', previous],
    ['bearer token', bearer],
    ['installation token', /ghs_[A-Za-z0-9]{16}/],
    ['app token', /eyJ[\w-]{10,}\.eyJ/],
  ]
  expect(logged.length).toBeGreaterThan(0)
  const leaks = Object.entries(places).flatMap(([place, text]) =>
    secrets
      .filter(([, secret]) => (typeof secret === 'string' ? text.includes(secret) : secret.test(text)))
      .map(([name]) => `${name} in ${place}`),
  )
  expect(leaks).toEqual([])
  await house.close()
})
