import { beforeEach, expect, test } from '@jest/globals'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import { collectProperties } from '#github/collect-properties.ts'
import { api, giveToken, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
  giveToken(subject.installationId)
})

const values = '/repos/acme/shop/properties/values'

test('custom properties are known by name, with one value, several, or none', async () => {
  nock(api)
    .get(values)
    .reply(200, [
      { property_name: 'tier', value: 'critical' },
      { property_name: 'regions', value: ['eu', 'us'] },
      { property_name: 'owner', value: null },
    ])
  const value = { tier: 'critical', regions: ['eu', 'us'], owner: null }
  expect(await collectProperties(openGitHub())(subject)).toEqual({ known: true, value })
})

test.each([403, 404])('custom properties are unknown when GitHub answers %p', async (status) => {
  nock(api).get(values).reply(status, { message: 'no' })
  expect(await collectProperties(openGitHub())(subject)).toEqual({
    known: false,
    why: 'GitHub did not show the custom properties of acme/shop: grant the app metadata: read (no)',
  })
})
