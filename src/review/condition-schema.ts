import { z } from 'zod'
import { fitsSomePath, pathPattern, textPattern } from '#facts/path-pattern.ts'
import { pinnedCheck } from '#facts/pinned-check.ts'
import { isPossible, readComparison } from './comparison.ts'
import { appName, people } from './people.ts'

const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).optional()

const comparison = z.string().superRefine((written, context) => {
  const read = readComparison(written)
  const message =
    read === null
      ? 'This is no comparison that can be read. Write one with a whole number, as in ">400" or "<=10".'
      : isPossible(read)
        ? null
        : 'No change has less than nothing, so this can never be true.'
  if (message !== null) context.addIssue({ code: 'custom', message })
})

const own = {
  paths: some(pathPattern).describe('A touched path fits one of these. A rename counts as its old and its new path.'),
  'not-paths': some(pathPattern).describe(
    'Paths that `paths` and `only-paths` shall not fit. Alone: a touched path fits none of these.',
  ),
  'only-paths': some(pathPattern).describe('Every touched path fits one of these, and there is one.'),
  'base-branches': some(pathPattern).describe('The branch it is to be merged into.'),
  'head-branches': some(pathPattern).describe('The branch it comes from: a name that anybody can type.'),
  labels: some(z.string().min(1)).describe('It carries one of these labels, in any case.'),
  authors: people.optional().describe('One of these opened it.'),
  'only-contributors': people.optional().describe('Nobody else had a hand in it.'),
  'authored-by-apps': some(appName).describe(
    'These apps opened, wrote, committed and pushed all of it. By slug, or by the account id of the bot of the app. Their ' +
      'commits have to be signed, and GitHub to have verified that: anybody can type the e-mail of an app.',
  ),
  'files-changed': comparison.optional().describe('How many files it touches: `">20"`.'),
  'lines-changed': comparison
    .optional()
    .describe('How many lines it adds and removes: `">400"`. A binary file, of which none are counted, is never few.'),
  title: some(textPattern).describe('The title fits one of these.'),
  signed: z.boolean().optional().describe('Whether GitHub has verified the signature of every commit.'),
  'custom-properties': z
    .record(z.string().min(1), z.array(z.string()).min(1))
    .refine((wanted) => Object.keys(wanted).length > 0, 'Name a property, with the values that fit.')
    .optional()
    .describe('Each of these properties of the repository has one of the values listed for it.'),
  'checks-passed': some(pinnedCheck).describe(
    'All of these checks have passed on the head commit. A name alone counts where a rule of the branch pins it to an app.',
  ),
}

type Own = z.output<z.ZodObject<typeof own>>

/** When a rule applies: all of what is said must be so. */
export interface Condition extends Own {
  readonly any?: readonly Condition[] | undefined
  readonly all?: readonly Condition[] | undefined
  readonly not?: Condition | undefined
}

export const condition: z.ZodType<Condition, Condition> = z
  .strictObject({
    ...own,
    any: some(z.lazy(() => condition)).describe('At least one of these is so.'),
    all: some(z.lazy(() => condition)).describe('All of these are so.'),
    not: z
      .lazy(() => condition)
      .optional()
      .describe('This is not so.'),
  })
  .refine((stated) => Object.keys(stated).length > 0, {
    error: 'Nothing is said here. Leave it out where it shall always apply.',
    // A misspelt key is a fault of its own.
    when: ({ issues }) => issues.length === 0,
  })
  .superRefine((stated, context) => {
    for (const key of ['paths', 'only-paths'] as const) {
      if (isContradiction(stated[key], stated['not-paths'])) {
        const message = 'All of these stand under "not-paths" as well, so this can never be true.'
        context.addIssue({ code: 'custom', message, path: [key] })
      }
    }
  })

const isContradiction = (asked: readonly string[] | undefined, excluded: readonly string[] | undefined): boolean =>
  asked !== undefined && excluded !== undefined && asked.every((pattern) => excluded.includes(pattern))

/** Whether nothing but text that anybody can type decides: a branch name, a title, a label. */
export function restsOnTypedTextAlone(stated: Condition): boolean {
  const { any, all = [], not, ...rest } = stated
  const isTyped = (key: string) => key === 'head-branches' || key === 'title' || key === 'labels'
  const sure = [
    ...Object.keys(rest).map((key) => !isTyped(key)),
    ...all.map((inner) => !restsOnTypedTextAlone(inner)),
    ...(any === undefined ? [] : [!any.some((inner) => restsOnTypedTextAlone(inner))]),
    ...(not === undefined ? [] : [!restsOnTypedTextAlone(not)]),
  ]
  return !sure.includes(true)
}

/**
 * Whether it takes more than what the writer of a change is free to choose: who wrote it, where it goes to, or that it
 * touches nothing but certain paths. Only then may a change pass without an approval.
 */
export const isAnchored = (stated: Condition): boolean => isAnchoredIn(stated, 'so')

/** `not so`: in what the condition leaves out. There, what names a few people or paths leaves nearly everything. */
function isAnchoredIn(stated: Condition, side: 'so' | 'not so'): boolean {
  const { any, all = [], not, ...rest } = stated
  const isInner = (inner: Condition) => isAnchoredIn(inner, side)
  const isOne = (parts: readonly boolean[]) => (side === 'so' ? parts.includes(true) : !parts.includes(false))
  const isEvery = (parts: readonly boolean[]) => (side === 'so' ? !parts.includes(false) : parts.includes(true))
  return isOne([
    ...ownKeys(rest).map((key) => isAnchor(key, rest, side)),
    ...all.map(isInner),
    ...(any === undefined ? [] : [isEvery(any.map(isInner))]),
    ...(not === undefined ? [] : [isAnchoredIn(not, side === 'so' ? 'not so' : 'so')]),
  ])
}

const ownKeys = (stated: Own): readonly (keyof Own)[] => Object.keys(stated) as (keyof Own)[]

function isAnchor(key: keyof Own, stated: Own, side: 'so' | 'not so'): boolean {
  if (key === 'custom-properties') return true
  if (key === 'base-branches') return side === 'not so' || !fitsAll(stated[key], branchNames)
  if (side === 'not so') return false
  if (key === 'only-paths') return !fitsAll(stated[key], pathNames)
  return key === 'authored-by-apps' || key === 'only-contributors'
}

const fitsAll = (patterns: readonly string[] = [], names: readonly string[]): boolean =>
  names.every(fitsSomePath(patterns))

/** As unlike each other as names can be: what fits all of these is taken for what fits every name. */
const branchNames = ['q', 'Z.7', '_-9x']
const pathNames = [...branchNames, '.q/w/.e', 'Z z/7.y/ü-0.Q']
