import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultOptions } from './faults.ts'

/** One request and its reply, as far as a fault is concerned with them. */
interface Wire {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a fault answers. Without a body of its own it gets what the server says of its faults. */
export interface FaultyAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Does what a fault says instead of answering; false when it lets the request through. Whole answers go to `send`. */
export function strike(wire: Wire, fault: FaultOptions, send: (answer: FaultyAnswer) => void): boolean {
  if (fault.hang) return true
  if (fault.cut) {
    wire.request.socket.destroy()
    return true
  }
  if (fault.truncated) {
    sendHalf(wire)
    return true
  }
  const answer = answerOf(fault)
  if (answer) send(answer)
  return answer !== undefined
}

function answerOf({ status, headers = {}, body, html, redirectTo }: FaultOptions): FaultyAnswer | undefined {
  const given = body === undefined ? {} : { body }
  if (redirectTo !== undefined) {
    return { status: status ?? 302, headers: { ...headers, location: redirectTo }, body: body ?? '' }
  }
  if (html) {
    const type = { 'content-type': 'text/html; charset=utf-8' }
    return { status: status ?? 200, headers: { ...type, ...headers }, body: body ?? page }
  }
  return status === undefined ? undefined : { status, headers, ...given }
}

const page = '<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><h1>Log in</h1></body></html>\n'

/** Promises more than it sends. */
function sendHalf({ request, response }: Wire): void {
  const text = '{"id":"10001","key":"'
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length * 2) })
  response.write(text, () => request.socket.destroy())
}
