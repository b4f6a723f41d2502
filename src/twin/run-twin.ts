import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startTwin, type Twin } from './twin.ts'

const usage = `Starts a GitHub on this machine, with one organization, two people and one repository.

Usage: node src/bin/twin.ts [options]

  --port <number>        where it listens on 127.0.0.1 (default: any free port)
  --webhook-url <url>    where the app receives webhooks, for instance http://127.0.0.1:3000/api/github/webhooks
  --key-file <path>      where to write the app's private key (default: twin-app-key.pem)
  --organization <name>  the organization's login (default: acme)
  --lift-limits          without rate limits
  --help                 this text

What it prints can be given to the app as its environment. Exit codes: 0 stopped, 2 an option is wrong.
`

/** What a start from the command line prints and leaves running. */
export interface Started {
  readonly exitCode: number
  readonly text: string
  readonly twin?: Twin
}

/** Starts a twin as the command line says, or says what is wrong with it. */
export async function runTwin(args: readonly string[]): Promise<Started> {
  const options = read(args)
  if (typeof options === 'string') return { exitCode: 2, text: `${options}\n\n${usage}` }
  if (options.help) return { exitCode: 0, text: usage }
  const limits = options['lift-limits'] ? { limits: 'lifted' as const } : {}
  const twin = await startTwin({ port: Number(options.port), ...limits })
  const { login, repository } = furnish(twin, options.organization)
  if (options['webhook-url'] !== undefined) twin.webhooks.setTarget(options['webhook-url'])
  writeFileSync(options['key-file'], twin.app.privateKey, { mode: 0o600 })
  const text = [
    `# GitHub for ${login}/${repository} answers at ${twin.url} until interrupted.`,
    `APP_ID=${twin.app.id}`,
    `PRIVATE_KEY_PATH=${options['key-file']}`,
    `WEBHOOK_SECRET=${twin.app.webhookSecret}`,
    `GHE_HOST=127.0.0.1:${twin.port}`,
    'GHE_PROTOCOL=http',
  ].join('\n')
  return { exitCode: 0, text: `${text}\n`, twin }
}

interface Options {
  readonly port: string
  readonly 'webhook-url'?: string | undefined
  readonly 'key-file': string
  readonly organization: string
  readonly 'lift-limits': boolean
  readonly help: boolean
}

/** The options, or a sentence about the one that is wrong. */
function read(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        'webhook-url': { type: 'string' },
        'key-file': { type: 'string', default: 'twin-app-key.pem' },
        organization: { type: 'string', default: 'acme' },
        'lift-limits': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535
    return isPort ? values : `--port takes a number from 0 to 65535, not "${values.port}".`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function furnish(twin: Twin, login: string): { readonly login: string; readonly repository: string } {
  const organization = twin.organization(login)
  const developers = organization.team('developers', [organization.person('ada'), organization.person('grace')])
  const repository = organization.repository('payments')
  developers.grant(repository, 'write')
  organization.install()
  return { login, repository: repository.name }
}
