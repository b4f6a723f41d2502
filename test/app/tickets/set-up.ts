import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { DoctorCheck } from '#cli/doors.ts'
import { openDoors } from '#command-line.ts'
import { environmentFor } from '#demo/stage.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type Jira, startJira } from '#twin/trackers/jira.ts'
import { ledgerOf, openTicketHouse, webhookSecrets } from '../ticket-house.ts'

export function setUp(): void {
  describe('countersign doctor', () => {
    let twin: Twin
    let jira: Jira
    let folder: string

    beforeAll(async () => {
      ;[twin, jira] = await Promise.all([startTwin(), startJira()])
    })

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'countersign-doctor-'))
    })

    afterEach(async () => {
      await rm(folder, { recursive: true, force: true })
    })

    afterAll(async () => {
      await twin.stop()
      await jira.stop()
    })

    let organizations = 0

    /** What it says of trackers and of the policy of an organization made for that. */
    async function doctor(
      policy: string,
      environment: Readonly<Record<string, string>>,
    ): Promise<readonly DoctorCheck[]> {
      organizations += 1
      const organization = twin.organization(`acme-${String(organizations)}`)
      organization.repository('.github', { files: { 'countersign.yml': policy } })
      const installed = organization.install()
      const { doctorChecks } = openDoors({ ...environmentFor(twin, folder), ...environment })
      const checks: DoctorCheck[] = []
      for await (const check of doctorChecks()) checks.push(check)
      twin.world.installations.splice(twin.world.installations.indexOf(installed), 1)
      return checks
    }

    const connected = (): Record<string, string> => ({
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_TOKEN: jira.token,
      TRACKER_NETWORK: 'loopback',
    })

    const asking = (projects: string): string =>
      `version: 1\ncontrols:\n  ticket-link: { projects: [${projects}], verify: state }\n`

    const about = (checks: readonly DoctorCheck[], name: RegExp): readonly DoctorCheck[] =>
      checks.filter((check) => name.test(check.name))

    test('says whose token it is, when everything is well', async () => {
      const checks = await doctor(asking('BUG'), connected())
      expect(about(checks, /^Jira$/)).toEqual([{ name: 'Jira', standing: 'ok', detail: 'answers as Countersign Bot' }])
      expect(about(checks, /^policy of acme-/)).toMatchObject([
        { standing: 'ok', detail: expect.stringContaining('has no fault') },
      ])
    })

    test('says that a token is not accepted, and never what it is', async () => {
      const checks = await doctor(asking('BUG'), { ...connected(), JIRA_TOKEN: 'a-wrong-planted-token' })
      expect(about(checks, /^Jira$/)).toMatchObject([
        {
          standing: 'problem',
          detail: expect.stringContaining('does not accept the credentials (401): check JIRA_TOKEN'),
          remedy: expect.stringContaining('docs/operations/trackers.md'),
        },
      ])
      expect(JSON.stringify(checks)).not.toContain('a-wrong-planted-token')
    })

    test('says that an address cannot be reached', async () => {
      const gone = await startJira()
      await gone.stop()
      const checks = await doctor(asking('BUG'), { ...connected(), JIRA_URL: gone.url })
      expect(about(checks, /^Jira$/)).toMatchObject([
        { standing: 'problem', detail: expect.stringMatching(/accepts no connections/), remedy: expect.any(String) },
      ])
    })

    test('says that an address is none of a Jira', async () => {
      const checks = await doctor(asking('BUG'), { ...connected(), JIRA_URL: twin.url })
      expect(about(checks, /^Jira$/)).toMatchObject([{ standing: 'problem', remedy: expect.any(String) }])
    })

    test('says that a policy asks for a tracker that is not connected', async () => {
      const checks = await doctor(asking('BUG'), {})
      expect(about(checks, /^policy of acme-/)).toMatchObject([
        {
          standing: 'problem',
          detail: expect.stringContaining('policy looks tickets up in Jira, but this server has no connection to Jira'),
          remedy: 'Set JIRA_URL and JIRA_TOKEN_FILE, and JIRA_EMAIL for Jira Cloud.',
        },
      ])
    })

    test('says that a policy asks on behalf of an organization that may not', async () => {
      const checks = await doctor(asking('BUG'), { ...connected(), TRACKER_ORGANIZATIONS: 'somebody-else' })
      expect(about(checks, /^policy of acme-/)).toMatchObject([
        { standing: 'problem', detail: expect.stringContaining('TRACKER_ORGANIZATIONS does not name acme-') },
      ])
    })

    test('says in which line a policy has a malformed project key, and how one looks', async () => {
      const checks = await doctor(asking('bug-tracker'), connected())
      expect(about(checks, /^policy of acme-/)).toMatchObject([
        {
          standing: 'problem',
          detail: expect.stringMatching(
            /countersign\.yml in acme-\d+\/\.github \(\w+\): .*3.*A project key is upper-case letters, digits and _, as in BUG/,
          ),
          remedy: 'Correct the file: until then the last good policy stays in force.',
        },
      ])
    })

    test.each([
      [{ JIRA_TOKEN: 'planted-token' }, 'JIRA_TOKEN is set without JIRA_URL'],
      [{ JIRA_URL: 'https://acme.atlassian.net' }, 'JIRA_URL is set without a token'],
      [{ JIRA_URL: 'https://acme.atlassian.net', JIRA_TOKEN: 'planted-token' }, 'JIRA_EMAIL is missing'],
      [{ JIRA_URL: 'http://jira.example.com', JIRA_TOKEN: 'planted-token' }, 'JIRA_URL must begin with https://'],
      [{ JIRA_URL: 'http://127.0.0.1:1', JIRA_TOKEN: 'planted-token' }, 'JIRA_URL leads to this machine'],
      [{ LINEAR_TOKEN: 'two words planted-token' }, 'LINEAR_TOKEN holds a space'],
    ])('says what is wrong with the configuration: %j', async (environment, sentence) => {
      const checks = await doctor(asking('BUG'), environment)
      expect(about(checks, /^configuration$/)).toMatchObject([
        { standing: 'problem', detail: expect.stringContaining(sentence) },
      ])
      expect(JSON.stringify(checks)).not.toContain('planted-token')
    })
  })

  describe('a secret of a tracker that is given', () => {
    const repositories = { shop: '{ projects: [BUG], verify: exists }' }

    const openLogged = async (environment: Readonly<Record<string, string>>) => {
      const logged: string[] = []
      const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
      const house = await openTicketHouse({ repositories, environment, app: { logger } })
      return { house, logged }
    }

    test('in the environment is warned of in the log and in the ledger', async () => {
      const { house, logged } = await openLogged({ JIRA_WEBHOOK_SECRET: webhookSecrets.jira })
      const variables = ['JIRA_TOKEN', 'JIRA_WEBHOOK_SECRET', 'LINEAR_TOKEN', 'SHORTCUT_TOKEN']
      const lines = await ledgerOf(house, 'configuration.warned')
      expect(lines.map(({ subject }) => subject).toSorted()).toEqual(variables.map((name) => `configuration/${name}`))
      for (const name of variables) {
        const sentence = `${name} is given in the environment, where other processes and crash reports may show it: put it into a file and name that in ${name}_FILE.`
        expect(logged.join('')).toContain(sentence)
        expect(lines.map(({ reason }) => reason)).toContain(sentence)
      }
      expect(logged.join('') + JSON.stringify(lines)).not.toContain(webhookSecrets.jira)
      await house.close()
    })

    test('in files is not', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-secrets-'))
      const file = async (name: string, text: string): Promise<string> => {
        const path = join(folder, name)
        await writeFile(path, `${text}\n`, { mode: 0o600 })
        return path
      }
      const jira = await startJira()
      jira.tickets.add({ key: 'BUG-1' })
      const logged: string[] = []
      const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
      const house = await openTicketHouse({
        repositories,
        connection: {
          JIRA_URL: jira.url,
          JIRA_EMAIL: jira.email,
          JIRA_TOKEN_FILE: await file('token', jira.token),
          JIRA_WEBHOOK_SECRET_FILE: await file('secret', webhookSecrets.jira),
          TRACKER_NETWORK: 'loopback',
        },
        app: { logger },
      })
      jira.setWebhook(`${house.url}/api/jira/webhooks`, webhookSecrets.jira)
      house.change('shop', 'BUG-1-work')
      await house.settle()
      jira.tickets.setStatus('BUG-1', 'Done', 'closed')
      await jira.webhooks.settle()
      await house.settle()
      expect(jira.webhooks.deliveries.map(({ statusCode }) => statusCode)).toEqual([200])
      expect(jira.requests.count()).toBe(2)
      expect(logged.join('')).not.toContain('is given in the environment')
      expect(await ledgerOf(house, 'configuration.warned')).toEqual([])
      await house.close()
      await jira.stop()
      await rm(folder, { recursive: true, force: true })
    })
  })
}
