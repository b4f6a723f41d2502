import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { type Config, ConfigError, type Environment, readConfig, readStoreConfig, Secret } from '#config.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-config-'))
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

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const encryptedPem = rsa.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' })
  .toString()
const ellipticPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const webhookSecret = 'a-secret-of-enough-characters'
const needed: Environment = { APP_ID: '4711', PRIVATE_KEY: pkcs1, WEBHOOK_SECRET: webhookSecret }

type Accepted = [sentence: string, environment: Environment, expected: Partial<Record<keyof Config, unknown>>]

const accepted: readonly Accepted[] = [
  ['the App ID is a number', {}, { appId: 4711 }],
  ['it listens to this machine alone', {}, { host: '127.0.0.1', port: 3000 }],
  ['it can listen to all', { HOST: '0.0.0.0', PORT: '8080' }, { host: '0.0.0.0', port: 8080 }],
  ['it can listen to all on IPv6', { HOST: '::' }, { host: '::' }],
  ['port 0 is any free port', { PORT: '0' }, { port: 0 }],
  [
    'space around a value is not part of it',
    { PORT: ' 8080 ', HOST: 'localhost\n' },
    { port: 8080, host: 'localhost' },
  ],
  ['metrics have a private port of their own', {}, { metrics: { host: '127.0.0.1', port: 9464 } }],
  [
    'metrics can be elsewhere',
    { METRICS_HOST: '10.0.0.1', METRICS_PORT: '9000' },
    { metrics: { host: '10.0.0.1', port: 9000 } },
  ],
  ['metrics can be off', { METRICS_PORT: 'off' }, { metrics: null }],
  ['two hosts can have the same port', { PORT: '9464', HOST: '10.0.0.1' }, { port: 9464 }],
  ['GitHub is github.com', {}, { githubApiUrl: 'https://api.github.com', githubUrl: 'https://github.com' }],
  [
    'an Enterprise server has its API in a path',
    { GHE_HOST: 'github.example.com' },
    { githubApiUrl: 'https://github.example.com/api/v3', githubUrl: 'https://github.example.com' },
  ],
  [
    'an Enterprise server can have a port and no TLS',
    { GHE_HOST: '127.0.0.1:8123', GHE_PROTOCOL: 'http' },
    { githubApiUrl: 'http://127.0.0.1:8123/api/v3' },
  ],
  [
    'Enterprise Cloud with data residency has a host for its API',
    { GHE_HOST: 'acme.ghe.com' },
    { githubApiUrl: 'https://api.acme.ghe.com', githubUrl: 'https://acme.ghe.com' },
  ],
  ['it logs at info', {}, { logLevel: 'info' }],
  ['it can log less', { LOG_LEVEL: 'warn' }, { logLevel: 'warn' }],
  ['data is in ./data', {}, { dataDir: resolve('data'), databaseUrl: null }],
  ['data can be elsewhere', { DATA_DIR: '/var/lib/countersign' }, { dataDir: '/var/lib/countersign' }],
  ['data can be in a folder that exists', { DATA_DIR: folder }, { dataDir: folder }],
  ['policy is in .github', {}, { policyRepository: '.github' }],
  ['policy can be in another repository', { POLICY_REPOSITORY: 'compliance' }, { policyRepository: 'compliance' }],
  ['20 subjects at a time', {}, { concurrency: 20 }],
  ['as many subjects as one likes', { CONCURRENCY: '200' }, { concurrency: 200 }],
  ['half of the hourly limit for judging all again', { REASSESS_PERCENT: '50' }, { reassessShare: 0.5 }],
  ['no previous secret', {}, { webhookSecretPrevious: null }],
  ['nothing is to be put right', {}, { warnings: [] }],
  ['other variables are not ours', { PATH: '/bin', EMPTY: '' }, { warnings: [] }],
]

describe('the configuration is read:', () => {
  test.each(accepted)('%s', (_sentence, environment, expected) => {
    expect(readConfig({ ...needed, ...environment })).toMatchObject(expected)
  })
})

const keys: readonly [sentence: string, environment: Environment][] = [
  ['as GitHub generated it', { PRIVATE_KEY: pkcs1 }],
  ['as PKCS #8', { PRIVATE_KEY: pkcs8 }],
  ['with its line breaks written out', { PRIVATE_KEY: pkcs1.replaceAll('\n', '\\n') }],
  ['with Windows line breaks written out', { PRIVATE_KEY: pkcs1.replaceAll('\n', '\\r\\n') }],
  ['in base64', { PRIVATE_KEY: Buffer.from(pkcs1).toString('base64') }],
  [
    'in base64 over many lines',
    {
      PRIVATE_KEY: Buffer.from(pkcs1)
        .toString('base64')
        .replace(/(.{64})/g, '$1\n'),
    },
  ],
  ['in a file', { PRIVATE_KEY_FILE: file('key.pem', pkcs1) }],
  ['in a file, as Probot names it', { PRIVATE_KEY_PATH: file('probot.pem', pkcs1) }],
  ['in base64 in a file', { PRIVATE_KEY_FILE: file('key.b64', Buffer.from(pkcs1).toString('base64')) }],
]

