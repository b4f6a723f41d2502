import type { Options } from './policy-bot-file.ts'

/** How a set option makes a rule of policy-bot another than one of ours; null when it does not. */
type Difference<Value> = (value: Value) => string | null

type Differences<Stated> = { readonly [Key in keyof Stated]-?: Difference<NonNullable<Stated[Key]>> }

type Methods = NonNullable<Options['methods']>

/** What the options of a rule mean that ours cannot: by the keys they stand under, a sentence each. */
export function optionDifferences(
  options: Options,
): readonly { readonly path: readonly string[]; readonly why: string }[] {
  const { methods, ...others } = options
  return [
    ...differencesIn(others, ofOptions).map(({ key, why }) => ({ path: [key], why })),
    ...differencesIn(methods ?? {}, ofMethods).map(({ key, why }) => ({ path: ['methods', key], why })),
  ]
}

const hand = 'Here nobody counts who had a hand in the change.'
const when = (text: string) => (isSet: boolean) => (isSet ? text : null)
const whenSome = (text: string) => (list: readonly string[]) => (list.length > 0 ? text : null)

const ofOptions: Differences<Omit<Options, 'methods'>> = {
  allow_author: when(`with policy-bot the author may approve. ${hand}`),
  allow_contributor: when(`with policy-bot whoever committed may approve, the author too. ${hand}`),
  allow_non_author_contributor: when(`with policy-bot whoever committed may approve. ${hand}`),
  invalidate_on_push: (isSet) =>
    isSet
      ? null
      : 'with policy-bot an approval survives every push. Here it counts for as long as what was approved has not changed.',
  ignore_edited_comments: when('with policy-bot a review whose text was edited does not count. Here it does.'),
  ignore_update_merges: when(
    'with policy-bot a merge made on GitHub makes nobody a contributor. Here that holds for a clean merge of the base ' +
      'branch only, not for one in which a conflict was resolved.',
  ),
  ignore_commits_by: () =>
    'with policy-bot whoever wrote only ignored commits may approve. Here every commit makes a contributor.',
  request_review: ({ enabled }) =>
    enabled === true ? 'policy-bot asks people for a review. Countersign asks nobody: use CODEOWNERS for that.' : null,
}

const ofMethods: Differences<Methods> = {
  comments: whenSome('with policy-bot a comment can approve. Here only an approving review does.'),
  comment_patterns: whenSome('with policy-bot a comment can approve. Here only an approving review does.'),
  github_review: (counts) =>
    counts ? null : 'with policy-bot reviews do not approve this rule. Here they do, and nothing else does.',
  github_review_comment_patterns: whenSome(
    'with policy-bot a review approves only when its text fits. Here every approving review does, whatever its text: ' +
      'name in `from` whose review is meant.',
  ),
  body_patterns: whenSome(
    'with policy-bot the description of a change can approve it. Here only an approving review does.',
  ),
}

function differencesIn<Stated extends object>(
  stated: Stated,
  differences: Differences<Stated>,
): readonly { readonly key: string; readonly why: string }[] {
  return Object.keys(differences).flatMap((name) => {
    const key = name as keyof Stated & string
    const value = stated[key]
    const why = value === undefined || value === null ? null : differences[key](value)
    return why === null ? [] : [{ key, why }]
  })
}
