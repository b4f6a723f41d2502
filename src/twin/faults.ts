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
  /** Begins an answer and closes the connection in the middle of it. */
  readonly truncated?: boolean
  /** Answers with a page for people, as a proxy or a login does: with 200 unless a status is given. */
  readonly html?: boolean
  /** Sends the client to another address: with 302 unless a status is given. */
  readonly redirectTo?: string
  /** The request takes effect first; only its answer is lost or replaced. */
  readonly afterEffect?: boolean
  /** Blinds one field of GraphQL instead of the whole answer. */
  readonly field?: FieldFault
  /** Something that takes place before the answer, such as a push while the change is read. */
  readonly act?: () => void
  /** How many matching requests are let through first. */
  readonly skip?: number
  /** How many requests it strikes. Default: until cleared. */
  readonly times?: number
}

export interface FieldFault {
  /** Where it stands in the answer, list positions left out: `repository.pullRequest.commits.nodes.commit.signature`. */
  readonly path: string
  readonly answer: 'forbidden' | 'null'
}

/** A fault in force. */
export interface Fault extends FaultOptions {
  /** How many requests it has struck. */
  readonly count: number
  readonly clear: () => void
}

/** The faults in force; the first that matches strikes. */
export class Faults {
  readonly #active: Active[] = []

  add(options: FaultOptions): Fault {
    const fault = { ...options, count: 0, seen: 0 }
    this.#active.push(fault)
    return Object.assign(fault, { clear: () => this.#remove(fault) })
  }

  clear(): void {
    this.#active.length = 0
  }

  /** What befalls a request as a whole. */
  strike(request: LoggedRequest): FaultOptions | undefined {
    const fault = this.#active.find((candidate) => !candidate.field && isDue(candidate, request))
    return fault && this.#count(fault)
  }

  /** The fields that a GraphQL request does not get. */
  blindFields(request: LoggedRequest): readonly FieldFault[] {
    const due = this.#active.filter((fault) => fault.field && isDue(fault, request))
    return due.flatMap((fault) => this.#count(fault).field ?? [])
  }

  #count(fault: Active): Active {
    fault.count += 1
    if (fault.times !== undefined && fault.count >= fault.times) this.#remove(fault)
    return fault
  }

  #remove(fault: Active): void {
    const index = this.#active.indexOf(fault)
    if (index >= 0) this.#active.splice(index, 1)
  }
}

type Active = FaultOptions & { count: number; seen: number }

/** Counts the matching requests, of which the first may be let through. */
function isDue(fault: Active, request: LoggedRequest): boolean {
  if (!matchesRequest(fault.match ?? {}, request)) return false
  fault.seen += 1
  return fault.seen > (fault.skip ?? 0)
}
