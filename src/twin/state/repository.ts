import type { Account } from './account.ts'
import type { ClassicProtection, ProtectionOptions, Ruleset, RulesetOptions } from './branch-rules.ts'
import { applyToRuleset, makeProtection, makeRuleset } from './branch-rules.ts'
import { type CheckRun, Checks } from './checks.ts'
import { type Commit, CommitGraph, noCommit } from './commit-graph.ts'
import { type CommitStatus, makeStatus, type StatusOptions } from './commit-status.ts'
import type { Changes } from './happening.ts'
import { nodeIdOf } from './ids.ts'
import { type Issue, type IssueOptions, openIssue } from './issue.ts'
import { type Label, makeLabel } from './label.ts'
import { MergeQueue } from './merge-queue.ts'
import type { Organization } from './organization.ts'
import { atLeast, olderNames, type Permission, strongest } from './permission.ts'
import { type OpenOptions, openPullRequest, type PullRequest } from './pull-request.ts'
import { type Activity, announcePush } from './push.ts'
import type { WorkflowOptions } from './workflow-run.ts'
import type { World } from './world.ts'
import { type CommitOptions, type PushOptions, writeCommit, writeFirstCommit } from './write-commit.ts'

export interface RepositoryOptions {
  readonly private?: boolean
  readonly topics?: readonly string[]
  /** Default `main`. */
  readonly defaultBranch?: string
  /** The first commit's files. Default: a README. */
  readonly files?: Readonly<Record<string, string>>
}

export interface ExternalCheck {
  readonly sha: string
  readonly name: string
  /** Default: GitHub Actions. */
  readonly app?: string
  readonly conclusion: string | null
  readonly workflow?: WorkflowOptions
}

interface Origin {
  readonly world: World
  readonly owner: Account
  readonly name: string
  readonly parent?: Repository
}

/** A repository: its commits and branches, pull requests, checks, rules and who may do what. */
export class Repository {
  readonly world: World
  readonly id: number
  readonly nodeId: string
  readonly owner: Account
  name: string
  private: boolean
  archived = false
  topics: readonly string[]
  defaultBranch: string
  /** The repository this is a fork of. */
  readonly parent: Repository | null
  readonly graph: CommitGraph
  /** Head commit by branch name. */
  readonly branches = new Map<string, string>()
  readonly pulls = new Map<number, PullRequest>()
  /** By number, those too that were transferred or deleted. */
  readonly issues = new Map<number, Issue>()
  readonly labels = new Map<string, Label>()
  /** Custom properties. */
  readonly properties = new Map<string, string | readonly string[] | null>()
  readonly protections = new Map<string, ClassicProtection>()
  readonly rulesets: Ruleset[] = []
  readonly collaborators = new Map<Account, Permission>()
  readonly checks: Checks
  readonly mergeQueue: MergeQueue
  readonly activities: Activity[] = []
  readonly createdAt: Date
  pushedAt: Date
  readonly #statuses = new Map<string, CommitStatus[]>()
  readonly #forks: Repository[] = []
  #lastNumber = 0

