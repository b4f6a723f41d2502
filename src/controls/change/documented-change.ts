import { z } from 'zod'
import type { Change, ChangedFile, Labeling } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { fitsSomePath, pathPattern } from '#facts/path-pattern.ts'
import { isSameName } from '#facts/same-name.ts'
import { lacksOldPath, touchedPaths } from '#facts/touched-paths.ts'
import { capitalized, fewOf } from '#facts/wording.ts'
import { blind, defineChangeControl, isWithin, met, notApplicable, unmet, type Verdict } from '../control.ts'

const group = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('For people: it is named in the finding.'),
  'when-changed': z.array(pathPattern).min(1).describe('What is documented. A rename counts as its old and new path.'),
  expects: z.array(pathPattern).min(1).describe('Its documents: one of them has to change along with it.'),
})

const settings = z.object({
  groups: z
    .array(group)
    .max(100)
    .refine((groups) => new Set(groups.map(({ name }) => name)).size === groups.length, 'Give each group its own name.')
    .default([])
    .describe(
      'Which documents go with which paths: ' +
        '`{ name: api, when-changed: [src/api/**], expects: [docs/api/**, CHANGELOG.md] }`.',
    ),
  label: z
    .string()
    .trim()
    .min(1)
    .max(50)
    .default('no-docs-needed')
    .describe(
      'The label by which a person says that no document has to change. The description gives the reason, on a line ' +
        'that starts with the same words: `No-docs-needed: only a typo in a log message`.',
    ),
})

type Settings = z.output<typeof settings>
type Group = Settings['groups'][number]

/**
 * What is documented does not change without its documents.
 *
 * The policy says in groups which documents go with which paths. For each group that a change touches, it also adds,
 * edits or renames at least one of the documents. Whether they say the right thing is for the reviewers to judge.
 *
 * A person may say that no document has to change: by setting the label, and by giving the reason in the description.
 * Either alone is not enough, and both are kept in the finding.
 *
 * What does not count: the deletion of a document; a label that an app has set, or that nobody is known to have set; a
 * reason inside an HTML comment, as pull request templates have them.
 */
export const documentedChange = defineChangeControl({
  id: 'documented-change',
  title: 'What has documents changes together with them, or a person has said why they need no change',
  satisfies: ['ISO27001/A.8.32', 'SOC2/CC8.1'],
  needs: ['change', 'files'],
  mayNeed: ['labelings'],
  settings,

  strictness: {
    groups: (agreed, proposed) => agreed.every((one) => proposed.some((other) => isAsStrict(one, other))),
    label: (agreed, proposed) => proposed === agreed,
  },

  evaluate({ change, files, labelings }, settings) {
    if (settings.groups.length === 0) return notApplicable(noGroups)
    const coverages = settings.groups.map((group) => coverageOf(group, files))
    const { missing, unsure } = uncovered(coverages)
    if (missing.length + unsure.length === 0) return covered(coverages)
    const exemption = exemptionOf(change, labelings, settings.label)
    if (exemption.outcome === 'holds') return met(...exemption.because)
    if (exemption.outcome === 'unseen') return blind(...exemption.because)
    if (missing.length === 0) return blind(...unsure.map(({ group }) => renamesUnseen(group)))
    const advice = change.state === 'open' ? [adviceFor(settings.label)] : []
    return unmet([...missing.map(described), ...exemption.because, ...advice])
  },

  asks({ change, files, labelings }, { groups, label }) {
    if (!change.known || !files.known) return {}
    const { missing, unsure } = uncovered(groups.map((group) => coverageOf(group, files.value)))
    if (missing.length > 0 || unsure.length === 0) return {}
    return exemptionOf(change.value, labelings, label).outcome === 'holds' ? {} : { wants: ['previous-paths'] }
  },

  remediation: `
    Change one of the documents that the finding names, in the same pull request. If none of them has to change, set the
    label and write the reason into the description, on a line of its own: \`No-docs-needed: …\`. Which documents go with
    what is the policy's list: controls.documented-change.groups in countersign.yml.
  `,
})

const noGroups =
  'The policy names no documents. An administrator lists them in countersign.yml under ' +
  'controls.documented-change.groups.'

/** What a change does to one group. */
interface Coverage {
  readonly group: Group
  readonly touched: readonly string[]
  /** Whether the old name of a renamed file, not looked for yet, may be one that is documented. */
  readonly mayBeTouched: boolean
  readonly documents: readonly string[]
  /** Documents that it deletes. */
  readonly deleted: readonly string[]
}

