import { describe, expect, test } from '@jest/globals'
import type { Command } from 'commander'
import { type DoctorCheck, type Doors } from '#cli/doors.ts'
import { CommandError, type ExitCode } from '#cli/exit-codes.ts'
import { buildProgram, runProgram } from '#cli/program.ts'
import { ConfigError } from '#config.ts'
import type { Token } from '#operations/issue-token.ts'

const token: Token = {
  id: '3f2a91c07b5e',
  organization: 'acme',
  role: 'viewer',
  reason: 'weekly report',
  createdAt: '2026-02-01T00:00:00.000Z',
  expiresAt: '2026-05-30T12:00:00.000Z',
  revokedAt: null,
  lastUsedAt: null,
}

const dead = {
  id: '41',
  subject: { kind: 'change', installationId: 5, repositoryId: 9, owner: 'acme', repository: 'shop', number: 3 },
  cause: { actor: 'ada', reason: 'pull_request.opened, delivery g1', occurredAt: '', receivedAt: '' },
  attempts: 13,
  error: 'GitHub answered 502.',
  diedAt: '2026-03-01T11:00:00.000Z',
} as const

const fault = { path: 'controls.ticket-lnk', line: 4, message: 'There is no such control: did you mean ticket-link?' }

const checks: readonly DoctorCheck[] = [
  { name: 'configuration', standing: 'ok', detail: 'every variable fits' },
  { name: 'webhook', standing: 'unknown', detail: 'GitHub could not be asked' },
]

const problem: DoctorCheck = {
  name: 'permissions',
  standing: 'problem',
  detail: 'checks: write is missing',
  remedy: 'Grant it on the app’s settings page.',
}

async function* each(all: readonly DoctorCheck[]): AsyncIterable<DoctorCheck> {
  yield* all
}

interface Ran {
  readonly out: string
  readonly err: string
  readonly code: ExitCode | null
  /** Each call of a door, as its name and what it was given. */
  readonly calls: readonly (readonly unknown[])[]
}

/** Runs a command line on doors that remember; `over` replaces some. */
async function run(line: readonly string[], over: Partial<Doors> = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const codes: ExitCode[] = []
  const calls: (readonly unknown[])[] = []
  const remember =
    <Answer>(name: string, answer: Answer) =>
    async (...given: readonly unknown[]): Promise<Answer> => {
      calls.push([name, ...given])
      return answer
    }
  const doors: Doors = {
    version: '0.1.0',
    now: () => new Date('2026-03-01T12:00:00Z'),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    exit: (code) => codes.push(code),
    run: remember('run', undefined),
    migrate: remember('migrate', ['0001-first', '0002-second']),
    doctorChecks: () => each(checks),
    createToken: remember('createToken', { token, text: 'cst_secret' }),
    listTokens: remember('listTokens', [token]),
    revokeToken: remember('revokeToken', true),
    jobs: remember('jobs', { counts: { waiting: 2, active: 1, dead: 1 }, deadLetters: [dead] }),
    requeueJobs: remember('requeueJobs', 1),
    readText: remember('readText', 'mode: observe\n'),
    checkPolicy: (policy) => {
      calls.push(['checkPolicy', policy])
      return []
    },
    policySchema: () => '{"$schema":"…"}\n',
    simulateChanges: () => ({ ok: true, isList: true, changes: [] }),
    importPolicyBot: () => ({ ok: true, policy: '', summary: [], differences: 0 }),
    readFacts: remember('readFacts', null),
    demo: remember('demo', true),
    ...over,
  }
  await runProgram(line, doors)
  expect(codes).toHaveLength(1)
  return { out: out.join(''), err: err.join(''), code: codes[0] ?? null, calls }
}

const words = (line: string): readonly string[] =>
  (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''))

type Done = [line: string, calls: readonly (readonly unknown[])[], out: RegExp]

