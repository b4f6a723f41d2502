import { pinnedCheck } from '#facts/pinned-check.ts'
import { always, type Bounds, every, exactly, never, opposite, some, unsayable } from './extent.ts'
import type { Actors, Predicates } from './policy-bot-file.ts'
import { toFileBounds, toLineBounds } from './to-file-condition.ts'
import { onlyTextOf, toTextPatterns } from './to-pattern.ts'
import { toPeople } from './to-people.ts'

/** What each predicate of policy-bot asks of a change, between two conditions of ours; all of them have to be so. */
export const toBounds = (predicates: Predicates): readonly (readonly [key: string, bounds: Bounds])[] =>
  keys.flatMap((key) => {
    const bounds = boundsOf(key, predicates[key])
    return bounds === null ? [] : [[key, bounds] as const]
  })

function boundsOf<Key extends keyof Stated>(key: Key, value: Stated[Key] | undefined): Bounds | null {
  return value === undefined ? null : translations[key](value)
}

type Stated = { readonly [Key in keyof Predicates]-?: NonNullable<Predicates[Key]> }
type Translations = { readonly [Key in keyof Stated]: (value: Stated[Key]) => Bounds }

const statusOnly = 'Countersign knows which files a change touches, but not here which of them it adds or deletes.'

const translations: Translations = {
  changed_files: (files) => toFileBounds(files),
  no_changed_files: (files) => opposite(toFileBounds(files)),
  only_changed_files: (files) => toFileBounds(files, 'only-paths'),
  file_added: (files) => widened(toFileBounds(files), statusOnly),
  file_not_added: (files) => opposite(widened(toFileBounds(files), statusOnly)),
  file_deleted: (files) => widened(toFileBounds(files), statusOnly),
  file_not_deleted: (files) => opposite(widened(toFileBounds(files), statusOnly)),
  has_author_in: (actors) => authors(actors),
  has_contributor_in: (actors) => ({
    wide: always,
    narrow: authors(actors).narrow,
    differs: ['Countersign asks who opened a change, or who all its contributors are, not whether one is among some.'],
  }),
  only_has_contributors_in: onlyContributors,
  author_is_only_contributor: () => unsayable('Countersign cannot ask whether the author is the only contributor.'),
  targets_branch: ({ pattern }) => (pattern === undefined ? exactly(never) : branch(pattern, 'base-branches')),
  from_branch: ({ pattern }) => (pattern === undefined ? exactly(never) : headBranch(pattern)),
  modified_lines: (lines) => toLineBounds(lines),
  has_status: ({ statuses = [], conclusions = [] }) => passed(statuses, conclusions),
  has_successful_status: (statuses) => passed(statuses, []),
  has_workflow_result: () =>
    unsayable(
      'Countersign asks for checks by name, pinned to a workflow: { name: …, workflow: … } under `checks-passed`.',
    ),
  has_labels: (labels) => every(labels.map((label) => (label === '' ? exactly(never) : exactly({ labels: [label] })))),
  repository: () =>
    unsayable('a rule is for every repository of its file. Use the file of the repository, or `groups`.'),
  title: ({ matches = [], not_matches: others = [] }) => titled(matches, others),
  has_valid_signatures: (signed) => exactly({ signed }),
  has_valid_signatures_by: () => signedBy,
  has_valid_signatures_by_keys: () => signedBy,
  custom_property_is_null: () => unsayable(valuesOnly),
  custom_property_is_not_null: () => unsayable(valuesOnly),
  custom_property_matches_any_of: (wanted) => every(properties(wanted)),
  custom_property_matches_none_of: (unwanted) => every(properties(unwanted).map(opposite)),
}

const keys = Object.keys(translations) as readonly (keyof Predicates)[]

const valuesOnly = 'Countersign compares a custom property with values, and cannot ask whether there is one.'

const signedBy: Bounds = {
  wide: { signed: true },
  narrow: never,
  differs: ['Countersign asks whether every commit is signed, not by whom or with which key.'],
}

const widened = ({ wide, differs }: Bounds, why: string): Bounds => ({
  wide,
  narrow: never,
  differs: [...differs, why],
})

function authors(actors: Actors): Bounds {
  const { people, lost } = toPeople(actors)
  const narrow = people === null ? never : { authors: people }
  if (lost.length === 0) return exactly(narrow)
  return { wide: always, narrow, differs: [`a condition of Countersign cannot name ${lost.join(', ')}.`] }
}

/** Who is a contributor with policy-bot is one with us, and the author always is; we count more besides. */
function onlyContributors(actors: Actors): Bounds {
  const { people } = toPeople(actors)
  const { wide, differs } = authors(actors)
  const narrow = people === null ? never : { 'only-contributors': people }
  const why =
    'for Countersign co-authors and whoever pushed are contributors too, and a commit of nobody known is theirs.'
  return { wide, narrow, differs: [...differs, why] }
}

function branch(pattern: string, key: 'base-branches' | 'head-branches'): Bounds {
  const patterns = toTextPatterns([pattern])
  return patterns.ok ? exactly({ [key]: patterns.value }) : unsayable(patterns.why)
}

/**
 * For policy-bot the branch of a fork is called `owner:branch`, for us `branch`. An expression that begins with a text
 * no login can begin with fits no fork there.
 */
function headBranch(pattern: string): Bounds {
  const { wide, differs } = branch(pattern, 'head-branches')
  const fitsNoFork = /^\^[\w-]*[/_]/.test(pattern) && !pattern.includes('|')
  const why = 'policy-bot calls the branch of a fork owner:branch, Countersign calls it branch.'
  return { wide: fitsNoFork ? wide : always, narrow: never, differs: [...differs, why] }
}

function passed(statuses: readonly string[], conclusions: readonly string[]): Bounds {
  if (statuses.length === 0) return exactly(always)
  const isSayable = statuses.every((status) => pinnedCheck.safeParse(status).success)
  const takesSuccess = conclusions.length === 0 || conclusions.includes('success')
  return {
    wide: always,
    narrow: isSayable && takesSuccess ? { 'checks-passed': [...statuses] } : never,
    differs: [
      conclusions.some((conclusion) => conclusion !== 'success')
        ? 'only a success has passed for Countersign, and only from the app that the rules of the branch name.'
        : 'a check has passed for Countersign only when it is from the app that the rules of the branch name.',
    ],
  }
}

function titled(matches: readonly string[], others: readonly string[]): Bounds {
  const [fits, misfits] = [toTextPatterns(matches), toTextPatterns(others)]
  if (!fits.ok) return unsayable(fits.why)
  if (!misfits.ok) return unsayable(misfits.why)
  return some([
    ...(fits.value.length > 0 ? [exactly({ title: [...fits.value] })] : []),
    ...(misfits.value.length > 0 ? [exactly({ not: { title: [...misfits.value] } })] : []),
  ])
}

/** A property with several values fits nothing with policy-bot; with us one of them is enough. */
const properties = (wanted: Readonly<Record<string, readonly string[]>>): readonly Bounds[] =>
  Object.entries(wanted).map(([name, expressions]) => {
    const values = expressions.map(onlyTextOf)
    if (expressions.length === 0) return exactly(never)
    if (name === '' || values.includes(null))
      return unsayable(`Countersign compares with whole values, such as "^value$".`)
    const fitting = values.filter((value) => value !== null)
    const why = 'a property with several values never fits with policy-bot; with Countersign one of them is enough.'
    return { wide: { 'custom-properties': { [name]: fitting } }, narrow: never, differs: [why] }
  })
