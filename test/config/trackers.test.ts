import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Config,
  ConfigError,
  type Environment,
  readConfig,
  readStoreConfig,
  type TrackersConfig,
} from '#config.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-trackers-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Writes a file that only its owner can read, and returns its path. */
function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const needed: Environment = {
  APP_ID: '4711',
  PRIVATE_KEY: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  WEBHOOK_SECRET: 'a-secret-of-enough-characters',
}

const tokenFile = file('token', 'a-token-of-a-tracker\n')
const secretFile = file('secret', 'a-secret-of-enough-characters\n')
const cloud: Environment = {
  JIRA_URL: 'https://acme.atlassian.net',
  JIRA_EMAIL: 'countersign@acme.example',
  JIRA_TOKEN_FILE: tokenFile,
}
const server: Environment = { JIRA_URL: 'https://jira.acme.example', JIRA_TOKEN_FILE: tokenFile }

const read = (environment: Environment): Config => readConfig({ ...needed, ...environment })

function faultsOf(environment: Environment): readonly string[] {
  try {
    read(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

type Accepted = [sentence: string, environment: Environment, expected: { [K in keyof TrackersConfig]?: unknown }]

const accepted: readonly Accepted[] = [
  [
    'no tracker is connected, and only public addresses would be',
    {},
    { jira: null, linear: null, shortcut: null, network: 'public', organizations: null },
  ],
  ['Jira Cloud has an e-mail', cloud, { jira: { email: 'countersign@acme.example', webhookSecret: null } }],
  ['Jira Data Center has none', server, { jira: { url: 'https://jira.acme.example', email: null } }],
  [
    'a Cloud site may have a name of its own',
    { ...cloud, JIRA_URL: 'https://tickets.acme.example' },
    { jira: { url: 'https://tickets.acme.example', email: 'countersign@acme.example' } },
  ],
  [
    'Jira may be in a path, and a slash at the end is not part of it',
    { ...server, JIRA_URL: 'https://Acme.example:8443/jira//' },
    { jira: { url: 'https://acme.example:8443/jira' } },
  ],
  [
    'a path may begin as the word of a page does',
    { ...server, JIRA_URL: 'https://acme.example/browser/restful' },
    { jira: { url: 'https://acme.example/browser/restful' } },
  ],
  ['Linear has one address', { LINEAR_TOKEN_FILE: tokenFile }, { linear: { url: 'https://api.linear.app' } }],
  ['so has Shortcut', { SHORTCUT_TOKEN_FILE: tokenFile }, { shortcut: { url: 'https://api.app.shortcut.com' } }],
  [
    'another address of Linear is taken',
    { LINEAR_TOKEN_FILE: tokenFile, LINEAR_URL: 'https://linear.acme.example/' },
    { linear: { url: 'https://linear.acme.example' } },
  ],
  [
    'a private network is a word',
    { ...server, JIRA_URL: 'https://10.0.0.7', TRACKER_NETWORK: 'private' },
    { jira: { url: 'https://10.0.0.7' }, network: 'private' },
  ],
  ...['http://localhost:8081', 'http://127.0.0.1:8081', 'http://[::1]:8081', 'https://127.1.2.3'].map(
    (url): Accepted => [
      `a stand-in can be at ${url}`,
      { ...server, JIRA_URL: url, TRACKER_NETWORK: 'loopback' },
      { jira: { url }, network: 'loopback' },
    ],
  ),
  [
    'organizations are logins, however written',
    { TRACKER_ORGANIZATIONS: 'Acme, acme-labs,ana_acme' },
    { organizations: ['acme', 'acme-labs', 'ana_acme'] },
  ],
]

describe('the trackers of the configuration:', () => {
  test.each(accepted)('%s', (_sentence, environment, expected) => {
    const { trackers, warnings } = read(environment)
    expect(trackers).toMatchObject(expected)
    expect(warnings).toEqual([])
  })

  test('tokens and webhook secrets come from files, without the line break at the end', () => {
    const { trackers, ledgerWarnings } = read({
      ...cloud,
      JIRA_WEBHOOK_SECRET_FILE: secretFile,
      LINEAR_TOKEN_FILE: tokenFile,
      LINEAR_WEBHOOK_SECRET_FILE: secretFile,
      SHORTCUT_TOKEN_FILE: tokenFile,
      SHORTCUT_WEBHOOK_SECRET_FILE: secretFile,
    })
    for (const tracker of [trackers.jira, trackers.linear, trackers.shortcut]) {
      expect(tracker?.token.reveal()).toBe('a-token-of-a-tracker')
      expect(tracker?.webhookSecret?.reveal()).toBe('a-secret-of-enough-characters')
    }
    expect(ledgerWarnings).toEqual([])
    expect(`${inspect(trackers, { depth: 9 })}${JSON.stringify(trackers)}`).not.toMatch(/a-token|a-secret/)
  })

  test('commands that only use the store need none of it', () => {
    expect(readStoreConfig({ JIRA_URL: 'nonsense', LINEAR_TOKEN: '' }).warnings).toEqual([])
  })
})

type Fault = [sentence: string, environment: Environment, fault: RegExp]

const badUrls: readonly [what: string, url: string, fault: RegExp][] = [
  ['a word', 'jira', /^JIRA_URL must be a whole address such as https:\/\/acme\.atlassian\.net\.$/],
  ['no protocol', 'acme.atlassian.net', /^JIRA_URL must be a whole address/],
  ['a file', 'file:///etc/passwd', /^JIRA_URL must be a whole address/],
  ['no host', 'https://', /^JIRA_URL must be a whole address/],
  ['a name', 'https://ana@jira.acme.example', /^JIRA_URL has a name or a password in it: .*JIRA_TOKEN_FILE names\.$/],
  ['a password', 'https://:hunter2@jira.acme.example', /^JIRA_URL has a name or a password in it/],
  ['a query', 'https://jira.acme.example/?os_authType=basic', /^JIRA_URL has a \? or a # in it/],
  ['an empty query', 'https://jira.acme.example?', /^JIRA_URL has a \? or a # in it/],
  ['a fragment', 'https://jira.acme.example/#', /^JIRA_URL has a \? or a # in it/],
  [
    'no encryption',
    'http://jira.acme.example',
    /^JIRA_URL must begin with https:\/\/: a token would travel in the clear/,
  ],
  ['this machine', 'https://localhost:8443', /^JIRA_URL leads to this machine: .*TRACKER_NETWORK=loopback/],
  ['this machine by number', 'http://127.0.0.1', /^JIRA_URL leads to this machine/],
  ['this machine by an odd number', 'https://2130706433', /^JIRA_URL leads to this machine/],
  ['a ticket', 'https://jira.acme.example/browse/BUG-453', /^JIRA_URL is the address of a page in Jira: keep what/],
  ['its API', 'https://jira.acme.example/jira/rest/api/2', /^JIRA_URL is the address of a page in Jira/],
  ['a dashboard', 'https://jira.acme.example/secure/Dashboard.jspa', /^JIRA_URL is the address of a page in Jira/],
]

const faults: readonly Fault[] = [
  ...badUrls.map(([what, url, fault]): Fault => [
    `Jira at an address with ${what}`,
    { ...server, JIRA_URL: url },
    fault,
  ]),
  [
    'a ticket in Jira Cloud',
    { ...cloud, JIRA_URL: 'https://acme.atlassian.net/browse/BUG-453' },
    /^JIRA_URL must end with the host, such as/,
  ],
  [
    'a board in Jira Cloud',
    { ...cloud, JIRA_URL: 'https://acme.atlassian.net/jira/software/projects/BUG' },
    /^JIRA_URL must end with the host, such as/,
  ],
  [
    'the address that tokens with scopes take',
    { ...cloud, JIRA_URL: 'https://api.atlassian.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421' },
    /^JIRA_URL must be where people open Jira, .*: use an API token without scopes\.$/,
  ],
  [
    'no encryption elsewhere when only this machine needs none',
    { ...server, JIRA_URL: 'http://jira.acme.example', TRACKER_NETWORK: 'loopback' },
    /^JIRA_URL must begin with https/,
  ],
  [
    'no encryption in a private network',
    { ...server, JIRA_URL: 'http://10.0.0.7', TRACKER_NETWORK: 'private' },
    /^JIRA_URL must begin with https/,
  ],
  [
    'Linear with the path of its API',
    { LINEAR_TOKEN_FILE: tokenFile, LINEAR_URL: 'https://api.linear.app/graphql' },
    /^LINEAR_URL must end with the host, such as https:\/\/api\.linear\.app\.$/,
  ],
  [
    'Shortcut in the clear',
    { SHORTCUT_TOKEN_FILE: tokenFile, SHORTCUT_URL: 'http://api.app.shortcut.com' },
    /^SHORTCUT_URL must begin with https/,
  ],
  [
    'Jira without a token',
    { JIRA_URL: 'https://jira.acme.example' },
    /^JIRA_URL is set without a token: put one into a file and name that in JIRA_TOKEN_FILE\.$/,
  ],
  ['Jira without an address', { JIRA_TOKEN_FILE: tokenFile }, /^JIRA_TOKEN is set without JIRA_URL: give the address/],
  [
    'an address of Linear without a token',
    { LINEAR_URL: 'https://linear.acme.example' },
    /^LINEAR_URL is set without a token: .* LINEAR_TOKEN_FILE\.$/,
  ],
  [
    'Jira Cloud without an e-mail',
    { ...cloud, JIRA_EMAIL: undefined },
    /^JIRA_EMAIL is missing: Jira Cloud wants the e-mail/,
  ],
  [
    'an e-mail for nothing',
    { JIRA_EMAIL: 'countersign@acme.example' },
    /^JIRA_EMAIL is set, but Jira is not connected: set JIRA_URL and JIRA_TOKEN_FILE too, or remove JIRA_EMAIL\.$/,
  ],
  ['an e-mail that is a name', { ...cloud, JIRA_EMAIL: 'ana' }, /^JIRA_EMAIL must be the e-mail address/],
  ['an e-mail with its token', { ...cloud, JIRA_EMAIL: 'ana@acme.example:t0ken' }, /^JIRA_EMAIL must be the e-mail/],
  [
    'a webhook secret of Jira alone',
    { JIRA_WEBHOOK_SECRET_FILE: secretFile },
    /^JIRA_WEBHOOK_SECRET is set, but Jira is not connected/,
  ],
  [
    'a webhook secret of Linear alone',
    { LINEAR_WEBHOOK_SECRET_FILE: secretFile },
    /^LINEAR_WEBHOOK_SECRET is set, but Linear is not connected: set LINEAR_TOKEN_FILE too, or remove/,
  ],
  [
    'a webhook secret of Shortcut alone',
    { SHORTCUT_WEBHOOK_SECRET_FILE: secretFile },
    /^SHORTCUT_WEBHOOK_SECRET is set, but Shortcut is not connected/,
  ],
  ['a token given twice', { ...server, JIRA_TOKEN: 't' }, /^JIRA_TOKEN and JIRA_TOKEN_FILE are both set: keep one/],
  [
    'a token file that is not there',
    { ...server, JIRA_TOKEN_FILE: join(folder, 'none') },
    /^JIRA_TOKEN_FILE names a file that does not exist/,
  ],
  [
    'a token file of Jira Cloud that is not there',
    { ...cloud, JIRA_TOKEN_FILE: join(folder, 'none') },
    /^JIRA_TOKEN_FILE names a file that does not exist/,
  ],
  [
    'a token file that is empty, and a webhook secret',
    { LINEAR_TOKEN_FILE: file('empty', '\n'), LINEAR_WEBHOOK_SECRET_FILE: secretFile },
    /^LINEAR_TOKEN_FILE names an empty file/,
  ],
  ['an empty address', { ...server, JIRA_URL: ' ' }, /^JIRA_URL is empty: give it a value or remove it\.$/],
  [
    'a token with its header',
    { LINEAR_TOKEN_FILE: file('bearer', 'Bearer lin_api_1') },
    /^LINEAR_TOKEN holds a space or a character that no token has/,
  ],
  [
    'a token of two lines',
    { SHORTCUT_TOKEN_FILE: file('lines', 'one\ntwo\n') },
    /^SHORTCUT_TOKEN holds a space or a character/,
  ],
  [
    'a network that is none',
    { TRACKER_NETWORK: 'all' },
    /^TRACKER_NETWORK must be one of public, private, loopback\.$/,
  ],
  ...['acme/shop', '@acme', 'acme,', 'acme labs', 'https://github.com/acme'].map((organizations): Fault => [
    `organizations written as ${organizations}`,
    { TRACKER_ORGANIZATIONS: organizations },
    /^TRACKER_ORGANIZATIONS must be logins of organizations separated by commas/,
  ]),
]

describe('the trackers cannot be used, and one sentence says why:', () => {
  test.each(faults)('%s', (_sentence, environment, fault) => {
    const found = faultsOf(environment)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(fault)
    expect(found[0]).toMatch(/\.$/)
  })

  test('faults of several trackers are listed together', () => {
    const found = faultsOf({ JIRA_URL: 'x', JIRA_TOKEN: 't', LINEAR_WEBHOOK_SECRET: 's', TRACKER_NETWORK: 'x' })
    expect(found.map((fault) => fault.split(' ', 1)[0]).toSorted()).toEqual([
      'JIRA_URL',
      'LINEAR_WEBHOOK_SECRET',
      'TRACKER_NETWORK',
    ])
  })

  test('no fault and no warning repeats a value, whatever it is set to', () => {
    const names = fc.constantFrom(...new Set(faults.flatMap(([, environment]) => Object.keys(environment))))
    const around = fc.constantFrom(
      '',
      'https://',
      'http://',
      'https://u:',
      ' ',
      'https://h/?',
      'a@b:',
      'https://h/browse/',
    )
    fc.assert(
      fc.property(names, around, fc.constantFrom(cloud, server, {}), (name, before, base) => {
        const environment = { ...base, [name]: `${before}hunter2-planted` }
        const faulty = faultsOf(environment)
        const told = faulty.length > 0 ? faulty : read(environment).warnings
        expect(told.join('\n')).not.toContain('hunter2')
      }),
    )
  })
})

const inEnvironment =
  /^(\w+) is given in the environment, where other processes and crash reports may show it: put it into a file and name that in \1_FILE\.$/

describe('the trackers work and should be put right:', () => {
  test.each<[variable: string, environment: Environment]>([
    ['JIRA_TOKEN', { ...server, JIRA_TOKEN_FILE: undefined, JIRA_TOKEN: 't' }],
    ['JIRA_WEBHOOK_SECRET', { ...server, JIRA_WEBHOOK_SECRET: 'x'.repeat(16) }],
    ['LINEAR_TOKEN', { LINEAR_TOKEN: 't' }],
    ['SHORTCUT_TOKEN', { SHORTCUT_TOKEN: 't' }],
  ])('%s is in the environment, which the ledger is to tell too', (variable, environment) => {
    const { warnings, ledgerWarnings } = read(environment)
    expect(warnings).toEqual([expect.stringMatching(inEnvironment)])
    expect(ledgerWarnings).toEqual([{ variable, sentence: warnings[0] }])
  })

  test.each<[sentence: string, environment: Environment, warning: RegExp]>([
    [
      'a token that others can read',
      { ...server, JIRA_TOKEN_FILE: file('open', 't', 0o644) },
      /^JIRA_TOKEN_FILE names a file that other users may read or write: give it mode 600\.$/,
    ],
    [
      'a webhook secret that can be guessed',
      { LINEAR_TOKEN_FILE: tokenFile, LINEAR_WEBHOOK_SECRET_FILE: file('short', 'fifteen-letters') },
      /^LINEAR_WEBHOOK_SECRET is short: use at least 16 random characters/,
    ],
  ])('%s', (_sentence, environment, warning) => {
    const { warnings, ledgerWarnings } = read(environment)
    expect(warnings).toEqual([expect.stringMatching(warning)])
    expect(ledgerWarnings).toEqual([])
  })
})
