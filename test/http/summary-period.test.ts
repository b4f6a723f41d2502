import { describe, expect, test } from '@jest/globals'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { traces } from '#engine/traceability.ts'
import { answerError } from '#http/problem.ts'
import { summaryRoutes } from '#http/routes/summary.ts'
import type { Period } from '#operations/summarize-traceability.ts'
import { token } from './fake-ports.ts'
import { sampleSummary, sampleTraceability } from './sample-summary.ts'

const path = '/organizations/acme/summary'

/** The summary route alone, asked by a token of the organization; `asked` gets the periods that it was asked about. */
function serve(asked: (Period | null)[] = [], summary = sampleSummary): FastifyInstance {
  const server = Fastify()
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(answerError)
  server.decorateRequest('account', null)
  server.addHook('onRequest', (request, _reply, done) => {
    request.account = token
    done()
  })
  const summarize = (_organization: string, period: Period | null) => {
    asked.push(period)
    return Promise.resolve(summary)
  }
  server.register(summaryRoutes({ summarize }))
  return server
}

const periods: readonly (readonly [written: string, from: string, to: string])[] = [
  ['2026-07-01..2026-09-30', '2026-07-01T00:00:00.000Z', '2026-10-01T00:00:00.000Z'],
  ['2026-07-01..2026-07-01', '2026-07-01T00:00:00.000Z', '2026-07-02T00:00:00.000Z'],
  ['2026-12-31..2026-12-31', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2028-02-28..2028-02-29', '2028-02-28T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ['2024-01-01..2026-12-31', '2024-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
]

describe('the period of a summary', () => {
  test.each(periods)('%s has both of its days in it', async (written, from, to) => {
    const asked: (Period | null)[] = []
    const reply = await serve(asked).inject(`${path}?period=${written}`)
    expect(reply.statusCode).toBe(200)
    expect(asked).toEqual([{ from, to }])
  })

  test('may be left out', async () => {
    const asked: (Period | null)[] = []
    expect((await serve(asked).inject(path)).statusCode).toBe(200)
    expect(asked).toEqual([null])
  })
})

const form = 'write two days, both included, as in 2026-07-01..2026-09-30'

const faults: readonly (readonly [what: string, query: string, detail: string])[] = [
  ['nothing', '?period=', form],
  ['one day', '?period=2026-07-01', form],
  ['three days', '?period=2026-07-01..2026-07-02..2026-07-03', form],
  ['two days with one dot', '?period=2026-07-01.2026-09-30', form],
  ['two instants', '?period=2026-07-01T00:00:00Z..2026-09-30T00:00:00Z', form],
  ['days in another order', '?period=01.07.2026..30.09.2026', form],
  ['a quarter', '?period=2026-Q3', form],
  ['a year before computers', '?period=0001-01-01..0001-12-31', form],
  ['an open end', '?period=2026-07-01..', form],
  ['two periods', '?period=2026-07-01..2026-09-30&period=2026-07-01..2026-09-30', form],
  ['30 February', '?period=2026-02-01..2026-02-30', `there is no day 2026-02-30: ${form}`],
  ['29 February of no leap year', '?period=2026-02-29..2026-03-30', `there is no day 2026-02-29: ${form}`],
  ['a thirteenth month', '?period=2026-13-01..2026-14-01', `there is no day 2026-13-01: ${form}`],
  ['an end before the beginning', '?period=2026-09-30..2026-07-01', `it ends before it begins: ${form}`],
  [
    'a day more than three years',
    '?period=2024-01-01..2027-01-01',
    'it is longer than 3 years: ask for a shorter one, as in 2026-07-01..2026-09-30',
  ],
]

describe('is answered with the right form, and nothing is looked up: a period that is', () => {
  test.each(faults)('%s', async (_what, query, detail) => {
    const asked: (Period | null)[] = []
    const reply = await serve(asked).inject(`${path}${query}`)
    expect(reply.statusCode).toBe(400)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(reply.json()).toMatchObject({ status: 400, detail: `The request does not fit: period: ${detail}.` })
    expect(asked).toEqual([])
  })
})

describe('the traceability figures', () => {
  test('are answered whole', async () => {
    expect((await serve().inject(path)).json()).toEqual(sampleSummary)
  })

  test.each(traces)('may tell of a change that is %s', async (trace) => {
    const { untraced } = sampleTraceability
    const changes = untraced.changes.map((change) => ({ ...change, trace }))
    const traceability = { ...sampleTraceability, untraced: { ...untraced, changes } }
    const reply = await serve([], { ...sampleSummary, traceability }).inject(path)
    expect(reply.json()).toMatchObject({ traceability: { untraced: { changes: [{ trace }] } } })
  })
})
