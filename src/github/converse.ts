import type { AnswerMemory } from './answer-memory.ts'
import { GitHubError, RateLimited } from './errors.ts'
import { type Answer, AnsweredError } from './exchange.ts'
import { toPause } from './heed-limits.ts'
import type { Cost, Limits } from './limits.ts'
import type { Logger } from './logger.ts'

/** One question to GitHub, and how to put it. */
export interface Question {
  readonly cost: Cost
  /** Where its last answer is remembered; null when it is not. */
  readonly rememberAs: string | null
  readonly authorize: (freshness: 'kept' | 'fresh') => Promise<string>
  /** Puts it once, with these headers beside its own. */
  readonly put: (headers: Readonly<Record<string, string>>) => Promise<Answer>
}

export interface Partner {
  readonly limits: Limits
  readonly memory: AnswerMemory
  readonly now: () => Date
  readonly logger: Logger
}

/**
 * Puts a question and returns the answer, with everything GitHub asks of a polite client on the way.
 *
 * It stays below the ceilings, waits as GitHub says, asks conditionally for what it remembers, and renews a token that
 * has expired, once. It does not try again for any other reason: the work queue does, and survives a restart.
 */
export async function converse(question: Question, partner: Partner): Promise<Answer> {
  const { limits, memory } = partner
  const { cost, rememberAs } = question
  const recalled = rememberAs === null ? null : memory.recall(rememberAs)
  const condition: Record<string, string> = recalled === null ? {} : { 'if-none-match': recalled.etag }
  const heed = (answer: Heeded) => heedPause({ ...answer, api: cost.api }, partner)
  return limits.run(cost, async () => {
    try {
      const answer = await putAuthorized(question, condition)
      heed({ ...answer, said: limitSaidIn(answer.data) })
      if (rememberAs !== null) memory.keep(rememberAs, answer)
      return answer
    } catch (error) {
      if (!(error instanceof AnsweredError)) throw error
      heed(error)
      if (saysSuspended(error)) throw new RateLimited(suspendedMs, 'The installation is suspended.')
      if (error.status === 304 && recalled !== null) return recalled.answer
      throw error
    }
  })
}

async function putAuthorized(question: Question, condition: Readonly<Record<string, string>>): Promise<Answer> {
  const kept = await question.authorize('kept')
  try {
    return await question.put({ ...condition, authorization: kept })
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status !== 401) throw error
  }
  const fresh = await question.authorize('fresh')
  return question.put({ ...condition, authorization: fresh })
}

/** Suspensions end by an owner's hand; the webhook of it looks at everything anew. */
const suspendedMs = 15 * 60_000

const saysSuspended = ({ status, said }: AnsweredError): boolean =>
  status === 403 && /installation has been suspended/i.test(said)

type Heeded = Omit<Parameters<typeof toPause>[0], 'api'>

function heedPause(answer: Parameters<typeof toPause>[0], { limits, now, logger }: Partner): void {
  const pause = toPause(answer, now())
  if (pause === null) return
  logger.warn(pause, 'GitHub asked this installation to wait')
  limits.pause(pause.apis, pause.forMs)
  if (pause.refused) throw new RateLimited(pause.forMs, 'GitHub asked this installation to wait.')
}

/** GraphQL tells of its hourly limit in an answer of status 200. */
function limitSaidIn(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('errors' in answer)) return ''
  const errors: unknown = answer.errors
  const isLimited = Array.isArray(errors) && errors.some((error: { type?: unknown }) => error.type === 'RATE_LIMITED')
  return isLimited ? 'RATE_LIMITED' : ''
}