describe('the private key is read', () => {
  test.each(keys)('%s', (_sentence, environment) => {
    const { privateKey, warnings } = readConfig({ ...needed, PRIVATE_KEY: undefined, ...environment })
    expect(createPrivateKey(privateKey.reveal()).equals(rsa.privateKey)).toBe(true)
    expect(warnings).toEqual([])
  })
})

describe('secrets are read from files', () => {
  test('each of them, without the line break at the end', () => {
    const config = readConfig({
      APP_ID: '1',
      PRIVATE_KEY_FILE: file('k', pkcs1),
      WEBHOOK_SECRET_FILE: file('w', `${webhookSecret}\n`),
      WEBHOOK_SECRET_PREVIOUS_FILE: file('p', ' former secret of some length \r\n'),
      DATABASE_URL_FILE: file('d', 'postgres://u:p@db/c\n'),
    })
    expect(config.webhookSecret.reveal()).toBe(webhookSecret)
    expect(config.webhookSecretPrevious?.reveal()).toBe(' former secret of some length ')
    expect(config.databaseUrl?.reveal()).toBe('postgres://u:p@db/c')
  })
})

type Fault = [sentence: string, environment: Environment, fault: RegExp]

const faults: readonly Fault[] = [
  ['no App ID', { APP_ID: undefined }, /^APP_ID is missing: give the App ID/],
  ['an App ID that is a client ID', { APP_ID: 'Iv1.8a61f9b3a7aba766' }, /^APP_ID must be a whole number/],
  ['an App ID of 0', { APP_ID: '0' }, /^APP_ID must be a whole number/],
  ['an App ID with a sign', { APP_ID: '-1' }, /^APP_ID must be a whole number/],
  ['an App ID in hexadecimal', { APP_ID: '0x10' }, /^APP_ID must be a whole number/],
  ['an App ID beyond all', { APP_ID: '9'.repeat(20) }, /^APP_ID must be a whole number/],
  ['an empty App ID', { APP_ID: '' }, /^APP_ID is empty: give it a value or remove it\.$/],
  ['no private key', { PRIVATE_KEY: undefined }, /^PRIVATE_KEY is missing/],
  ['an empty private key', { PRIVATE_KEY: ' ' }, /^PRIVATE_KEY is empty/],
  ['a private key cut off', { PRIVATE_KEY: pkcs1.slice(0, 300) }, /^PRIVATE_KEY is not a whole PEM file/],
  ['a private key that is a word', { PRIVATE_KEY: 'hunter2' }, /^PRIVATE_KEY is not a whole PEM file/],
  ['a public key', { PRIVATE_KEY: publicPem }, /^PRIVATE_KEY is a public key/],
  ['a key behind a passphrase', { PRIVATE_KEY: encryptedPem }, /^PRIVATE_KEY is protected by a passphrase/],
  ['a key of another kind', { PRIVATE_KEY: ellipticPem }, /^PRIVATE_KEY is not an RSA key/],
  ['a private key given twice', { PRIVATE_KEY_FILE: '/k' }, /^PRIVATE_KEY and PRIVATE_KEY_FILE are both set: keep one/],
  [
    'two files for one key',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_FILE: '/k', PRIVATE_KEY_PATH: '/k' },
    /^PRIVATE_KEY_FILE and PRIVATE_KEY_PATH are both set/,
  ],
  [
    'a key file that is not there',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: join(folder, 'none') },
    /^PRIVATE_KEY_PATH names a file that does not exist/,
  ],
  [
    'a key file that is a folder',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_FILE: folder },
    /^PRIVATE_KEY_FILE names a folder/,
  ],
  [
    'a key file that is empty',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_FILE: file('empty', '\n') },
    /^PRIVATE_KEY_FILE names an empty file/,
  ],
  [
    'a key file that is a disk image',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_FILE: file('large', 'x'.repeat(70_000)) },
    /^PRIVATE_KEY_FILE names a file that is too large/,
  ],
  [
    'a file inside a file',
    { WEBHOOK_SECRET: undefined, WEBHOOK_SECRET_FILE: join(file('plain', 'x'), 'y') },
    /^WEBHOOK_SECRET_FILE names a file that does not exist/,
  ],
  [
    'a path with a zero byte',
    { WEBHOOK_SECRET: undefined, WEBHOOK_SECRET_FILE: 'a\0b' },
    /^WEBHOOK_SECRET_FILE names a file that cannot be read/,
  ],
  ['no webhook secret', { WEBHOOK_SECRET: undefined }, /^WEBHOOK_SECRET is missing/],
  [
    'a webhook secret given twice',
    { WEBHOOK_SECRET_FILE: '/w' },
    /^WEBHOOK_SECRET and WEBHOOK_SECRET_FILE are both set/,
  ],
  ['an empty previous secret', { WEBHOOK_SECRET_PREVIOUS: '' }, /^WEBHOOK_SECRET_PREVIOUS is empty/],
  [
    'a previous secret given twice',
    { WEBHOOK_SECRET_PREVIOUS: 'a', WEBHOOK_SECRET_PREVIOUS_FILE: 'b' },
    /^WEBHOOK_SECRET_PREVIOUS and WEBHOOK_SECRET_PREVIOUS_FILE are both set/,
  ],
  [
    'a database that is not PostgreSQL',
    { DATABASE_URL: 'mysql://u:p@h/d' },
    /^DATABASE_URL must be a URL such as postgres:/,
  ],
  ['a database that is a word', { DATABASE_URL: 'localhost' }, /^DATABASE_URL must be a URL/],
  [
    'a database given twice',
    { DATABASE_URL: 'postgres://h/d', DATABASE_URL_FILE: '/d' },
    /^DATABASE_URL and DATABASE_URL_FILE are both set/,
  ],
  ['a data folder that is a file', { DATA_DIR: file('taken', 'x') }, /^DATA_DIR must be a folder/],
  ['a data folder inside a file', { DATA_DIR: join(file('taken-too', 'x'), 'data') }, /^DATA_DIR must be a folder/],
  ['an Enterprise host with its protocol', { GHE_HOST: 'https://github.example.com' }, /^GHE_HOST must be a host name/],
  ['an Enterprise host with a path', { GHE_HOST: 'github.example.com/api' }, /^GHE_HOST must be a host name/],
  [
    'an Enterprise host that is github.com',
    { GHE_HOST: 'GitHub.com' },
    /^GHE_HOST is for GitHub Enterprise: remove it/,
  ],
  ['another protocol', { GHE_PROTOCOL: 'ssh' }, /^GHE_PROTOCOL must be https or http\.$/],
  ['a port that is a word', { PORT: 'http' }, /^PORT must be a port number from 0 to 65535\.$/],
  ['a port beyond all', { PORT: '65536' }, /^PORT must be a port number/],
  ['half a port', { PORT: '80.5' }, /^PORT must be a port number/],
  ['a host that is a URL', { HOST: 'http://0.0.0.0' }, /^HOST must be an address to listen on/],
  [
    'metrics on a port that is a word',
    { METRICS_PORT: 'no' },
    /^METRICS_PORT must be a port number from 0 to 65535, or off\.$/,
  ],
  [
    'metrics on a port beyond all',
    { METRICS_PORT: '70000' },
    /^METRICS_PORT must be a port number from 0 to 65535, or off\.$/,
  ],
  ['metrics on the public port', { PORT: '9464' }, /^PORT and METRICS_PORT are the same port/],
  [
    'metrics on the public port of all hosts',
    { PORT: '9464', HOST: '0.0.0.0' },
    /^PORT and METRICS_PORT are the same port/,
  ],
  [
    'a level that is none',
    { LOG_LEVEL: 'verbose' },
    /^LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent\.$/,
  ],
  [
    'a policy repository with its owner',
    { POLICY_REPOSITORY: 'acme/.github' },
    /^POLICY_REPOSITORY must be the name of a repository without its owner/,
  ],
  ['nothing at a time', { CONCURRENCY: '0' }, /^CONCURRENCY must be a whole number from 1 to 200\.$/],
  ['no share', { REASSESS_PERCENT: '0' }, /^REASSESS_PERCENT must be a whole number from 1 to 100\.$/],
  ['everything at a time', { CONCURRENCY: '1000' }, /^CONCURRENCY must be a whole number/],
]

