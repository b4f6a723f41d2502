/**
 * Why no whole answer came, from the code of what `fetch` threw: completes "Jira …".
 *
 * From the code alone: the sentences of such errors may hold addresses and headers.
 */
export function connectionTrouble(code: string, variable: string): string {
  const known = troubles.find(({ codes }) => codes.test(code))
  if (known === undefined) return 'cannot be reached'
  return `${known.says} (${code})${known.isAddress ? `: check ${variable}_URL` : ''}`
}

/** The innermost cause of an error that has a code; without one, nothing is known. */
export function innermost(error: unknown): { readonly code: string; readonly message: string } {
  let found = { code: '', message: '' }
  for (let at = error, depth = 0; isObject(at) && depth < deepest; depth += 1) {
    if (hasCode(at)) found = at
    at = 'cause' in at ? at.cause : null
  }
  return found
}

const deepest = 8

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const hasCode = (cause: object): cause is { code: string; message: string } =>
  'code' in cause && typeof cause.code === 'string' && 'message' in cause && typeof cause.message === 'string'

interface Trouble {
  readonly codes: RegExp
  readonly says: string
  /** Whether a wrong address explains it. */
  readonly isAddress: boolean
}

const troubles: readonly Trouble[] = [
  { codes: /^(ENOTFOUND|ENODATA|EAI_NONAME|EAI_NODATA)$/, says: 'is not found under its name', isAddress: true },
  { codes: /^EAI_/, says: 'has a name that cannot be looked up now', isAddress: false },
  { codes: /^ECONNREFUSED$/, says: 'accepts no connections', isAddress: true },
  { codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, says: 'cut the connection', isAddress: false },
  { codes: /TIMEOUT|^ETIMEDOUT$/, says: 'did not answer in time', isAddress: false },
  { codes: /UNREACH$/, says: 'cannot be reached from here', isAddress: true },
  {
    codes: /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|EPROTO)/,
    says: 'makes no secure connection that is trusted here',
    isAddress: true,
  },
  { codes: /^(HPE_|UND_ERR_)/, says: 'answered something that is no HTTP', isAddress: true },
]
