import type { ChangedFile, Commit, RequiredCheck } from '#facts/change-facts.ts'
import { compileTextPattern, fitsSomePath } from '#facts/path-pattern.ts'
import { type PinnedCheck, repositoryOf, standingOfCheck } from '#facts/pinned-check.ts'
import { signaturesOf } from '#facts/signatures.ts'
import { compares, readComparison } from './comparison.ts'
import type { Condition } from './condition-schema.ts'
import type { Contributors } from './contributors.ts'
import { type AppName, isAmong, type People } from './people.ts'
import type { Sight } from './sight.ts'
import { touchedPathsFit } from './touched-paths.ts'
import { hiddenBy, holdsForEvery, holdsForSome, no, notSeen, opposite, type Truth, yes } from './truth.ts'

export interface Conditions {
  readonly sight: Sight
  readonly contributors: Contributors
}

/**
 * Whether a condition is so: yes, no, or not to be seen.
 *
 * What one look at the change tells stands first: where that already says no, no team and no property is asked for.
 */
export function holds(condition: Condition, about: Conditions): Truth {
  return holdsForEvery(claims, (claim) => claim(condition, about))
}

type Claim = (condition: Condition, about: Conditions) => Truth

const claims: readonly Claim[] = [
  (wanted, { sight }) => branchFits(wanted['base-branches'], sight.change.baseBranch),
  (wanted, { sight }) => branchFits(wanted['head-branches'], sight.change.headBranch),
  (wanted, { sight }) => textFits(wanted.title, sight.change.title),
  ({ labels }, { sight }) => told(labels === undefined || carriesLabel(labels, sight.change.labels)),
  ({ signed }, { sight }) => told(signed === undefined || areAllSigned(sight) === signed),
  (wanted, { sight }) => counts(wanted['files-changed'], sight, (files) => files.length),
  (wanted, { sight }) => countsLines(wanted['lines-changed'], sight),
  (wanted, about) => areOnlyApps(wanted['authored-by-apps'], about),
  (wanted, { sight }) => touchedPathsFit(wanted, sight.files),
  (wanted, { sight }) => holdsForEvery(wanted['checks-passed'] ?? [], (check) => hasPassed(check, sight)),
  ({ all = [] }, about) => holdsForEvery(all, (inner) => holds(inner, about)),
  ({ any }, about) => (any === undefined ? yes : holdsForSome(any, (inner) => holds(inner, about))),
  ({ not }, about) => (not === undefined ? yes : opposite(holds(not, about))),
  ({ authors }, { sight }) => isOpenedBy(authors, sight),
  (wanted, about) => areOnly(wanted['only-contributors'], about),
  (wanted, { sight }) => havePropertyValues(wanted['custom-properties'], sight),
]

const told = (isSo: unknown): Truth => (isSo === true ? yes : no)

/** As paths do: a star stays within one part between slashes, as it does in GitHub's own rules for branches. */
const branchFits = (patterns: readonly string[] | undefined, branch: string): Truth =>
  told(patterns === undefined || fitsSomePath(patterns)(branch))

function textFits(patterns: readonly string[] | undefined, text: string): Truth {
  if (patterns === undefined) return yes
  return told(
    patterns.map((pattern) => compileTextPattern(pattern)).some((compiled) => compiled.ok && compiled.matches(text)),
  )
}

function carriesLabel(wanted: readonly string[], carried: readonly string[]): boolean {
  const names = new Set(carried.map((label) => label.toLowerCase()))
  return wanted.some((label) => names.has(label.toLowerCase()))
}

const areAllSigned = ({ commits }: Sight): boolean =>
  commits.length > 0 && commits.every(({ verification }) => verification.verified)

function counts(
  written: string | undefined,
  { files }: Sight,
  count: (files: readonly ChangedFile[]) => number,
): Truth {
  if (written === undefined) return yes
  if (!files.known) return notSeen(`files: ${files.why}`)
  const comparison = readComparison(written)
  return told(comparison !== null && compares(count(files.value), comparison))
}

/** What nobody has counted is never few. */
function countsLines(written: string | undefined, sight: Sight): Truth {
  const sign = readComparison(written ?? '')?.sign
  const asksForFew = sign === '<' || sign === '<=' || sign === '='
  if (asksForFew && sight.files.known && sight.files.value.some(lacksCount)) return no
  return counts(written, sight, linesIn)
}

/** As binary files do and those whose mode alone changed, but a file that was only moved or removed needs none. */
const lacksCount = ({ additions, deletions, status }: ChangedFile): boolean =>
  additions + deletions === 0 && status !== 'renamed' && status !== 'removed'

const linesIn = (files: readonly ChangedFile[]): number =>
  files.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0)

function hasPassed(check: PinnedCheck, sight: Sight): Truth {
  const { checks, requiredChecks, files, change } = sight
  if (typeof check === 'string' && requiredChecks.known && !isPinned(check, requiredChecks.value)) return no
  const seen = { checks, requiredChecks, files, repository: repositoryOf(change.url), accepts: [] }
  const { outcome, because } = standingOfCheck(check, { ...seen, editedWorkflows: 'refuse' })
  return outcome === 'unseen' ? notSeen(because.replace(/\.$/, '')) : told(outcome === 'passed')
}

/** What no rule pins to an app, anybody who may write can report: it takes no approval away. */
const isPinned = (check: string, rules: readonly RequiredCheck[]): boolean =>
  rules.some(({ name, appId }) => name === check && appId !== null)

function isOpenedBy(authors: People | undefined, sight: Sight): Truth {
  if (authors === undefined) return yes
  const { author } = sight.change
  return author === null ? no : isAmong(author, authors, sight)
}

function areOnlyApps(apps: readonly AppName[] | undefined, about: Conditions): Truth {
  return apps === undefined ? yes : areOnly({ apps: [...apps] }, about)
}

/** Nobody else, and nobody whom we could not name: a commit without an account, a deleted author, a push not told of. */
function areOnly(wanted: People | undefined, { sight, contributors }: Conditions): Truth {
  if (wanted === undefined) return yes
  if (sight.change.author === null || sight.commits.some(isBySomebodyUnknown)) return no
  const all = holdsForEvery(contributors.byId.values(), ({ account, did, unseen }): Truth => {
    const among = isAmong(account, wanted, sight)
    return among.is === 'no' && did.length === 0 ? { is: 'unseen', unseen } : among
  })
  return all.is === 'yes' && !contributors.arePushesKnown ? notSeen('not every push to the branch was told to us') : all
}

/** Anybody can type the e-mail of an app into a commit: that it was the app takes a signature that GitHub verified. */
const isBySomebodyUnknown = (commit: Commit): boolean =>
  signaturesOf(commit).some(
    ({ account }) => account === null || (account.kind === 'bot' && !commit.verification.verified),
  )

function havePropertyValues(wanted: Condition['custom-properties'], { properties }: Sight): Truth {
  if (wanted === undefined) return yes
  if (!properties.known) {
    return hiddenBy(properties.why, { what: 'custom properties', ask: { wants: ['properties'] } })
  }
  const values = new Map(Object.entries(properties.value))
  return told(
    Object.entries(wanted).every(([name, fitting]) => {
      const value = values.get(name) ?? []
      return (typeof value === 'string' ? [value] : value).some((one) => fitting.includes(one))
    }),
  )
}
