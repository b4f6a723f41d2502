import { z } from 'zod'
import type { Assessment, JudgedRepository, RecordedFacts } from '#engine/assessment.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { changeFactsSchema, changeSubjectSchema, customPropertiesSchema, exactly, list } from '#facts/facts-schema.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { closestWord } from '#policy/closest-word.ts'
import type { PolicyFault } from '#policy/effective-policy.ts'
import { type Explanation, explanationsOf, issueExplainer } from '#policy/explain-issue.ts'
import { firstFaults } from '#policy/first-faults.ts'

/** What was seen of one change, as a file: named as in an assessment, so that one from the ledger is such a document. */
export interface FactsDocument extends RecordedFacts {
  readonly version: 1
}

/** A document as somebody gave it: what is not needed to judge may be missing. */
export interface GivenFacts {
  readonly version?: 1 | undefined
  readonly subject?: ChangeSubject | undefined
  readonly repository?: JudgedRepository | undefined
  readonly facts: ChangeFacts
}

/** Said as a fault of a policy is: `line` is the document's, where each has a line of its own. */
export type FactsFault = PolicyFault

export type ParsedFacts =
  | { readonly ok: true; readonly isList: boolean; readonly documents: readonly GivenFacts[] }
  | { readonly ok: false; readonly faults: readonly FactsFault[] }

/**
 * Turns a text into documents of facts, or into what is wrong with it: at most fifty faults, each a path and a sentence.
 *
 * Never throws. The text is one document, a JSON array of them, or one on each line. Members of a document that nobody
 * needs for judging are passed over, as an assessment has some; a misspelt one is a fault.
 */
export function parseFacts(text: string): ParsedFacts {
  const { isList, pieces } = piecesOf(text.replace(/^\uFEFF/, ''))
  const explain = jsonExplainer()
  const parsed = pieces.map((piece) => parsePiece(piece, explain))
  const faults = parsed.flatMap((one) => (one.ok ? [] : one.faults))
  if (pieces.length === 0) return { ok: false, faults: [{ path: '', line: null, message: 'The list is empty.' }] }
  if (faults.length > 0) return { ok: false, faults: firstFaults(faults) }
  return { ok: true, isList, documents: parsed.flatMap((one) => (one.ok ? [one.document] : [])) }
}

/** JSON Schema (2020-12) of a document, for editors and other people's tools, as it is kept in docs/facts.schema.json. */
export const renderFactsSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(documentSchema, { target: 'draft-2020-12', io: 'input' }), null, 2)}\n`

const repositorySchema = exactly<JudgedRepository>()(
  z.strictObject({
    id: z.int(),
    owner: z.string(),
    name: z.string().describe('Without its owner.'),
    topics: list(z.string()),
    visibility: z.enum(['public', 'private']).describe('`private` also for internal ones.'),
    properties: customPropertiesSchema.describe('Custom properties by name.'),
  }),
)

const documentSchema = exactly<GivenFacts>()(
  z
    .object(
      {
        version: z
          .literal(1, { error: 'Expected 1: this Countersign knows no other version of the format.' })
          .optional(),
        subject: changeSubjectSchema.optional().describe('Which change it is; for showing only.'),
        repository: repositorySchema.optional().describe('What the groups of a policy select by.'),
        facts: changeFactsSchema.describe('What was seen. A fact that is missing here could not be seen.'),
      },
      { error: ({ code }) => (code === 'invalid_type' ? notADocument : undefined) },
    )
    .meta({
      title: 'Countersign facts',
      description: 'What was seen of one change: judged again by `countersign simulate`.',
    }),
)

const notADocument = 'A document of facts is a JSON object with the member "facts". This is something else.'

/** One document, before anything is known of it. */
interface Piece {
  readonly text?: string
  readonly value?: unknown
  readonly path: readonly string[]
  readonly line: number | null
}

function piecesOf(text: string): { readonly isList: boolean; readonly pieces: readonly Piece[] } {
  const lines = text
    .split('\n')
    .map((line, at) => ({ text: line.trim(), path: [], line: at + 1 }))
    .filter((line) => line.text !== '')
  if (lines.length > 1 && lines.every((line) => line.text.startsWith('{') && line.text !== '{')) {
    return { isList: true, pieces: lines }
  }
  const whole = parseJson(text)
  if (!whole.ok || !Array.isArray(whole.value)) return { isList: false, pieces: [{ text, path: [], line: null }] }
  const values: readonly unknown[] = whole.value
  return { isList: true, pieces: values.map((value, at) => ({ value, path: [String(at)], line: null })) }
}

type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}

type ParsedPiece =
  { readonly ok: true; readonly document: GivenFacts } | { readonly ok: false; readonly faults: readonly FactsFault[] }

function parsePiece({ text, value, path, line }: Piece, error: z.core.$ZodErrorMap): ParsedPiece {
  const json: ParsedJson = text === undefined ? { ok: true, value } : parseJson(text)
  if (!json.ok) return { ok: false, faults: [{ path: path.join('.'), line, message: `This is no JSON: ${json.why}.` }] }
  const parsed = documentSchema.safeParse(json.value, { error })
  const explanations = [...misspelt(json.value), ...(parsed.success ? [] : parsed.error.issues.flatMap(explain))]
  if (parsed.success && explanations.length === 0) return { ok: true, document: parsed.data }
  const faults = explanations.map((one) => ({ path: [...path, ...one.path].join('.'), line, message: one.message }))
  return { ok: false, faults }
}

/** What explains a policy's mistakes speaks of lines; JSON has a word for nothing. */
function jsonExplainer(): z.core.$ZodErrorMap {
  const explainer = issueExplainer()
  return (issue) => (issue.code === 'invalid_type' && issue.input === null ? 'This may not be null.' : explainer(issue))
}

/** A fact that says neither that it is known nor that it is not has its own sentence. */
const explain = (issue: z.core.$ZodIssue): readonly Explanation[] =>
  issue.code === 'invalid_union' && issue.errors.length === 0
    ? [{ path: issue.path.map(String), message: issue.message }]
    : explanationsOf(issue)

const members = ['version', 'subject', 'repository', 'facts']

/** What else an assessment has. */
const passedOver: readonly string[] = ['number', 'cause', 'at', 'findings', 'policy'] satisfies (keyof Assessment)[]

/** Other members are passed over, so only a misspelling of one that is missing can be told from them. */
function misspelt(value: unknown): readonly Explanation[] {
  if (typeof value !== 'object' || value === null) return []
  const missing = members.filter((member) => !Object.hasOwn(value, member))
  return Object.keys(value)
    .filter((key) => !members.includes(key) && !passedOver.includes(key))
    .flatMap((key) => {
      const meant = closestWord(key, missing)
      return meant === null ? [] : [{ path: [key], message: `There is no such member. Did you mean "${meant}"?` }]
    })
}
