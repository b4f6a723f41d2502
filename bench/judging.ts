import { catalogue } from '#controls/catalogue.ts'
import { assess, type Finding } from '#engine/assess.ts'
import { nothingAsked } from '#facts/asked.ts'
import type {
  Account,
  Change,
  ChangedFile,
  ChangeFacts,
  Commit,
  OwnedPaths,
  Review,
  Team,
} from '#facts/change-facts.ts'
import { ownedPathsOf, parseCodeOwners } from '#facts/code-owners.ts'
import { known } from '#facts/fact.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import { median } from './scene.ts'

export interface Sizes {
  readonly files: number
  readonly commits: number
  readonly reviews: number
  readonly rules: number
}

export interface Judging {
  /** One assessment of a change by the whole catalogue, in milliseconds. */
  readonly catalogueMs: number
  /** By `independent-review` alone. */
  readonly reviewMs: number
  /** How many times as long `independent-review` takes when there is twice as much of one thing. */
  readonly growth: Readonly<Record<keyof Sizes, number>>
}

/** A very large change under a very large policy. GitHub lists no more commits than these. */
const sizes: Sizes = { files: 1_000, commits: 250, reviews: 100, rules: 20 }

/** How long the core takes to judge a very large change by a very large policy. */
export function measureJudging(): Judging {
  const review = catalogue.filter(({ id }) => id === 'independent-review')
  const growth = (name: keyof Sizes): number => {
    const [once = NaN, twice = NaN] = inTurn([
      judging(review, sizes),
      judging(review, { ...sizes, [name]: 2 * sizes[name] }),
    ])
    return twice / once
  }
  const [catalogueMs = NaN, reviewMs = NaN] = inTurn([judging(catalogue, sizes), judging(review, sizes)])
  return {
    catalogueMs,
    reviewMs,
    growth: {
      files: growth('files'),
      commits: growth('commits'),
      reviews: growth('reviews'),
      rules: growth('rules'),
    },
  }
}

function judging(controls: typeof catalogue, of: Sizes): () => void {
  const policy = policyWith(of.rules)
  const facts = factsOf(of)
  const judge = (): readonly Finding[] => assess({ catalogue: controls, facts, policy, kind: 'change' })
  demandThorough(judge())
  return judge
}

const runs = 100

/** The median of each, in milliseconds. One after the other, so that a busy moment of the machine slows them alike. */
function inTurn(measured: readonly (() => void)[]): readonly number[] {
  const took = measured.map((): number[] => [])
  for (let run = 0; run < warmUp + runs; run += 1) {
    for (const [index, act] of measured.entries()) {
      const startedAt = performance.now()
      act()
      if (run >= warmUp) took[index]?.push(performance.now() - startedAt)
    }
  }
  return took.map((times) => median(times))
}

/** Until the engine has compiled what runs often. */
const warmUp = 30

/** A change that fails its first rule would be judged quickly, and measure nothing. */
function demandThorough(findings: readonly Finding[]): void {
  const review = findings.find(({ control }) => control === 'independent-review')
  if (review?.outcome !== 'met') throw new Error(`The change to measure has to be met: ${JSON.stringify(review)}`)
}

/** Rules of every kind in turn: by paths, for a team, for code owners, distinct. */
function policyWith(rules: number): EffectivePolicy {
  const lines = Array.from({ length: rules }, (_, index) => {
    const when = `when: { paths: ["src/part-${index % parts}/**", "**/*.sql"], not-paths: ["**/*.md"] }`
    const from = [
      `from: { permission: write }`,
      `from: { teams: [acme/team-${index % teams}] }, distinct: true`,
      `from: { code-owners: true }`,
      `from: { teams: [acme/team-${(index + 1) % teams}, acme/team-${index % teams}] }`,
    ][index % 4]
    return `      - { name: rule ${index}, ${when}, approvals: 1, ${from ?? ''} }`
  })
  const text = ['mode: enforce', 'controls:', '  independent-review:', '    rules:', ...lines, ''].join('\n')
  const parsed = parsePolicy({ text, layer: 'organization', catalogue })
  if (!parsed.ok) throw new Error(`The policy cannot be read: ${JSON.stringify(parsed.faults)}`)
  const origin = {
    layer: 'organization',
    repository: 'acme/.github',
    path: 'countersign.yml',
    commitSha: sha(0),
  } as const
  const organization = { document: parsed.policy, origin }
  const target = { name: 'shop', topics: [], properties: {} }
  return resolvePolicy({ catalogue, organization, repository: null, target }).policy
}