function coverageOf(group: Group, files: readonly ChangedFile[]): Coverage {
  const isDocumented = fitsSomePath(group['when-changed'])
  const isDocument = fitsSomePath(group.expects)
  const documents = files.filter(({ path }) => isDocument(path))
  return {
    group,
    touched: touchedPaths(files).filter(isDocumented),
    mayBeTouched: files.some(lacksOldPath),
    documents: documents.filter(({ status }) => writes.has(status)).map(({ path }) => path),
    deleted: documents.filter(({ status }) => status === 'removed').map(({ path }) => path),
  }
}

/** `changed` is a file's mode or type alone. */
const writes: ReadonlySet<ChangedFile['status']> = new Set(['added', 'modified', 'renamed', 'copied'])

function uncovered(coverages: readonly Coverage[]): Record<'missing' | 'unsure', readonly Coverage[]> {
  const without = coverages.filter(({ documents }) => documents.length === 0)
  return {
    missing: without.filter(({ touched }) => touched.length > 0),
    unsure: without.filter(({ touched, mayBeTouched }) => touched.length === 0 && mayBeTouched),
  }
}

function covered(coverages: readonly Coverage[]): Verdict {
  const touched = coverages.filter(({ touched, mayBeTouched }) => touched.length > 0 || mayBeTouched)
  if (touched.length === 0) return notApplicable('The change touches nothing that the policy names documents for.')
  return met(
    ...touched.map(({ group, documents }) => `${group.name}: of its documents, ${fewOf(documents, 'and')} changed.`),
  )
}

function described({ group, touched, deleted }: Coverage): string {
  const gone = deleted.length === 0 ? '' : ` Deleting ${fewOf(deleted, 'and')} documents nothing.`
  return `${group.name}: ${fewOf(touched, 'and')} changed, and ${fewOf(group.expects, 'or')} did not.${gone}`
}

const adviceFor = (label: string): string =>
  `Change one of the documents too. When none has to change, set the label ${label} yourself, and give the reason in the ` +
  `description, on a line that starts with "${capitalized(label)}:".`

const renamesUnseen = ({ name }: Group): string =>
  `${name}: what the renamed files were called before was not looked for, and one of them may have documents.`

interface Exemption {
  /** `unseen`: who set the label is unknown, and decides. */
  readonly outcome: 'holds' | 'fails' | 'unseen'
  /** For one that fails, what it lacks: nothing when nobody has asked for it. */
  readonly because: readonly string[]
}

function exemptionOf(change: Change, labelings: Fact<readonly Labeling[]>, label: string): Exemption {
  const reason = reasonIn(change.body, label)
  if (!change.labels.some((carried) => isSameName(carried, label))) {
    const lacking = `The description gives a reason, but the label ${label} is not set.`
    return { outcome: 'fails', because: reason === null ? [] : [lacking] }
  }
  const setter = setterOf(labelings, label)
  const faults = [
    ...('fault' in setter ? [setter.fault] : []),
    ...(reason === null ? [`The label ${label} is set, but the description gives no reason.`] : []),
  ]
  if (reason === null || 'fault' in setter) return { outcome: 'fails', because: faults }
  if ('unseen' in setter) return { outcome: 'unseen', because: [setter.unseen] }
  const claim = `${setter.person} has set the label ${label}: no document has to change.`
  return { outcome: 'holds', because: [claim, `The reason given: ${reason}`] }
}

type Setter = { readonly person: string } | { readonly fault: string } | { readonly unseen: string }

function setterOf(labelings: Fact<readonly Labeling[]>, label: string): Setter {
  if (!labelings.known) return { unseen: `Who set the label ${label} could not be seen: ${labelings.why}.` }
  const by = labelings.value.find((labeling) => isSameName(labeling.label, label))?.by ?? null
  if (by?.kind === 'user') return { person: by.login }
  const who = by === null ? 'GitHub does not tell who' : `${by.login}, which is no person,`
  return { fault: `${who} set the label ${label}, so it does not count: remove it, and set it yourself.` }
}

/** What stands behind the label's words on a line of the description that starts with them. Null when nothing does. */
function reasonIn(body: string, label: string): string | null {
  const key = `${label}:`.toLowerCase()
  // A comment that is never closed hides all that follows.
  const lines = body.replace(/<!--[^]*?(?:-->|$)/g, '').split('\n')
  const reasons = lines
    .map((line) => line.trim())
    .filter((line) => line.toLowerCase().startsWith(key))
    .map((line) => line.slice(key.length).trim())
  return reasons.find((reason) => /[\p{L}\p{N}]/u.test(reason))?.slice(0, longestReason) ?? null
}

const longestReason = 500

/** The same group, for no fewer paths, and with no further document that would do. */
const isAsStrict = (agreed: Group, proposed: Group): boolean =>
  proposed.name === agreed.name &&
  isWithin(proposed['when-changed'], agreed['when-changed']) &&
  isWithin(agreed.expects, proposed.expects)
