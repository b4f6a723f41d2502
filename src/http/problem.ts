import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

/** What is answered instead, in the form of RFC 9457. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe("The status in HTTP's words."),
    status: z.int(),
    detail: z.string().describe('One sentence that says what is wrong and what to do.'),
  })
  .describe('What went wrong, as RFC 9457 says it.')

export const problemType = 'application/problem+json'

/** A request that cannot be answered as asked; `message` is a sentence for whoever asked. */
export class Problem extends Error {
  readonly statusCode: number
  readonly retryAfterSeconds: number | null

  constructor(statusCode: number, sentence: string, retryAfterSeconds: number | null = null) {
    super(sentence)
    this.name = 'Problem'
    this.statusCode = statusCode
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Sends any error as problem JSON. What is our own fault is logged, and its text stays here. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error)
  if (problem.statusCode === 500) request.log.error({ err: error, route: routeOf(request) }, 'A request failed.')
  if (problem.retryAfterSeconds !== null) void reply.header('retry-after', problem.retryAfterSeconds)
  const body: z.input<typeof problemSchema> = {
    type: 'about:blank',
    title: STATUS_CODES[problem.statusCode] ?? 'Error',
    status: problem.statusCode,
    detail: problem.message,
  }
  // Serialized here: a route's schemas describe its answers, and this may be an answer none of them knows.
  return reply.code(problem.statusCode).type(problemType).serializer(JSON.stringify).send(body)
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answerError(new Problem(404, 'There is nothing at this address.'), request, reply)
}

/** `cause` is what the store said; it is not answered. */
export function storeAway(cause: unknown): Problem {
  const problem = new Problem(503, 'The store cannot be reached just now: try again in half a minute.', 30)
  problem.cause = cause
  return problem
}

const sentences: Readonly<Record<number, string>> = {
  413: 'The body is larger than is taken here.',
  415: 'The content type must be application/json.',
  429: 'Too many requests with this token: wait as long as Retry-After says.',
  503: 'The server is busy: wait as long as Retry-After says.',
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { statusCode = 500, validation } = error as Partial<FastifyError>
  if (validation !== undefined) return new Problem(400, `The request does not fit: ${sentenceOf(validation)}.`)
  if (statusCode === 503 || (statusCode >= 400 && statusCode < 500)) {
    return new Problem(statusCode, sentences[statusCode] ?? 'The request cannot be read.')
  }
  return new Problem(500, 'Something failed here. The log of this server says what.')
}

function sentenceOf(validation: NonNullable<FastifyError['validation']>): string {
  return validation
    .map(({ instancePath, message }) => `${instancePath.slice(1) || 'value'}: ${message ?? 'not valid'}`)
    .join('; ')
}

export function routeOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? '(none)'}`
}
