import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import { collectPermission } from '#github/collect-permission.ts'
import { api, giveToken, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
  giveToken(subject.installationId)
})

const path = '/repos/acme/shop/collaborators/ada/permission'
const allowing = (...flags: readonly string[]) => ({
  id: 7,
  permissions: Object.fromEntries(flags.map((flag) => [flag, true])),
})
const ask = () => collectPermission(openGitHub())(subject, { id: 7, login: 'ada' })

describe('what an account may do', () => {
  test.each([
    ['the old permissions fold triage into read', { permission: 'read', role_name: 'triage' }, 'triage'],
    ['the old permissions fold maintain into write', { permission: 'write', role_name: 'maintain' }, 'maintain'],
    ['somebody without access has none', { permission: 'none', role_name: 'none', user: { id: 7 } }, 'none'],
    [
      'a custom role is what it allows',
      { permission: 'write', role_name: 'release-captain', user: allowing('pull', 'triage', 'push', 'maintain') },
      'maintain',
    ],
    ['a custom role of which GitHub tells no more', { permission: 'write', role_name: 'release-captain' }, 'write'],
    ['a role is written in any case', { permission: 'admin', role_name: 'Admin' }, 'admin'],
  ])('%s', async (_sentence, told, permission) => {
    nock(api)
      .get(path)
      .reply(200, { user: { id: 7 }, ...told })
    expect(await ask()).toEqual({ known: true, value: permission })
  })

  test('is unknown when GitHub names a permission that we do not know', async () => {
    nock(api)
      .get(path)
      .reply(200, { permission: 'owner', role_name: 'owner', user: { id: 7 } })
    expect(await ask()).toEqual({ known: false, why: 'GitHub told no permission of ada that we know' })
  })

  test('is none when the login belongs to another account by now', async () => {
    nock(api)
      .get(path)
      .reply(200, { permission: 'admin', role_name: 'admin', user: { id: 8 } })
    expect(await ask()).toEqual({ known: true, value: 'none' })
  })

  test('is unknown when GitHub does not say whose it is', async () => {
    nock(api).get(path).reply(200, { permission: 'admin', role_name: 'admin', user: null })
    expect(await ask()).toMatchObject({ known: false })
  })

  test.each([403, 404])('is unknown when GitHub answers %p', async (status) => {
    nock(api).get(path).reply(status, { message: 'Not Found' })
    expect(await ask()).toEqual({
      known: false,
      why: 'GitHub did not show what ada may do in acme/shop: grant the app metadata: read (Not Found)',
    })
  })
})
