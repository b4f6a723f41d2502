import { type LoggedRequest, matchesRequest, type RequestMatch } from './request-log.ts'

/** Something that goes wrong on purpose. */
export interface FaultOptions {
  readonly match?: RequestMatch
  /** Answers with this status instead. */
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Waits this long, then goes on: with the status if there is one, else as if nothing were. */
  readonly delayMs?: number
  /** Never answers. */
  readonly hang?: boolean
  /** Closes the connection without an answer. */
  readonly cut?: boolean
  /** The request takes effect first; only its answer is lost or replaced. */
  readonly afterEffect?: boolean
  /** How many requests it strikes. Default: until cleared. */
  readonly times?: number
}

/** A fault in force. */
export interface Fault extends FaultOptions {
  /** How many requests it has struck. */
  readonly count: number
  readonly clear: () => void
}

/** The faults in force; the first that matches strikes. */
export class Faults {
  readonly #active: (FaultOptions & { count: number })[] = []

  add(options: FaultOptions): Fault {
    const fault = { ...options, count: 0 }
    this.#active.push(fault)
    return Object.assign(fault, { clear: () => this.#remove(fault) })
  }

  clear(): void {
    this.#active.length = 0
  }

  strike(request: LoggedRequest): FaultOptions | undefined {
    const fault = this.#active.find(({ match }) => matchesRequest(match ?? {}, request))
    if (!fault) return undefined
    fault.count += 1
    if (fault.times !== undefined && fault.count >= fault.times) this.#remove(fault)
    return fault
  }

  #remove(fault: FaultOptions & { count: number }): void {
    const index = this.#active.indexOf(fault)
    if (index >= 0) this.#active.splice(index, 1)
  }
}