describe('the configuration cannot be used, and one sentence says why:', () => {
  test.each(faults)('%s', (_sentence, environment, fault) => {
    const found = faultsOf({ ...needed, ...environment })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(fault)
    expect(found[0]).toMatch(/\.$/)
  })

  test('all faults are listed together', () => {
    const found = faultsOf({ PORT: 'x', WEBHOOK_SECRET_FILE: join(folder, 'none'), LOG_LEVEL: '', METRICS_PORT: 'x' })
    expect(found.map((fault) => fault.split(' ', 1)[0]).toSorted()).toEqual(
      ['APP_ID', 'LOG_LEVEL', 'METRICS_PORT', 'PORT', 'PORT', 'PRIVATE_KEY', 'WEBHOOK_SECRET_FILE'].toSorted(),
    )
    const error = new ConfigError(found)
    expect(error.message.split('\n')).toHaveLength(found.length + 1)
  })

  test('no fault repeats a value, which may be a secret in the wrong place', () => {
    const planted = 'hunter2-planted'
    for (const name of Object.keys(everyName)) {
      const told = attempt({ ...needed, [name]: planted })
      expect([name, told.includes(planted)]).toEqual([name, false])
    }
  })
})

const everyName = {
  ...Object.fromEntries(faults.flatMap(([, environment]) => Object.keys(environment)).map((name) => [name, true])),
}

