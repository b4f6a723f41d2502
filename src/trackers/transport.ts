import { lookup as lookupBySystem, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { isAllowed, type Network, type Reach, reachOf } from './addresses.ts'
import { connectionTrouble, innermost } from './connection-trouble.ts'
import { readJson } from './read-json.ts'
import { retryAfterMsOf } from './retry-after.ts'
import { TrackerUnavailable } from './tracker.ts'

export interface TransportOptions {
  /** For people: `Jira`. */
  readonly name: string
  /** What the names of its settings begin with. */
  readonly variable: 'JIRA' | 'LINEAR' | 'SHORTCUT'
  /** As the operator configured it, without a slash at the end; may have a path. */
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly network: Network
  /** Whether an answer's headers tell that the credentials were not accepted, whatever its status is. */
  readonly deniesCredentials?: (headers: Headers) => boolean
  /** The system's when left out. Asked for all addresses of a name. */
  readonly lookup?: Lookup
}

/** All addresses of a name, as `dns.lookup` gives them. */
export type Lookup = (
  name: string,
  options: { readonly all: true },
  told: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** The way to one tracker's API. */
export interface Transport {
  /**
   * Asks once, at the configured address and nowhere else, and reads the whole answer as JSON.
   *
   * Gives answers of 2xx, and of 4xx that say something about what was asked. Throws `TrackerUnavailable` for
   * everything else, and an ordinary error for a path that leads away from the configured address.
   */
  readonly request: (asked: Request) => Promise<Reply>
  /** Ends what is under way, too. */
  readonly close: () => Promise<void>
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Starts with a slash, and is encoded already. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** A status, beside those that always do, that says something about what was asked. */
  readonly answeredBy?: 403
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status: number
  /** Parsed JSON; null when a success has no body. */
  readonly body: unknown
}

/**
 * Opens the way to one tracker.
 *
 * The address that a name resolves to is checked while connecting, so that a name cannot be one thing when it is
 * checked and another when it is used. Redirects are never followed: they would carry the credentials along.
 */
export function openTransport(options: TransportOptions): Transport {
  const base = new URL(options.baseUrl)
  const agent = new Agent({
    connect: { lookup: checkedLookup(base, options), timeout: longestMs },
    headersTimeout: longestMs,
    bodyTimeout: longestMs,
  })
  return {
    request: async (asked) => {
      const url = urlOf(asked.path, options)
      refuseAddress(base, options)
      const headers = headersOf(asked, options)
      try {
        const { method, signal, body } = asked
        const sent = body === undefined ? {} : { body: JSON.stringify(body) }
        // The types of `fetch` name the dispatcher of another edition of undici than the one we ask for.
        const dispatched = { dispatcher: agent } as object
        const response = await fetch(url, { method, headers, signal, redirect: 'manual', ...sent, ...dispatched })
        return await read(response, { ...options, answeredBy: asked.answeredBy ?? null })
      } catch (error) {
        throw toUnavailable(error, asked.signal, options)
      }
    },
    close: () => agent.destroy(),
  }
}

/** Beyond every deadline of ours: it is the caller's signal that ends a request. */
const longestMs = 60_000

type Told = Pick<TransportOptions, 'variable' | 'network'>

function urlOf(path: string, { name, baseUrl }: TransportOptions): string {
  const asked = `${new URL(baseUrl).href.replace(/\/$/, '')}${path}`
  // Whatever a parser makes another address of, such as `..`, `\` or `//`, does not come out as it went in.
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('#') || URL.parse(asked)?.href !== asked) {
    throw new Error(`The path asked of ${name} leads elsewhere, or is not encoded.`)
  }
  return asked
}

function headersOf({ body }: Request, { headers, variable }: TransportOptions): Headers {
  const ours = { accept: 'application/json', 'user-agent': 'countersign' }
  try {
    return new Headers({ ...ours, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
  } catch {
    // What is thrown quotes the header.
    throw new TrackerUnavailable(`cannot be asked: check ${variable}_TOKEN, which holds what no header can carry`)
  }
}

/** A name is checked when it is looked up; an address is looked up by nobody. */
function refuseAddress({ protocol, hostname }: URL, told: Told): void {
  const address = hostname.replace(/^\[|\]$/g, '')
  const refusal = refusalOfScheme(protocol, told) ?? (isIP(address) === 0 ? null : refusalOf(address, protocol, told))
  if (refusal !== null) throw new TrackerUnavailable(refusal)
}

const refusalOfScheme = (protocol: string, { network, variable }: Told): string | null =>
  protocol === 'https:' || (protocol === 'http:' && network === 'loopback')
    ? null
    : `is configured without https: check ${variable}_URL`

/** Why an address is not connected to; null when it is. */
function refusalOf(address: string, protocol: string, told: Told): string | null {
  const { network, variable } = told
  const reach = reachOf(address)
  if (!isAllowed(reach, network)) return `${refusals[reach]}: check ${variable}_URL${wider[reach]}`
  // Without https only on this machine.
  return protocol === 'https:' || reach === 'loopback'
    ? null
    : refusalOfScheme(protocol, { ...told, network: 'public' })
}

const refusals: Readonly<Record<Reach, string>> = {
  public: 'is at a public address',
  private: 'is at an address inside a private network, which is not asked',
  loopback: 'is at an address of this machine itself, which is not asked',
  never: 'is at an address that is never asked, such as a link-local or a reserved one',
}

const wider: Readonly<Record<Reach, string>> = {
  public: '',
  private: ', or set TRACKER_NETWORK=private',
  loopback: ', or set TRACKER_NETWORK=loopback to try it out',
  never: '',
}

/** `dns.lookup` that fails when any of a name's addresses is refused. */
function checkedLookup({ protocol }: URL, options: TransportOptions): LookupFunction {
  const lookup: Lookup = options.lookup ?? lookupBySystem
  return (name, asked, told) => {
    lookup(name, { ...asked, all: true }, (error, addresses) => {
      const [first] = error === null ? addresses : []
      const fault = error ?? (first === undefined ? noAddress() : refusalOfAny(addresses, protocol, options))
      if (fault !== null || first === undefined) told(fault, '', 0)
      else if (asked.all === true) told(null, addresses)
      else told(null, first.address, first.family)
    })
  }
}

const noAddress = (): Error => Object.assign(new Error('The name has no address.'), { code: 'ENODATA' })

function refusalOfAny(addresses: readonly LookupAddress[], protocol: string, told: Told): Error | null {
  const refusal = addresses.map(({ address }) => refusalOf(address, protocol, told)).find((one) => one !== null)
  return refusal === undefined ? null : Object.assign(new Error(refusal), { code: refusedAddress })
}

/** What tells our own refusal from other reasons not to connect, on its way through \`fetch\`. */
const refusedAddress = 'REFUSED_ADDRESS'

interface Reading extends TransportOptions {
  readonly answeredBy: number | null
}

async function read(response: Response, options: Reading): Promise<Reply> {
  const { status, headers } = response
  const trouble = troubleOf(response, options)
  if (trouble !== null) {
    await response.body?.cancel()
    throw new TrackerUnavailable(trouble, { retryAfterMs: status === 429 ? retryAfterMsOf(headers) : null })
  }
  return { status, body: await readJson(response, options.variable) }
}

/** Why an answer is none; null when it is one. */
function troubleOf({ status, headers }: Response, { variable, deniesCredentials, answeredBy }: Reading): string | null {
  if (status === 401 || deniesCredentials?.(headers) === true) {
    return `does not accept the credentials (401): check ${variable}_TOKEN`
  }
  if (status === 403 && answeredBy !== status)
    return `refuses what was asked (403): check what ${variable}_TOKEN may do`
  if (status === 429) return 'asks us to wait'
  if (status === 408 || status >= 500) return `failed (${status})`
  const isAnswer = (status >= 200 && status < 300) || status >= 400
  // Where it points is its own words, and may hold anything.
  return isAnswer ? null : `redirects to another address, which is not followed: set ${variable}_URL to the right one`
}

/** What went wrong on the way. Nothing of what was thrown is kept: it may quote what was sent. */
function toUnavailable(error: unknown, signal: AbortSignal, { variable }: TransportOptions): TrackerUnavailable {
  if (error instanceof TrackerUnavailable) return error
  const { code, message } = innermost(error)
  if (code === refusedAddress) return new TrackerUnavailable(message)
  return new TrackerUnavailable(signal.aborted ? 'took too long to answer' : connectionTrouble(code, variable))
}
