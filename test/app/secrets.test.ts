import { expect, test } from '@jest/globals'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { tokenOperations } from '#app.ts'
import { issueToken } from '#operations/issue-token.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { openHouse } from './house.ts'
import { ledgerOf, openTicketHouse, type TicketHouse, webhookSecrets } from './ticket-house.ts'

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

test('no secret of a tracker is in a log, a check, a comment, an error, an answer, the ledger or the database', async () => {
  const logged: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const all = 'projects: [BUG, "linear:ENG"], trackers: [jira, linear, shortcut], verify: state, link-back: true'
  const house = await openTicketHouse({
    trackers: 'telling',
    repositories: { shop: `{ ${all} }`, blocking: `{ ${all}, on-outage: block }` },
    app: { logger, trackers: { timeoutMs: 300, failures: 1_000 } },
  })
  const pulls = await sufferEverything(house)
  const answers = await Promise.all(
    (['jira', 'linear', 'shortcut'] as const).map(async (tracker) => {
      const sent = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }
      return (await fetch(`${house.url}/api/${tracker}/webhooks`, sent)).text()
    }),
  )
  answers.push(JSON.stringify((await house.summarize()).body))
  const ledger = await ledgerOf(house, 'change.assessed', 'check.written', 'ticket.linked', 'configuration.warned')
  const findings = await house.app.database.kysely.selectFrom('findings').selectAll().execute()
  const { jira, linear, shortcut } = house
  await house.app.close()
  const files = await readdir(house.folder)
  const stored = await Promise.all(files.map((file) => readFile(join(house.folder, file), 'latin1')))
  const places = {
    logs: logged.join(''),
    answers: answers.join(''),
    checks: JSON.stringify(pulls.flatMap((pull) => pull.checks().map(({ output }) => output))),
    comments: JSON.stringify(pulls.flatMap((pull) => pull.comments().map(({ body }) => body))),
    ledger: JSON.stringify(ledger),
    findings: JSON.stringify(findings),
    database: stored.join(''),
  }
  const basic = Buffer.from(`${jira.email}:${jira.token}`).toString('base64')
  const secrets = { jira: jira.token, basic, linear: linear.token, shortcut: shortcut.token, ...hooks() }
  expect(logged.length).toBeGreaterThan(0)
  expect(ledger.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['ticket.linked', 'configuration.warned']))
  const leaks = Object.entries(places).flatMap(([place, text]) => [
    ...Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [`${name} in ${place}`] : [])),
    // Who may see a repository may not see its tickets.
    ...(/logs|checks|comments/.test(place) && text.includes('Planted title') ? [`title in ${place}`] : []),
  ])
  expect(leaks).toEqual([])
  await house.close()
})

const hooks = (): Record<string, string> =>
  Object.fromEntries(Object.entries(webhookSecrets).map(([name, secret]) => [`${name} webhook`, secret]))

/** Lets each tracker answer, tell, fail in every way, and take a link. */
async function sufferEverything(house: TicketHouse): Promise<readonly PullRequest[]> {
  const { jira, linear, shortcut } = house
  jira.tickets.add({ key: 'BUG-1', title: 'Planted title' })
  linear.tickets.add({ key: 'ENG-1', title: 'Planted title' })
  shortcut.tickets.add({ key: 'sc-1', title: 'Planted title' })
  const pulls = ['BUG-1-there', 'ENG-1-there', 'sc-1-there'].map((head) => house.change('shop', head))
  await house.settle()
  await house.app.linkTickets()
  const faults = [
    { status: 401, body: { errorMessages: [jira.token, linear.token, shortcut.token] } },
    { status: 403 },
    { status: 400, body: { errors: [{ message: linear.token }] } },
    { status: 500, body: jira.token },
    { html: true, body: `<h1>${shortcut.token}</h1>` },
    { redirectTo: `https://elsewhere.example/${jira.token}` },
    { cut: true },
    { hang: true },
    { status: 200, body: { key: jira.token, data: { issue: { identifier: linear.token } } } },
  ]
  for (const [index, fault] of faults.entries()) {
    for (const tracker of [jira, linear, shortcut]) tracker.faults.add(fault)
    const number = String(index + 10)
    pulls.push(...['BUG', 'ENG', 'sc'].map((prefix) => house.change('blocking', `${prefix}-${number}-away`)))
    await house.settle()
    for (const tracker of [jira, linear, shortcut]) tracker.faults.clear()
  }
  jira.tickets.setStatus('BUG-1', 'Done', 'closed')
  linear.tickets.setStatus('ENG-1', 'Done', 'closed')
  shortcut.tickets.setStatus('sc-1', 'Done', 'closed')
  await house.settle()
  for (const pull of pulls.slice(0, 6)) pull.merge({ by: house.ben })
  await house.settle()
  house.later(31_000)
  await house.app.recheckTickets()
  await house.settle()
  return pulls
}
