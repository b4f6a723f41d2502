import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Instruction, parseDockerfile, parseDockerignore, type Stage } from './dockerfile.ts'
import { readProjectFile, root } from './files.ts'

/**
 * Carries out the Dockerfile, instruction by instruction, in a clean folder: no Docker engine is needed.
 *
 * Each stage is a folder of its own in which `/` is that folder. An instruction this test does not know is an error, so
 * that the file and the test cannot drift apart. What is not shown here: the base image, and that the root file system
 * can be mounted read-only (instead, that nothing outside /data is written).
 */
const home = mkdtempSync(join(tmpdir(), 'countersign-image-'))
const stages = parseDockerfile(readProjectFile('Dockerfile'))
const image = join(home, stages.length.toString())
const minute = 60_000

beforeAll(() => {
  const context = join(home, 'context')
  for (const path of parseDockerignore(readProjectFile('.dockerignore'))) copy(join(root, path), join(context, path))
  stages.forEach((stage, index) => {
    build(stage, { folder: join(home, (index + 1).toString()), context })
  })
}, 10 * minute)

afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

describe('the image', () => {
  test('is built in stages of which the last runs as an unprivileged user', () => {
    expect(stages.length).toBeGreaterThan(1)
    expect(find('USER')).toEqual(['node'])
  })

  test('holds the program, its packages and its licence, and no sources, tests or twin', () => {
    const app = join(image, 'app')
    expect(globSync('*', { cwd: app }).toSorted()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json'])
    expect(globSync('dist/{twin,demo,bin/twin*,bin/demo*}', { cwd: app })).toEqual([])
    expect(globSync('node_modules/{typescript,jest,graphql}', { cwd: app })).toEqual([])
  })

  test('explains itself', () => {
    const help = execFileSync(process.execPath, [...program(), '--help'], { cwd: join(image, 'app'), encoding: 'utf8' })
    expect(help).toContain('Usage: countersign')
  })

  test(
    'starts on embedded storage, is healthy by its own health check, and writes to /data alone',
    async () => {
      const before = listWritten()
      const port = await findFreePort()
      const server = start(port)
      try {
        await expect(untilHealthy(server, port)).resolves.toBe('healthy')
        const page = await fetch(`http://127.0.0.1:${port}/health/live`)
        expect(page.status).toBe(200)
      } finally {
        await stop(server)
      }
      expect(listWritten()).toEqual(before)
      expect(globSync('*', { cwd: join(image, 'data') })).not.toEqual([])
    },
    2 * minute,
  )
})

function build(stage: Stage, { folder, context }: { folder: string; context: string }): void {
  let workdir = folder
  for (const instruction of stage.instructions) {
    switch (instruction.keyword) {
      case 'WORKDIR':
        workdir = join(folder, instruction.rest)
        mkdirSync(workdir, { recursive: true })
        break
      case 'COPY':
        carryOutCopy(instruction, { workdir, context })
        break
      case 'RUN':
        run(instruction.rest, { workdir, folder })
        break
      case 'ENV':
      case 'VOLUME':
      case 'USER':
      case 'EXPOSE':
      case 'HEALTHCHECK':
      case 'ENTRYPOINT':
      case 'CMD':
        break
      default:
        throw new Error(`This test cannot carry out ${instruction.keyword}. Teach it, or leave the instruction out.`)
    }
  }
}

function carryOutCopy({ rest }: Instruction, { workdir, context }: { workdir: string; context: string }): void {
  const from = /^--from=(\w+) /.exec(rest)
  const paths = rest.slice(from?.[0].length ?? 0).split(' ')
  const target = paths.at(-1) ?? ''
  const index = stages.findIndex((stage) => stage.name === from?.[1])
  const origin = from === null ? context : join(home, (index + 1).toString())
  for (const path of paths.slice(0, -1)) {
    copy(join(origin, path), target.endsWith('/') ? join(workdir, target, basename(path)) : join(workdir, target))
  }
}

/** npm runs as in the image, except that it may use packages it has downloaded before. Owners are left alone. */
function run(command: string, { workdir, folder }: { workdir: string; folder: string }): void {
  if (command === 'mkdir /data && chown node:node /data') {
    mkdirSync(join(folder, 'data'))
    return
  }
  if (!/^npm (ci|run) ?[\w= -]*$/.test(command)) throw new Error(`This test does not know how to run: ${command}`)
  const env = { ...cleanEnvironment(), npm_config_prefer_offline: 'true' }
  execFileSync('npm', command.split(' ').slice(1), { cwd: workdir, env, stdio: 'pipe' })
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`${from} is copied into the image and is not there.`)
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

/** Without what the npm around this test has set, and with the Node that runs it first on PATH, as in the image. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|INIT_CWD|JEST_)/.test(name))
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` }
}

function find(keyword: string): readonly string[] {
  const instructions = stages.at(-1)?.instructions ?? []
  return instructions.filter((instruction) => instruction.keyword === keyword).map((instruction) => instruction.rest)
}

/** ENTRYPOINT without `node` itself. */
function program(): readonly string[] {
  return (JSON.parse(find('ENTRYPOINT')[0] ?? '[]') as string[]).slice(1)
}

function start(port: number): ChildProcess {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(home, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const settings = find('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=')))
  const env = {
    ...cleanEnvironment(),
    ...(Object.fromEntries(settings) as Record<string, string>),
    ...{ DATA_DIR: join(image, 'data'), HOST: '127.0.0.1', PORT: port.toString(), METRICS_PORT: '0' },
    // Nothing listens there: GitHub is away, and the app is alive all the same.
    ...{ GHE_HOST: '127.0.0.1:9', GHE_PROTOCOL: 'http' },
    ...{ APP_ID: '1', PRIVATE_KEY_FILE: join(home, 'key.pem'), WEBHOOK_SECRET: 'a secret of this test alone' },
  }
  const command = JSON.parse(find('CMD')[0] ?? '[]') as string[]
  return spawn(process.execPath, [...program(), ...command], { cwd: join(image, 'app'), env })
}

/** Asks the image's own health check until it is content, or tells what the server said before it ended. */
async function untilHealthy(server: ChildProcess, port: number): Promise<string> {
  const said: string[] = []
  server.stdout?.on('data', (text: Buffer) => said.push(text.toString()))
  server.stderr?.on('data', (text: Buffer) => said.push(text.toString()))
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (server.exitCode !== null) return said.join('')
    if (await checkHealth(port)) return 'healthy'
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return `not healthy after 20 seconds: ${said.join('')}`
}

async function checkHealth(port: number): Promise<boolean> {
  const [, command = ''] = / CMD (\[.*\])$/.exec(find('HEALTHCHECK')[0] ?? '') ?? []
  const [, ...words] = JSON.parse(command) as string[]
  const check = spawn(process.execPath, words, { env: { PORT: port.toString() } })
  return new Promise((resolve) => check.once('exit', (code) => resolve(code === 0)))
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
}

/** Every file of the image outside /data, with the time it was last written. */
function listWritten(): readonly string[] {
  const paths = globSync('app/**', { cwd: image }).toSorted()
  return paths.map((path) => `${path} ${statSync(join(image, path)).mtimeMs}`)
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
