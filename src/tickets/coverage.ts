import type { Change, Commit } from '#facts/change-facts.ts'
import { commitsAre, fewOf, shortSha } from '#facts/wording.ts'
import { amend } from './commands.ts'
import { isCrowded, isList, listsAreNone, namesOf } from './crowded.ts'
import type { Place, TicketSettings } from './settings.ts'
import { keysInCommit, rulesOf } from './naming.ts'

/** How many of a change's commits name its ticket; merge commits are not counted, since git words them. */
export interface Coverage {
  /** Without those that are untold. */
  readonly commits: number
  readonly carrying: number
  readonly lacking: readonly Commit[]
  /** They mention so much that nobody can tell, and what counts of them does not name it. */
  readonly untold: readonly Commit[]
}

export function coverageOf(key: string, commits: readonly Commit[], settings: TicketSettings): Coverage {
  const rules = rulesOf(settings)
  const counted = commits.filter(({ parents }) => parents.length < 2)
  const without = counted.filter((commit) => !keysInCommit(commit, rules).includes(key))
  const untold = without.filter((commit) => isCrowded(commit))
  const lacking = without.filter((commit) => !isCrowded(commit))
  return { commits: counted.length - untold.length, carrying: counted.length - without.length, lacking, untold }
}

/** Empty where there is nothing to tell: all of them name it, or none, which the figures tell. */
export function coverageNote({ commits, carrying, untold }: Coverage, places: readonly Place[]): readonly string[] {
  const leftOut = untold.length === 0 ? [] : [leftOutNote(untold)]
  if (carrying === 0 || carrying === commits) return leftOut
  const too = places.includes('commits') ? '' : ' too'
  return [`${carrying} of ${commits} commits ${carrying === 1 ? 'names' : 'name'} it${too}.`, ...leftOut]
}

interface Fault {
  readonly because: readonly string[]
  readonly fix: readonly string[]
}

/** What is wrong where the policy wants the key in every commit, and how to mend it; null when nothing is. */
export function coverageFault(key: string, coverage: Coverage, change: Change): Fault | null {
  const { lacking, untold } = coverage
  const faulty = [...lacking, ...untold]
  const [only] = faulty
  if (only === undefined) return null
  const because = [...lackingNote(key, coverage), ...untoldNote(key, untold)]
  if (change.state !== 'open') return { because, fix: [] }
  if (faulty.length === 1 && only.sha === change.headSha && !isList(only.headline)) {
    const amends = `This adds ${key} to its message, and does nothing where your branch is at another commit.`
    return { because: [...because, amends], fix: amend(change, key) }
  }
  const them = faulty.length === 1 ? 'it' : 'them'
  const reword = `Reword ${them} to name it, with git rebase -i and "reword", then git push --force-with-lease.`
  return { because: [...because, reword], fix: [] }
}

function lackingNote(key: string, { commits, lacking }: Coverage): readonly string[] {
  if (lacking.length === 0) return []
  const which = fewOf(
    lacking.map(({ sha }) => shortSha(sha)),
    'and',
  )
  const verb = lacking.length === 1 ? 'does' : 'do'
  return [`${lacking.length} of ${commits} ${commits === 1 ? 'commit' : 'commits'} ${verb} not name ${key}: ${which}.`]
}

function untoldNote(key: string, untold: readonly Commit[]): readonly string[] {
  if (untold.length === 0) return []
  return [`${key} is not in what counts of ${namesOf(untold)}: ${listsAreNone}.`]
}

function leftOutNote(untold: readonly Commit[]): string {
  const are = commitsAre(untold.map(({ sha }) => sha))
  return `${are} not among the commits counted: ${listsAreNone}, and the rest does not name it.`
}
