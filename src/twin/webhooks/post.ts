import { Agent, request } from 'node:http'

/** A text on its way to a server. */
export interface Posting {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly timeoutMs: number
}

/** What came back. */
export interface Outcome {
  readonly status: string
  readonly statusCode: number
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseText: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const longestResponse = 65_536

/** Posts a text over plain HTTP. Never throws: a failure is an outcome. */
export function post({ url, headers, text, timeoutMs }: Posting): Promise<Outcome> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', () => resolve(failed('connection reset', 502)))
      response.on('end', () => {
        clearTimeout(timer)
        const statusCode = response.statusCode ?? 0
        resolve({
          status: statusCode < 400 ? 'OK' : `Invalid HTTP Response: ${statusCode}`,
          statusCode,
          responseHeaders: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          responseText: Buffer.concat(parts).toString().slice(0, longestResponse),
        })
      })
    })
    const timer = setTimeout(() => {
      resolve(failed('timed out', 504))
      outgoing.destroy()
    }, timeoutMs)
    outgoing.on('error', () => {
      clearTimeout(timer)
      resolve(failed('failed to connect to host', 502))
    })
    outgoing.end(text)
  })
}

const failed = (status: string, statusCode: number): Outcome => ({
  status,
  statusCode,
  responseHeaders: {},
  responseText: '',
})