const done: readonly Done[] = [
  ['start', [['run', ['web', 'worker']]], /^$/],
  ['web', [['run', ['web']]], /^$/],
  ['worker', [['run', ['worker']]], /^$/],
  ['migrate', [['migrate']], /^applied 0001-first\napplied 0002-second\n$/],
  ['doctor', [], /^ok {7}configuration: every variable fits\nunknown {2}webhook: GitHub could not be asked\n$/],
  ['doctor --json', [], /^\{"name":"configuration","standing":"ok",.*\}\n\{"name":"webhook",.*\}\n$/],
  [
    'token create --organization acme --expires 90d --reason "weekly report"',
    [
      [
        'createToken',
        { organization: 'acme', role: 'viewer', expiresAt: new Date('2026-05-30T12:00:00Z'), reason: 'weekly report' },
      ],
    ],
    /^cst_secret\n$/,
  ],
  [
    'token create --organization acme --role viewer --expires 2w --reason "try it"',
    [
      [
        'createToken',
        { organization: 'acme', role: 'viewer', expiresAt: new Date('2026-03-15T12:00:00Z'), reason: 'try it' },
      ],
    ],
    /^cst_secret\n$/,
  ],
  [
    'token list',
    [['listTokens', null]],
    /^ID .*\n3f2a91c07b5e {2}acme {10}viewer {2}in force {2}2026-05-30 {2}never {6}weekly report\n$/,
  ],
  ['token list --organization acme --json', [['listTokens', 'acme']], /^\[\n {2}\{\n {4}"id": "3f2a91c07b5e",/],
  [
    'token revoke 3f2a91c07b5e --reason "report retired"',
    [['revokeToken', { id: '3f2a91c07b5e', reason: 'report retired' }]],
    /^Token 3f2a91c07b5e is revoked\.\n$/,
  ],
  [
    'jobs list',
    [['jobs']],
    /^waiting 2, being worked on 1, failed for good 1\n\nID .*\n41 {2}acme\/shop#3 {2}13 .*GitHub answered 502\.\n$/,
  ],
  ['jobs list --json', [['jobs']], /^\{\n {2}"counts": \{/],
  [
    'jobs requeue 41 --reason "permission granted"',
    [['requeueJobs', { ids: ['41'], reason: 'permission granted' }]],
    /^1 queued again\.\n$/,
  ],
  [
    'jobs requeue --all --reason "GitHub is back"',
    [['requeueJobs', { ids: 'all', reason: 'GitHub is back' }]],
    /^1 queued again\.\n$/,
  ],
  [
    'policy check countersign.yml',
    [
      ['readText', 'countersign.yml'],
      ['checkPolicy', { text: 'mode: observe\n', layer: 'organization' }],
    ],
    /^countersign\.yml is a valid policy of an organization\.\n$/,
  ],
  [
    'policy check shop/.github/countersign.yml',
    [
      ['readText', 'shop/.github/countersign.yml'],
      ['checkPolicy', { text: 'mode: observe\n', layer: 'repository' }],
    ],
    /is a valid policy of a repository\.\n$/,
  ],
  [
    'policy check --layer organization .github/countersign.yml',
    [
      ['readText', '.github/countersign.yml'],
      ['checkPolicy', { text: 'mode: observe\n', layer: 'organization' }],
    ],
    /of an organization\.\n$/,
  ],
  [
    'policy check - --json',
    [
      ['readText', '-'],
      ['checkPolicy', { text: 'mode: observe\n', layer: 'organization' }],
    ],
    /^\{\n {2}"file": "-",\n {2}"layer": "organization",\n {2}"faults": \[\]\n\}\n$/,
  ],
  ['policy schema', [], /^\{"\$schema":"…"\}\n$/],
  ['demo', [['demo', 'stay']], /^$/],
  ['demo --exit', [['demo', 'exit']], /^$/],
  ['--version', [], /^0\.1\.0\n$/],
]

describe('a command that is done ends with 0', () => {
  test.each(done)('countersign %s', async (line, calls, out) => {
    const ran = await run(words(line))
    expect([ran.code, ran.calls]).toEqual([0, calls])
    expect(ran.out).toMatch(out)
  })

  test('a token’s text alone is on standard output, what is said of it on standard error', async () => {
    const ran = await run(words('token create --organization acme --expires 1d --reason "try it"'))
    expect(ran.out).toBe('cst_secret\n')
    expect(ran.err).toBe(
      'Token 3f2a91c07b5e for acme, viewer, until 2026-05-30T12:00:00.000Z. Keep it: it is not shown again.\n',
    )
  })
})

type Ended = [sentence: string, line: string, code: ExitCode, err: RegExp, over?: Partial<Doors>]

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })

const throwText = (): never => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- some packages do
  throw 'nothing'
}

const ended: readonly Ended[] = [
  [
    'the doctor found a problem',
    'doctor',
    1,
    /^1 problem found\.\n$/,
    { doctorChecks: () => each([...checks, problem]) },
  ],
  ['the doctor found two', 'doctor', 1, /^2 problems found\.\n$/, { doctorChecks: () => each([problem, problem]) }],
  ['the policy has a fault', 'policy check countersign.yml', 1, /^1 fault found\.\n$/, { checkPolicy: () => [fault] }],
  [
    'the story did not come out as told',
    'demo --exit',
    1,
    /^A step of the story did not come out as told\.\n$/,
    { demo: async () => false },
  ],
  [
    'a job did not fail for good',
    'jobs requeue 41 42 --reason "try again"',
    1,
    /^1 of them did not fail for good: see countersign jobs list\.\n$/,
  ],
  ['no command', '', 2, /Usage: countersign/],
  ['no verb', 'token', 2, /Usage: countersign token/],
  ['an unknown command', 'strat', 2, /^error: unknown command 'strat'\n\(Did you mean start\?\)\n/],
  ['an unknown verb', 'token make', 2, /^error: unknown command 'make'/],
  ['an unknown option', 'migrate --force', 2, /^error: unknown option '--force'[^]*Add --help/],
  ['too many arguments', 'migrate now', 2, /^error: too many arguments/],
  [
    'a token without reason',
    'token create --organization acme --expires 90d',
    2,
    /^error: required option '--reason <text>' not specified/,
  ],
  [
    'a token without organization',
    'token create --expires 90d --reason "why not"',
    2,
    /^error: required option '--organization <login>'/,
  ],
  [
    'a token without end',
    'token create --organization acme --reason "why not"',
    2,
    /^error: required option '--expires <time>'/,
  ],
  [
    'a token for hours',
    'token create --organization acme --expires 12h --reason "why not"',
    2,
    /Give days or weeks from 1d to 365d/,
  ],
  [
    'a token for no time',
    'token create --organization acme --expires 0d --reason "why not"',
    2,
    /Give days or weeks from 1d to 365d/,
  ],
  [
    'a token for more than a year',
    'token create --organization acme --expires 53w --reason "why not"',
    2,
    /Give days or weeks from 1d to 365d/,
  ],
  [
    'a token for an unknown role',
    'token create --organization acme --role owner --expires 1d --reason "why not"',
    2,
    /Allowed choices are viewer/,
  ],
  [
    'a token for a strange organization',
    'token create --organization acme/shop --expires 1d --reason "why not"',
    2,
    /Give the login of an organization/,
  ],
  ['a reason that says nothing', 'token revoke 3f2a --reason " x "', 2, /Give a reason of 3 to 500 characters/],
  [
    'a reason that says too much',
    `token revoke 3f2a --reason ${'x'.repeat(501)}`,
    2,
    /Give a reason of 3 to 500 characters/,
  ],
  [
    'a token that is not there',
    'token revoke 3f2a --reason "report retired"',
    2,
    /^There is no token 3f2a in force: see countersign token list\.\n$/,
    { revokeToken: async () => false },
  ],
  [
    'jobs and all of them',
    'jobs requeue 41 --all --reason "try again"',
    2,
    /^Give either the ids of jobs or --all\.\n$/,
  ],
  ['neither jobs nor all', 'jobs requeue --reason "try again"', 2, /^Give either the ids of jobs or --all\.\n$/],
  ['a layer that is none', 'policy check f --layer team', 2, /Allowed choices are organization, repository/],
  [
    'a policy that cannot be read',
    'policy check none.yml',
    2,
    /^none\.yml cannot be read: give the path of a file that is there\.\n$/,
    { readText: () => Promise.reject(new Error('ENOENT')) },
  ],
  [
    'a configuration with faults',
    'start',
    2,
    /^The configuration cannot be used:\n {2}- APP_ID is missing\.\n {2}- PORT is empty\.\n$/,
    { run: () => Promise.reject(new ConfigError(['APP_ID is missing.', 'PORT is empty.'])) },
  ],
  [
    'a door that refuses in its own words',
    'worker',
    2,
    /^A worker of its own needs PostgreSQL\.\n$/,
    { run: () => Promise.reject(new CommandError(2, 'A worker of its own needs PostgreSQL.')) },
  ],
  [
    'a database that does not answer',
    'migrate',
    3,
    /^Cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:5432\n$/,
    { migrate: () => Promise.reject(refused) },
  ],
  [
    'a database behind another error',
    'jobs list',
    3,
    /^Cannot be reached: The queue did not open\.\n$/,
    { jobs: () => Promise.reject(new Error('The queue did not open.', { cause: refused })) },
  ],
  [
    'a database on two addresses',
    'token list',
    3,
    /^Cannot be reached: All failed\.\n$/,
    { listTokens: () => Promise.reject(new AggregateError([refused, refused], 'All failed.')) },
  ],
  [
    'a fault of our own',
    'migrate',
    4,
    /^Unexpected: x is not a function\n$/,
    { migrate: () => Promise.reject(new TypeError('x is not a function')) },
  ],
  ['something thrown that is no error', 'migrate', 4, /^Unexpected: nothing\n$/, { migrate: throwText }],
]

describe('a command that is not done says why in a sentence, and its code says of what kind:', () => {
  test.each(ended)('%s', async (_sentence, ...[line, code, err, over = {}]) => {
    const ran = await run(words(line), over)
    expect(ran.err).toMatch(err)
    expect(ran.code).toBe(code)
    expect(ran.err).not.toMatch(/\n {4}at /)
  })

  test('a bad command line opens no door', async () => {
    for (const [, line, code] of ended.filter(([, , code, , over]) => code === 2 && over === undefined)) {
      expect([line, (await run(words(line))).calls, code]).toEqual([line, [], 2])
    }
  })
})

describe('what is found is printed to be acted on', () => {
  test('a fault of a policy names file, line and place', async () => {
    const { out } = await run(['policy', 'check', 'countersign.yml'], {
      checkPolicy: () => [fault, { path: '', line: null, message: 'Empty.' }],
    })
    expect(out).toBe(
      'countersign.yml:4: controls.ticket-lnk: There is no such control: did you mean ticket-link?\ncountersign.yml: Empty.\n',
    )
  })

  test('a problem the doctor found names its remedy', async () => {
    const { out } = await run(['doctor'], { doctorChecks: () => each([problem]) })
    expect(out).toBe(
      'PROBLEM  permissions: checks: write is missing\n         → Grant it on the app’s settings page.\n',
    )
  })

  test('nothing is said plainly', async () => {
    expect((await run(['migrate'], { migrate: async () => [] })).out).toBe('The database is up to date.\n')
    expect((await run(['token', 'list'], { listTokens: async () => [] })).out).toBe('There are no tokens.\n')
    const idle = { counts: { waiting: 0, active: 0, dead: 0 }, deadLetters: [] }
    expect((await run(['jobs', 'list'], { jobs: async () => idle })).out).toBe(
      'waiting 0, being worked on 0, failed for good 0\n',
    )
  })

  test('a token’s standing is what it is now', async () => {
    const revoked = { ...token, revokedAt: '2026-02-02T00:00:00.000Z', lastUsedAt: '2026-02-01T10:00:00.000Z' }
    const expired = { ...token, expiresAt: '2026-03-01T12:00:00.000Z' }
    const { out } = await run(['token', 'list'], { listTokens: async () => [token, revoked, expired] })
    expect(out).toMatch(/in force.*never[^]*revoked.*2026-02-01[^]*expired/)
  })

  test('text from outside cannot steer the terminal', async () => {
    const evil = 'a\u001b[2J\nroot\u202e\u009b31m'
    const { out } = await run(['jobs', 'list'], {
      jobs: async () => ({ counts: { waiting: 0, active: 0, dead: 1 }, deadLetters: [{ ...dead, error: evil }] }),
    })
    expect(out).toContain('a\\u{1b}[2J\\u{a}root\\u{202e}\\u{9b}31m\n')
    const listed = await run(['token', 'list'], { listTokens: async () => [{ ...token, reason: evil }] })
    const checked = await run(['policy', 'check', evil], { checkPolicy: () => [{ ...fault, message: evil }] })
    const examined = await run(['doctor'], { doctorChecks: () => each([{ ...problem, detail: evil, remedy: evil }]) })
    for (const { out: text } of [listed, checked, examined]) expect(text).not.toMatch(/[\u001b\u009b\u202e]/)
  })
})

const unopened = new Proxy({} as Doors, { get: () => () => undefined })

function commandsOf(command: Command): readonly (readonly [line: string, command: Command])[] {
  return command.commands.flatMap((inner) => [[lineOf(inner), inner] as const, ...commandsOf(inner)])
}

const lineOf = (command: Command): string =>
  command.parent === null ? '' : `${lineOf(command.parent)} ${command.name()}`.trimStart()

describe('--help', () => {
  const all = commandsOf(buildProgram(unopened)).map(([line]) => line)

  test('is there for every command', () => {
    expect(all).toEqual([
      'start',
      'web',
      'worker',
      'migrate',
      'doctor',
      'token',
      'token create',
      'token list',
      'token revoke',
      'jobs',
      'jobs list',
      'jobs requeue',
      'policy',
      'policy check',
      'policy schema',
      'simulate',
      'facts',
      'import',
      'import policy-bot',
      'demo',
    ])
  })

  test.each(['', ...all])('of countersign %s has examples and exit codes', async (line) => {
    const ran = await run([...words(line), '--help'])
    expect([ran.code, ran.err, ran.calls]).toEqual([0, '', []])
    expect(ran.out).toMatch(new RegExp(`^Usage: countersign ${line}`))
    expect(ran.out).toMatch(/\nExamples:\n {2}\$ \S.*# /)
    expect(ran.out).toMatch(/\nExit codes:\n {2}0 [^]*\n {2}4 /)
  })

  test('has no example that does not parse', async () => {
    for (const line of ['', ...all]) {
      const { out } = await run([...words(line), '--help'])
      const examples = [...out.matchAll(/^ {2}\$ (?:.* )?countersign (.*?) +# /gm)].map(([, example = '']) =>
        example.replace(/ [|>].*/, ''),
      )
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples)
        expect([example, (await run(words(example))).err.includes('error:')]).toEqual([example, false])
    }
  })
})
