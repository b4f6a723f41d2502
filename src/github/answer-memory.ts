import type { Answer } from './exchange.ts'

/** Enough for the pages of what is asked for again and again; the one longest unused goes first. */
const most = 200

/**
 * Remembers answers by their address, so that GitHub can say "not modified": that costs nothing of the hourly limit.
 *
 * Only for what we ask for on every round; see `remembered`.
 */
export class AnswerMemory {
  readonly #answers = new Map<string, Answer>()

  recall(url: string): { readonly etag: string; readonly answer: Answer } | null {
    const answer = this.#answers.get(url)
    const etag = answer?.headers.etag
    return answer === undefined || etag === undefined ? null : { etag: String(etag), answer }
  }

  keep(url: string, answer: Answer): void {
    if (answer.headers.etag === undefined) return
    this.#answers.delete(url)
    this.#answers.set(url, answer)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > most && oldest !== undefined) this.#answers.delete(oldest)
  }
}

/** Given with a request's parameters, makes it conditional on what was answered last time. */
export const remembered = { request: { remember: true } } as const

export const isRemembered = (options: Readonly<Record<string, unknown>> | undefined): boolean =>
  options?.remember === true
