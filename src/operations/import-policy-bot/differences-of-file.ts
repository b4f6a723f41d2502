import { disapprovalDifferences } from './disapproval.ts'
import type { Imported } from './name-drafts.ts'
import type { Source } from './read-policy-bot.ts'
import { notKnown, saidOf, type Studied } from './study-rule.ts'

/** What concerns no single rule. */
export interface FileImport {
  /** Above everything: what is other with every policy of ours, and asks for no decision. */
  readonly notes: readonly string[]
  readonly differs: readonly string[]
  readonly dropsOnAnyPush: boolean
}

export function differencesOfFile(source: Source, used: readonly Studied[], rules: readonly Imported[]): FileImport {
  const { disapproval } = source.file.policy ?? {}
  const asking = used.filter(({ count }) => count > 0)
  const dropping = asking.filter(({ isInvalidatedByPush }) => isInvalidatedByPush)
  const dropsOnAnyPush = dropping.length > 0
  return {
    notes: [
      ...approvalNotes,
      ...(dropsOnAnyPush ? [] : [keptApprovals]),
      ...(disapproval?.requires === undefined ? [noDisapproval] : []),
    ],
    differs: [
      ...remote(source),
      ...(rules.some(({ rule }) => rule !== null) || source.file.remote !== undefined ? [] : [nothingAsked(source)]),
      ...(dropsOnAnyPush && dropping.length < asking.length ? [mixed(dropping, source)] : []),
      ...disapprovalDifferences(disapproval ?? {}, source),
      ...source.unknownKeys.filter(isOfFile).map((key) => saidOf(key, notKnown, source)),
    ],
    dropsOnAnyPush,
  }
}

const approvalNotes = [
  'Only a review on GitHub approves, never a comment such as :+1:.',
  'It counts from whoever may write to the repository and had no hand in the change: opened it, wrote, co-wrote or ' +
    'committed any of it, or pushed to its branch.',
]
const keptApprovals =
  'An approval counts for as long as what was approved has not changed. With policy-bot it survives every push, unless ' +
  'invalidate_on_push is set.'
const noDisapproval =
  'A review that requests changes, by whoever may write, blocks until the same person approves or it is dismissed. ' +
  'With policy-bot it does not, unless policy.disapproval is set up.'

function remote({ file, lineOf }: Source): readonly string[] {
  if (file.remote === undefined) return []
  const at = file.ref === undefined ? 'its default branch' : `"${file.ref}"`
  const path = file.path === undefined ? 'the policy file' : `"${file.path}"`
  return [
    `line ${lineOf(['remote'])}, \`remote\`: the policy is ${path} of "${file.remote}", at ${at}. Import that file, and put what ` +
      'comes out into countersign.yml of the .github repository of your organization: from there it holds for every repository.',
  ]
}

function nothingAsked({ file, lineOf }: Source): string {
  const approval = file.policy?.approval ?? []
  const there =
    approval.length === 0 ? 'policy-bot approves every change where this is empty' : 'no rule could be imported'
  return `line ${lineOf(['policy', 'approval'])}, \`policy.approval\`: ${there}. Here, without rules, every change asks for one approval.`
}

const mixed = (dropping: readonly Studied[], { lineOf }: Source): string => {
  const [first] = dropping
  const where = first === undefined ? 1 : lineOf(['approval_rules', first.place, 'options', 'invalidate_on_push'])
  return (
    `line ${where}, \`invalidate_on_push\`: with policy-bot a push drops the approvals of some rules only. Here it drops ` +
    'those of all.'
  )
}

const isOfFile = ([first, second]: readonly (string | number)[]): boolean =>
  !(first === 'approval_rules' && typeof second === 'number') && !(first === 'policy' && second === 'disapproval')
