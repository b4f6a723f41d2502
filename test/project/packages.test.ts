import { describe, expect, test } from '@jest/globals'
import { listFiles, readProjectFile, readProjectJson } from './files.ts'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly overrides: Readonly<Record<string, string>>
  readonly imports: Readonly<Record<string, string>>
}

const manifest = readProjectJson('package.json') as Manifest
const { dependencies, devDependencies, optionalDependencies, overrides } = manifest
const exact = /^\d+\.\d+\.\d+$/

describe('package.json', () => {
  test.each(Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides }))(
    'pins %s to one version: %s',
    (_name, version) => {
      expect(version).toMatch(exact)
    },
  )

  test.each(Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides }))(
    '%s has its line in docs/decisions/0007-dependencies.md',
    (name) => {
      expect(readProjectFile('docs/decisions/0007-dependencies.md')).toContain(`\`${name}\``)
    },
  )

  test.each([
    ...['probot', '@octokit/webhooks', '@octokit/rest', '@octokit/auth-app', 'zod', 'pino'],
    ...['fastify', 'fastify-type-provider-zod', '@fastify/swagger', '@fastify/helmet'],
    ...['@fastify/rate-limit', '@fastify/under-pressure'],
    ...['kysely', 'better-sqlite3', 'pg', 'pg-boss', 'commander', 're2js', 'picomatch', 'prom-client'],
  ])('the product is built on %s', (name) => {
    expect(dependencies).toHaveProperty(name)
  })

  test('has one import alias for each folder of src/, and each leads to it', () => {
    for (const [alias, path] of Object.entries(manifest.imports)) expect(path).toBe(alias.replace('#', './src/'))
    const folders = new Set(listFiles('src/*/**').map((path) => path.split('/')[1] ?? ''))
    const aliased = new Set(Object.keys(manifest.imports).map((alias) => alias.slice(1).split('/')[0]))
    expect([...folders].filter((folder) => folder !== 'bin' && !aliased.has(folder))).toEqual([])
  })
})

describe('the version of Node', () => {
  const versions = new Set(Object.values(optionalDependencies))

  test('is one on every platform', () => {
    expect(versions.size).toBe(1)
  })

  test.each(['.node-version', '.nvmrc'])('is the one of %s', (path) => {
    expect(versions).toContain(readProjectFile(path).trim())
  })

  test('is the one of the image', () => {
    const images = readProjectFile('Dockerfile').match(/^FROM \S+/gm) ?? []
    expect(images.length).toBeGreaterThan(0)
    for (const image of images) expect(image).toBe(`FROM node:${[...versions][0]}-slim`)
  })

  test('is the one that runs this test', () => {
    expect(versions).toContain(process.versions.node)
  })
})

describe('committed files', () => {
  // In pieces, so that this file does not name them either.
  const hosts = [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
    ['npm', 'pkg', 'github', 'com'],
    ['registry', 'npmmirror', 'com'],
  ].map((parts) => parts.join('.'))

  test('name no package registry: npm is told where to ask by whoever runs it', () => {
    const naming = listFiles().filter((path) => hosts.some((host) => readProjectFile(path).includes(host)))
    expect(naming).toEqual([])
  })

  test('package-lock.json says what to install and not from where', () => {
    expect(readProjectFile('package-lock.json')).not.toMatch(/"resolved": "http/)
  })
})