  constructor({ world, owner, name, parent }: Origin, options: RepositoryOptions) {
    this.world = world
    this.id = world.ids.next()
    this.nodeId = nodeIdOf('R', this.id)
    this.owner = owner
    this.name = name
    this.private = options.private ?? false
    this.topics = options.topics ?? []
    this.defaultBranch = options.defaultBranch ?? 'main'
    this.parent = parent ?? null
    this.createdAt = world.now()
    this.pushedAt = this.createdAt
    this.checks = new Checks(this)
    this.mergeQueue = new MergeQueue(this)
    this.graph = parent?.graph ?? new CommitGraph()
    world.addRepository(this)
    if (parent) {
      for (const [branch, sha] of parent.branches) this.branches.set(branch, sha)
    } else {
      const files = options.files ?? { 'README.md': `# ${name}\n` }
      this.branches.set(this.defaultBranch, writeFirstCommit(this, files).sha)
    }
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`
  }

  /** The organization that owns it; undefined for a person's fork. */
  get organization(): Organization | undefined {
    return this.world.organizations.find(({ account }) => account === this.owner)
  }

  /** Who stands for the owner where nobody is named. */
  get keeper(): Account {
    return this.organization?.owner ?? this.owner
  }

  get rulesetsInForce(): readonly Ruleset[] {
    return [...(this.organization?.rulesets ?? []), ...this.rulesets]
  }

  /** The next number of an issue or pull request. */
  nextNumber(): number {
    this.#lastNumber += 1
    return this.#lastNumber
  }

  head(branch: string): string {
    const sha = this.branches.get(branch)
    if (sha === undefined) throw new Error(`${this.fullName} has no branch ${branch}. Make it with branch().`)
    return sha
  }

  branchAt(sha: string): string | null {
    return [...this.branches].find(([, head]) => head === sha)?.[0] ?? null
  }

  /** The commit a branch name, `HEAD` or sha leads to; a short sha when it leads to one only. */
  resolve(reference: string): Commit | undefined {
    const [, start, generations] = /^(.+)~(\d+)$/.exec(reference) ?? []
    if (start !== undefined) return this.#ancestor(this.resolve(start), Number(generations))
    const name = reference.replace(/^refs\/heads\/|^heads\//, '')
    const sha = this.branches.get(name === 'HEAD' ? this.defaultBranch : name)
    return this.graph.find(sha ?? reference) ?? this.graph.findShort(reference)
  }

  /** By first parents, as Git's `~` counts. */
  #ancestor(commit: Commit | undefined, generations: number): Commit | undefined {
    if (commit === undefined || generations === 0) return commit
    return this.#ancestor(this.graph.find(commit.parents[0] ?? ''), generations - 1)
  }

  /** Adds a commit to a branch without telling anyone: for laying out history. */
  commit(options: CommitOptions): Commit {
    const commit = writeCommit(this, options, this.keeper)
    this.branches.set(options.branch, commit.sha)
    return commit
  }

  /** Makes a branch at another branch or commit (default: the default branch) without telling anyone. */
  branch(name: string, from: string = this.defaultBranch): string {
    const commit = this.resolve(from)
    if (!commit) throw new Error(`${this.fullName} has no branch or commit ${from} to branch from.`)
    this.branches.set(name, commit.sha)
    return commit.sha
  }

  /** Commits and pushes: sends `push`, and `pull_request.synchronize` for each open pull request with this head. */
  push(options: PushOptions): Commit {
    const commit = writeCommit(this, options, options.by)
    this.move(options.branch, commit.sha, options.by)
    return commit
  }

  /** Pushes a branch to a commit that exists, forced when that leaves commits behind. */
  move(branch: string, to: string, by: Account): void {
    const before = this.branches.get(branch) ?? noCommit
    const forced = before !== noCommit && !this.graph.ancestors(to).has(before)
    this.branches.set(branch, to)
    announcePush({ repository: this, branch, before, after: to, forced, by })
  }

  /** Rewrites a branch with one commit on top of another commit, as after an amend or rebase. */
  forcePush({ onto, ...options }: PushOptions & { readonly onto: string }): Commit {
    const parent = this.resolve(onto)
    if (!parent) throw new Error(`${this.fullName} has no branch or commit ${onto} to rewrite onto.`)
    const before = this.head(options.branch)
    this.branches.set(options.branch, parent.sha)
    const commit = writeCommit(this, options, options.by)
    this.branches.set(options.branch, before)
    this.move(options.branch, commit.sha, options.by)
    return commit
  }

  /** Deletes a branch; open pull requests from or into it are closed, or follow it into where it was merged. */
  deleteBranch(branch: string, by: Account): void {
    const before = this.head(branch)
    this.branches.delete(branch)
    announcePush({ repository: this, branch, before, after: noCommit, forced: false, by })
    const orphaned = this.family
      .flatMap(({ pulls }) => [...pulls.values()])
      .filter((pull) => pull.state === 'open' && (pull.isFrom(this, branch) || pull.isInto(this, branch)))
    const mergedInto = [...this.pulls.values()].findLast((pull) => pull.merged && pull.isFrom(this, branch))?.baseBranch
    for (const pull of orphaned) {
      if (mergedInto !== undefined && pull.isInto(this, branch)) pull.followBase(mergedInto, by)
      else pull.close(by)
    }
  }

  /** Renames a branch as GitHub does: pull requests into it follow, and pull requests from it are closed. */
  renameBranch(from: string, to: string, by: Account): void {
    this.move(to, this.head(from), by)
    if (this.defaultBranch === from) this.defaultBranch = to
    for (const pull of this.pulls.values()) {
      if (pull.state === 'open' && pull.isInto(this, from)) pull.edit({ base: to }, by)
    }
    this.deleteBranch(from, by)
  }

  openPullRequest(options: OpenOptions): PullRequest {
    return openPullRequest(this, options)
  }

  openIssue(options: IssueOptions): Issue {
    return openIssue(this, options)
  }

  /** A fork in another account's name, sharing all history so far. */
  fork(owner: Account): Repository {
    const fork = new Repository({ world: this.world, owner, name: this.name, parent: this }, { private: this.private })
    fork.defaultBranch = this.defaultBranch
    this.#forks.push(fork)
    return fork
  }

  /** This repository and its forks: where open pull requests may have this head. */
  get family(): readonly Repository[] {
    const root = this.parent ?? this
    return [root, ...root.#forks]
  }

  /** Sends `repository.renamed`; the old name keeps leading here. */
  rename(name: string): void {
    const changes = { repository: { name: { from: this.name } } }
    this.name = name
    this.world.noteRename(this)
    this.world.announce({ event: 'repository', action: 'renamed', repository: this, changes, sender: this.keeper })
  }

  archive(): void {
    this.archived = true
    this.world.announce({ event: 'repository', action: 'archived', repository: this, sender: this.keeper })
  }

  /** Gives a person a role of their own in this repository, or another one; sends `member.added` or `member.edited`. */
  grant(member: Account, permission: Permission): void {
    const before = this.collaborators.get(member)
    this.collaborators.set(member, permission)
    const to = olderNames[permission]
    const changes = before === undefined ? { permission: { to } } : { permission: { from: olderNames[before], to } }
    this.#announceMember(before === undefined ? 'added' : 'edited', member, { changes })
  }

  /** Takes a person's own role away; sends `member.removed`. */
  revoke(member: Account): void {
    if (this.collaborators.delete(member)) this.#announceMember('removed', member)
  }

  #announceMember(action: string, member: Account, extras: { readonly changes?: Changes } = {}): void {
    this.world.announce({ event: 'member', action, repository: this, member, ...extras, sender: this.keeper })
  }

  permissionOf(account: Account): Permission {
    if (account.deleted) return 'none'
    if (account === this.owner) return 'admin'
    const role = this.organization?.members.get(account)
    if (role === 'owner') return 'admin'
    const teams = (this.organization?.teams ?? []).filter((team) => team.allMembers.includes(account))
    return strongest([
      this.private ? 'none' : 'read',
      role === 'member' ? (this.organization?.basePermission ?? 'none') : 'none',
      this.collaborators.get(account) ?? 'none',
      ...teams.map((team) => team.grants.get(this) ?? 'none'),
    ])
  }

  canWrite(account: Account): boolean {
    return atLeast(this.permissionOf(account), 'write')
  }

  /** Classic protection of a branch, or of those a pattern names. */
  protect(pattern: string, options: ProtectionOptions = {}): ClassicProtection {
    const former = this.protections.get(pattern)
    const action = former ? 'edited' : 'created'
    const protection = makeProtection(this, pattern, options)
    this.protections.set(pattern, protection)
    this.world.nodes.set(protection.nodeId, protection)
    const sender = this.keeper
    const event = 'branch_protection_rule'
    this.world.announce({ event, action, repository: this, protection, ...(former && { former }), sender })
    return protection
  }

  unprotect(pattern: string): void {
    const protection = this.protections.get(pattern)
    if (!protection) return
    this.protections.delete(pattern)
    const sender = this.keeper
    this.world.announce({ event: 'branch_protection_rule', action: 'deleted', repository: this, protection, sender })
  }

  ruleset(options: RulesetOptions): Ruleset {
    const ruleset = makeRuleset(this, options)
    this.rulesets.push(ruleset)
    const sender = this.keeper
    this.world.announce({ event: 'repository_ruleset', action: 'created', ruleset, repository: this, sender })
    return ruleset
  }

  /** Changes what the options name; sends `repository_ruleset.edited`. */
  editRuleset(ruleset: Ruleset, options: RulesetOptions): void {
    const changes = applyToRuleset(ruleset, options)
    const sender = this.keeper
    this.world.announce({ event: 'repository_ruleset', action: 'edited', ruleset, repository: this, changes, sender })
  }

  removeRuleset(ruleset: Ruleset): void {
    this.rulesets.splice(this.rulesets.indexOf(ruleset), 1)
    const sender = this.keeper
    this.world.announce({ event: 'repository_ruleset', action: 'deleted', ruleset, repository: this, sender })
  }

  checkRuns(sha: string): readonly CheckRun[] {
    return this.checks.runsOf(sha)
  }

  /** A check of another app, by its slug; with a workflow, of GitHub Actions. It runs still without a conclusion. */
  externalCheck({ sha, app = 'github-actions', conclusion, ...run }: ExternalCheck): CheckRun {
    const state = conclusion === null ? { status: 'in_progress' as const } : { conclusion }
    return this.checks.create(sha, this.world.otherApp(app), { ...run, ...state })
  }

  /** A status set by somebody who can write; sends `status`. */
  externalStatus(status: StatusOptions): CommitStatus {
    const made = makeStatus(this, status)
    this.#statuses.set(status.sha, [...this.statusesOf(status.sha), made])
    this.world.announce({ event: 'status', action: null, status: made, sender: made.creator })
    return made
  }

  /** Oldest first; a context may come more than once. */
  statusesOf(sha: string): readonly CommitStatus[] {
    return this.#statuses.get(sha) ?? []
  }

  /** The label of this name, made on first use. */
  label(name: string): Label {
    const known = this.labels.get(name)
    if (known) return known
    const label = makeLabel(this.world, name)
    this.labels.set(name, label)
    return label
  }
}