const parts = 40
const teams = 10

function factsOf({ files, commits, reviews }: Sizes): ChangeFacts {
  const reviewers = Array.from({ length: reviews }, (_, index) => person(1_000 + index))
  const paths = Array.from({ length: files }, (_, index) => `src/part-${index % parts}/folder-${index % 7}/${index}.ts`)
  return {
    ...nothingAsked,
    change: known(change),
    commits: known(Array.from({ length: commits }, (_, index) => commitOf(index, commits))),
    reviews: known(reviewers.map(approvalBy)),
    pushes: known([{ before: null, after: headSha, by: person(1) }]),
    files: known(paths.map(fileAt)),
    checks: known([]),
    requiredChecks: known([]),
    labelings: known([]),
    codeOwners: known({ file: { path: 'CODEOWNERS', commitSha: sha(0) }, owned: ownersOf(paths) }),
    policyEdits: known([]),
    teams: known(Array.from({ length: teams }, (_, index) => teamOf(index, reviewers))),
    permissions: known(reviewers.map(({ id }) => ({ accountId: id, permission: known('write' as const) }))),
    organizationMembers: known(reviewers.map(({ id }) => id)),
    properties: known({}),
  }
}

const sha = (number: number): string => number.toString(16).padStart(40, '0')
const headSha = sha(1)

const person = (id: number): Account => ({ id, login: `person-${id}`, kind: 'user' })

const change: Change = {
  number: 1,
  url: 'https://github.com/acme/shop/pull/1',
  title: 'BUG-1 Move everything',
  body: 'For BUG-1.',
  state: 'open',
  draft: false,
  author: person(1),
  baseBranch: 'main',
  headBranch: 'BUG-1-move-everything',
  headSha,
  baseSha: sha(0),
  crossRepository: false,
  labels: [],
  openedAt: '2026-01-05T09:00:00Z',
  merge: null,
}

/** Newest first, a line of commits by twenty people. */
const commitOf = (index: number, count: number): Commit => ({
  sha: sha(index + 1),
  parents: [index + 1 === count ? sha(0) : sha(index + 2)],
  headline: `Move part ${index}`,
  mentions: [],
  authoredAt: '2026-01-05T08:00:00.000Z',
  authors: [{ name: 'Somebody', account: person(1 + (index % 20)) }],
  committer: null,
  verification: { verified: true, reason: 'valid' },
})

const approvalBy = (author: Account): Review => ({
  id: author.id,
  author,
  state: 'approved',
  commitSha: headSha,
  submittedAt: '2026-01-06T09:00:00Z',
  authorCanWrite: true,
  forBase: 'current',
})

const fileAt = (path: string): ChangedFile => ({
  path,
  status: 'modified',
  previousPath: null,
  additions: 10,
  deletions: 5,
})

const teamOf = (index: number, reviewers: readonly Account[]): Team => ({
  name: `acme/team-${index}`,
  members: known(reviewers.filter(({ id }) => id % teams === index).map(({ id }) => id)),
})

function ownersOf(paths: readonly string[]): readonly OwnedPaths[] {
  const lines = Array.from(
    { length: parts },
    (_, index) => `/src/part-${index}/ @acme/team-${index % teams} @person-1000`,
  )
  const parsed = parseCodeOwners(lines.join('\n'))
  const owned = parsed.known ? ownedPathsOf(parsed.value, paths) : parsed
  return owned.known ? owned.value : []
}
