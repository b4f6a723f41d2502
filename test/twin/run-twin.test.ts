import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runTwin } from '#twin/run-twin.ts'
import { appToken, asking } from './ask.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('--help explains the options and starts nothing', async () => {
  const { exitCode, text, twin } = await runTwin(['--help'])
  expect([exitCode, twin]).toEqual([0, undefined])
  expect(text).toContain('--port <number>')
})

test.each([
  ['--port', 'many', '--port takes a number'],
  ['--colour', 'red', "Unknown option '--colour'"],
])('%s %s is refused with a sentence and the usage', async (option, value, sentence) => {
  const { exitCode, text } = await runTwin([option, value])
  expect(exitCode).toBe(2)
  expect(text).toContain(sentence)
  expect(text).toContain('Usage:')
})

test('what it prints is an environment the app can use, and only this machine can reach it', async () => {
  const key = join(folder, 'key.pem')
  const { text, twin } = await runTwin(['--key-file', key, '--webhook-url', 'http://127.0.0.1:9/hooks'])
  if (!twin) throw new Error('It did not start.')
  const environment = Object.fromEntries(
    text
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split('=')),
  )
  expect(environment).toMatchObject({
    APP_ID: String(twin.app.id),
    GHE_HOST: `127.0.0.1:${twin.port}`,
    GHE_PROTOCOL: 'http',
  })
  expect(readFileSync(key, 'utf8')).toBe(twin.app.privateKey)
  expect(statSync(key).mode & 0o077).toBe(0)
  expect(twin.webhooks.target).toBe('http://127.0.0.1:9/hooks')
  expect((await asking(twin, appToken(twin))('GET /orgs/acme/installation')).status).toBe(200)
  await twin.stop()
})