const warned: readonly [sentence: string, environment: Environment, warning: RegExp][] = [
  [
    'a key that others can read',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_FILE: file('open.pem', pkcs1, 0o644) },
    /^PRIVATE_KEY_FILE names a file that other users may read/,
  ],
  [
    'a key that a group can read',
    { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: file('group.pem', pkcs1, 0o640) },
    /^PRIVATE_KEY_PATH names a file that other users may read/,
  ],
  ['a webhook secret that can be guessed', { WEBHOOK_SECRET: 'development' }, /^WEBHOOK_SECRET is short/],
  [
    'a rotation that rotates nothing',
    { WEBHOOK_SECRET_PREVIOUS: webhookSecret },
    /^WEBHOOK_SECRET_PREVIOUS is the same/,
  ],
  ['tokens in the clear', { GHE_HOST: 'github.example.com', GHE_PROTOCOL: 'http' }, /^GHE_PROTOCOL is http/],
  [
    'a setting of Probot’s that is not used',
    { WEBHOOK_PROXY_URL: 'https://smee.io/x' },
    /^WEBHOOK_PROXY_URL is one of Probot's settings/,
  ],
]

describe('the configuration works and should be put right:', () => {
  test.each(warned)('%s', (_sentence, environment, warning) => {
    const { warnings } = readConfig({ ...needed, ...environment })
    expect(warnings).toEqual([expect.stringMatching(warning)])
  })
})

describe('readStoreConfig', () => {
  test('needs nothing of the app', () => {
    expect(readStoreConfig({ DATABASE_URL: 'postgresql://u:p@h:5432/c' })).toMatchObject({
      logLevel: 'info',
      warnings: [],
    })
  })

  test('has faults of its own part alone', () => {
    expect(() => readStoreConfig({ DATABASE_URL: 'x', PORT: 'x' })).toThrow(
      new ConfigError(['DATABASE_URL must be a URL such as postgres://user:password@host:5432/countersign.']),
    )
  })
})

describe('a secret does not print', () => {
  const text = 'hunter2'
  const holder = { databaseUrl: new Secret(text) }

  test.each<[where: string, print: () => string]>([
    ['in a template', () => String(holder.databaseUrl)],
    ['in JSON', () => JSON.stringify(holder)],
    ['when inspected', () => inspect(holder, { depth: 9, showHidden: true })],
    ['in an error', () => String(new Error(holder.databaseUrl.toString()))],
    ['when spread', () => JSON.stringify(Object.assign({}, holder.databaseUrl))],
    ['in a log line', () => logged(holder)],
  ])('%s', (_where, print) => {
    expect(print()).not.toContain(text)
  })

  test('unless it is asked for', () => {
    expect(holder.databaseUrl.reveal()).toBe(text)
  })

  test('nor does the whole configuration', () => {
    const config = readConfig({ ...needed, WEBHOOK_SECRET_PREVIOUS: 'the-former-one-of-them' })
    const printed = `${inspect(config, { depth: 9 })}${JSON.stringify(config)}${logged(config)}`
    for (const secret of [webhookSecret, 'the-former-one', 'PRIVATE KEY']) expect(printed).not.toContain(secret)
  })
})

function logged(value: object): string {
  const lines: string[] = []
  pino({ level: 'info' }, { write: (line: string) => lines.push(line) }).info({ value }, 'A line.')
  return lines.join('')
}

function faultsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

function attempt(environment: Environment): string {
  return faultsOf(environment).join('\n')
}
