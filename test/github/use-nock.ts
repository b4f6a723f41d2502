import { afterAll, afterEach, beforeEach, expect } from '@jest/globals'
import nock from 'nock'

/** Lets nothing reach the network, fails a test whose prepared answers were not all asked for, and cleans up. */
export function useNock(): void {
  beforeEach(() => {
    if (!nock.isActive()) nock.activate()
    nock.disableNetConnect()
  })
  afterEach(() => {
    const left = nock.pendingMocks()
    nock.abortPendingRequests()
    nock.cleanAll()
    expect(left).toEqual([])
  })
  // It reaches beyond this file: others in the same process would meet it.
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}
