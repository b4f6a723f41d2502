/** What the process ends with. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** The end of every `--help`. */
export const exitCodesHelp = `
Exit codes:
  0  done, and nothing is wrong
  1  done, and something was found: a fault, a problem, a step that failed
  2  the command line, a file or the configuration is wrong; nothing was done
  3  the database or GitHub cannot be reached
  4  an unexpected fault of Countersign itself`

/** The end of `countersign simulate --help`: there the code is the answer. */
export const simulationCodesHelp = `
Exit codes:
  0  everything judged is met
  1  something judged is unmet
  2  the command line, the facts or a policy is wrong; nothing was judged
  3  nothing is unmet, but something waits, could not be determined, or nothing was judged
  4  an unexpected fault of Countersign itself`

/** Ends a command with a sentence on standard error. */
export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

/** Node's words for "nobody answered", and PostgreSQL's for "not taking connections". */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  '57P01',
  '57P03',
  '08001',
  '08006',
])

/** Whether an error, or one that caused it, says that the other side could not be reached. */
export function isUnreachable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 8) return false
  const { code, cause, errors } = error as {
    readonly code?: unknown
    readonly cause?: unknown
    readonly errors?: unknown
  }
  if (typeof code === 'string' && unreachable.has(code)) return true
  const inner = Array.isArray(errors) ? [cause, ...(errors as unknown[])] : [cause]
  return inner.some((one) => isUnreachable(one, depth + 1))
}
