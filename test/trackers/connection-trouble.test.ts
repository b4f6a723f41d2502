import { describe, expect, test } from '@jest/globals'
import { connectionTrouble, innermost } from '#trackers/connection-trouble.ts'

describe('why no answer came', () => {
  test.each([
    ['UND_ERR_SOCKET', 'cut the connection (UND_ERR_SOCKET)'],
    ['EPIPE', 'cut the connection (EPIPE)'],
    ['ETIMEDOUT', 'did not answer in time (ETIMEDOUT)'],
    ['UND_ERR_HEADERS_TIMEOUT', 'did not answer in time (UND_ERR_HEADERS_TIMEOUT)'],
    ['ENETUNREACH', 'cannot be reached from here (ENETUNREACH): check LINEAR_URL'],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'makes no secure connection that is trusted here (DEPTH_ZERO_SELF_SIGNED_CERT): check LINEAR_URL',
    ],
    ['HPE_INVALID_CONSTANT', 'answered something that is no HTTP (HPE_INVALID_CONSTANT): check LINEAR_URL'],
    ['', 'cannot be reached'],
  ])('%s', (code, why) => {
    expect(connectionTrouble(code, 'LINEAR')).toBe(why)
  })

  test('is told by the innermost cause that has a code', () => {
    const inner = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    const middle = Object.assign(new Error('failed', { cause: inner }), { code: 'UND_ERR_SOCKET' })
    expect(innermost(new TypeError('fetch failed', { cause: middle }))).toBe(inner)
    expect(innermost(new TypeError('fetch failed', { cause: 'no error' }))).toEqual({ code: '', message: '' })
  })

  test('is found in causes that go round in a circle', () => {
    const error = new Error('round', { cause: null })
    error.cause = error
    expect(innermost(error)).toEqual({ code: '', message: '' })
  })
})
