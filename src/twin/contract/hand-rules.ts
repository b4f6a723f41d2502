/** A rule of GitHub's that its description leaves out, checked by hand. */
export interface HandRule {
  readonly operations: readonly string[]
  readonly rule: string
  /** Whether a request with this body keeps the rule. */
  readonly holds: (body: RequestBody) => boolean
}

type RequestBody = Readonly<Record<string, unknown>>

/**
 * The rules, each broken by a request that GitHub answers with 422.
 *
 * The limits of a check run's output (50 annotations, 65,535 characters, 3 actions and their lengths) are in the
 * description itself.
 */
export const handRules: readonly HandRule[] = [
  {
    operations: ['checks/create', 'checks/update'],
    rule: 'A completed check run needs a conclusion.',
    holds: ({ status, conclusion }) => status !== 'completed' || conclusion !== undefined,
  },
  {
    operations: ['checks/create', 'checks/update'],
    rule: "An annotation's title holds at most 255 characters.",
    holds: (body) => annotationsOf(body).every(({ title }) => fits(title, 255)),
  },
  {
    operations: ['checks/create', 'checks/update'],
    rule: "An annotation's message and details hold at most 64 KiB each.",
    holds: (body) => annotationsOf(body).every((note) => fitsBytes(note.message) && fitsBytes(note.raw_details)),
  },
  {
    operations: ['issues/create-comment', 'issues/update-comment'],
    rule: 'A comment is not blank.',
    holds: ({ body }) => typeof body !== 'string' || body.trim() !== '',
  },
  {
    operations: [
      'issues/create-comment',
      'issues/update-comment',
      'pulls/create',
      'pulls/create-review',
      'pulls/update',
    ],
    rule: 'A body holds at most 65,536 characters.',
    holds: ({ body }) => fits(body, 65_536),
  },
  {
    operations: ['pulls/create-review'],
    rule: 'A review that comments or requests changes needs a body.',
    holds: ({ event, body }) => (event !== 'COMMENT' && event !== 'REQUEST_CHANGES') || isWritten(body),
  },
  {
    operations: ['repos/create-commit-status'],
    rule: 'The description of a status holds at most 140 characters.',
    holds: ({ description }) => fits(description, 140),
  },
]

/** The hand-written rules that a request to this operation breaks. */
export function brokenHandRules(operationId: string, body: unknown): string[] {
  if (!isRecord(body)) return []
  return handRules
    .filter(({ operations, holds }) => operations.includes(operationId) && !holds(body))
    .map(({ rule }) => rule)
}

function isRecord(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null
}

function isWritten(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== ''
}

/** GitHub counts characters, of which one outside the basic plane is two units of a JavaScript string. */
function fits(text: unknown, most: number): boolean {
  return typeof text !== 'string' || text.length <= most || Array.from(text).length <= most
}

function fitsBytes(text: unknown): boolean {
  return typeof text !== 'string' || Buffer.byteLength(text) <= 64 * 1024
}

function annotationsOf({ output }: RequestBody): readonly RequestBody[] {
  if (!isRecord(output) || !Array.isArray(output.annotations)) return []
  return output.annotations.filter(isRecord)
}
