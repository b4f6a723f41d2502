/**
 * Whether an error says that the store cannot be reached or written now, and the same again may succeed later.
 *
 * Then a webhook is answered 503, so that GitHub shows the failure and recovery asks for it again.
 */
export function isStoreAway(error: unknown): boolean {
  for (let at = error, depth = 0; isObject(at) && depth < 5; at = at['cause'], depth += 1) {
    const code = errorCode(at)
    if (code !== null && awayCodes.test(code)) return true
    if (typeof at['message'] === 'string' && awayMessages.test(at['message'])) return true
  }
  return false
}

/** The `code` that drivers and Node put on their errors; judged by shape, because a driver's error class may be of another realm. */
export function errorCode(error: unknown): string | null {
  const code = isObject(error) ? error['code'] : undefined
  return typeof code === 'string' ? code : null
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * Of the network; of PostgreSQL (classes 08 connection, 53 resources, 57P shutting down or starting); of SQLite.
 *
 * https://www.postgresql.org/docs/current/errcodes-appendix.html, https://sqlite.org/rescode.html
 */
const awayCodes =
  /^(E(CONN(REFUSED|RESET|ABORTED)|TIMEDOUT|NOTFOUND|PIPE|HOSTUNREACH|NETUNREACH|AI_AGAIN)|08\w{3}|53\w{3}|57P0[1-5]|25P03|SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY)(_\w+)?)$/

/** What the drivers throw without a code. */
const awayMessages =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Postgres connection has been discarded|The database connection is not open|driver has already been destroyed)/
