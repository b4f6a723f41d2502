import { TrackerUnavailable } from './tracker.ts'

/** Far beyond any ticket; an answer of more bytes (unpacked) is not read to its end. */
const longestBytes = 1_048_576

/** An answer's JSON, or null for a success without a body. Throws `TrackerUnavailable` for everything else. */
export async function readJson(response: Response, variable: string): Promise<unknown> {
  const text = await readText(response)
  if (text === '' && response.ok) return null
  if (!isJson(response.headers))
    throw new TrackerUnavailable(`answered something that is no JSON: check ${variable}_URL`)
  try {
    return JSON.parse(text)
  } catch {
    throw new TrackerUnavailable('answered something that cannot be read')
  }
}

const isJson = (headers: Headers): boolean =>
  /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(headers.get('content-type') ?? '')

async function readText({ body }: Response): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // Leaving the loop lets go of the connection.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > longestBytes) throw new TrackerUnavailable('answered with more than 1 MiB', { about: 'ticket' })
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
