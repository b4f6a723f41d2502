import type { Stage } from './stage.ts'

/** One thing that somebody does, and what Countersign then says about it. */
export interface Step {
  /** A sentence in the present tense. */
  readonly title: string
  /** Why it comes out that way, for somebody who sees it for the first time. */
  readonly moral: string
  readonly act: (stage: Stage) => void | Promise<void>
  readonly expect: Expectation
}

export type Expectation =
  | {
      readonly shows: 'check'
      readonly is: 'success' | 'failure' | 'in_progress'
      /** Each must be found in the check's title or summary. */
      readonly says: readonly RegExp[]
    }
  | { readonly shows: 'comment'; readonly says: readonly RegExp[] }

/** What happens on a working day at acme, and what is said about it. */
export const story: readonly Step[] = [
  {
    title: 'ana opens a pull request from a branch that names no ticket',
    moral: 'The check fails at once and gives the commands that mend it.',
    act: (stage) => {
      const { ana, ben } = stage.people
      stage.shop.branch('fix-broken-dropdown')
      stage.shop.push({
        branch: 'fix-broken-dropdown',
        by: ana,
        coAuthors: [ben],
        message: 'Close the dropdown when it loses focus',
        files: { 'src/dropdown.js': 'export const close = () => true\n' },
      })
      stage.open({ head: 'fix-broken-dropdown', title: 'Fix the broken dropdown', by: ana })
    },
    expect: { shows: 'check', is: 'failure', says: [/ticket/i, /git branch -m/] },
  },
  {
    title: 'ana renames the branch as the check told her, but swaps two digits of the ticket’s number',
    moral: 'It looks like a ticket, and Jira has none of that number: that Jira was asked makes the difference.',
    act: (stage) => {
      const { ana } = stage.people
      stage.pull.close(ana)
      stage.shop.branch('BUG-543-fix-broken-dropdown', 'fix-broken-dropdown')
      stage.open({ head: 'BUG-543-fix-broken-dropdown', title: 'Fix the broken dropdown', by: ana })
    },
    expect: { shows: 'check', is: 'failure', says: [/Jira has no BUG-543, or hides it from Countersign/] },
  },
  {
    title: 'ana opens the pull request from a branch with the right number',
    moral:
      'Jira has the ticket; it is in progress, and older than the work. What is missing now is somebody else’s eyes: that is ' +
      'waiting, not failing.',
    act: (stage) => {
      const { ana } = stage.people
      stage.pull.close(ana)
      stage.shop.branch('BUG-453-fix-broken-dropdown', 'fix-broken-dropdown')
      stage.open({ head: 'BUG-453-fix-broken-dropdown', title: 'Fix the broken dropdown', by: ana })
    },
    expect: {
      shows: 'check',
      is: 'in_progress',
      says: [/carries BUG-453/, /Jira has it: Bug, In Progress/, /Waiting for 1 approval/],
    },
  },
  {
    title: 'ben approves; he is a co-author of the commit',
    moral: 'He had a hand in it, so his approval does not count, and the check says why.',
    act: (stage) => {
      stage.pull.review({ by: stage.people.ben, state: 'approve' })
    },
    expect: { shows: 'check', is: 'in_progress', says: [/Waiting for 1 approval/, /ben.*(wrote|commit)/i] },
  },
  {
    title: 'cleo, who wrote none of it, approves',
    moral: 'Four eyes: the check is green.',
    act: (stage) => {
      stage.pull.review({ by: stage.people.cleo, state: 'approve' })
    },
    expect: { shows: 'check', is: 'success', says: [/cleo/] },
  },
  {
    title: 'main moves on, and ana rebases her branch onto it',
    moral:
      'Another commit, the same difference from main: what cleo approved is what would be merged, so it still counts.',
    act: (stage) => {
      const { ana, ben, dora } = stage.people
      stage.shop.push({ branch: 'main', by: dora, message: 'Say how to run it', files: { 'README.md': '# Shop\n' } })
      stage.shop.forcePush({
        branch: 'BUG-453-fix-broken-dropdown',
        onto: 'main',
        by: ana,
        coAuthors: [ben],
        message: 'Close the dropdown when it loses focus',
        files: { 'src/dropdown.js': 'export const close = () => true\n' },
      })
    },
    expect: { shows: 'check', is: 'success', says: [/cleo approved .* same/] },
  },
  {
    title: 'ana pushes one more commit after the approval',
    moral: 'Nobody has looked at that commit: the new head waits for a review.',
    act: (stage) => {
      stage.shop.push({
        branch: 'BUG-453-fix-broken-dropdown',
        by: stage.people.ana,
        message: 'Also close it on Escape',
        files: { 'src/dropdown.js': 'export const close = (key) => key === "Escape"\n' },
      })
    },
    expect: { shows: 'check', is: 'in_progress', says: [/Waiting for 1 approval/, /cleo.*earlier version/i] },
  },
  {
    title: 'cleo looks again, approves, and ana merges',
    moral: 'One comment becomes the record of the change, for whoever asks a year from now.',
    act: (stage) => {
      stage.pull.review({ by: stage.people.cleo, state: 'approve' })
      stage.afterwards((pull) => pull.merge({ by: stage.people.ana }))
    },
    expect: { shows: 'comment', says: [/BUG-453/, /cleo/, /ana/, /ledger/i] },
  },
  {
    title: 'Jira goes down; ben opens a pull request for BUG-457, and cleo approves it',
    moral:
      'That Jira does not answer is no fault of his, and says nothing about the ticket. It may pass for now, as the policy ' +
      'has it, and the check says so.',
    act: (stage) => {
      const { ben, cleo } = stage.people
      stage.jira.faults.add({ status: 503 })
      stage.shop.branch('BUG-457-round-once')
      stage.shop.push({
        branch: 'BUG-457-round-once',
        by: ben,
        message: 'Round once, at the end',
        files: { 'src/price.js': 'export const rounded = (price) => Math.round(price)\n' },
      })
      stage.open({ head: 'BUG-457-round-once', title: 'Round once', by: ben })
      stage.afterwards((pull) => pull.review({ by: cleo, state: 'approve' }))
    },
    expect: {
      shows: 'check',
      is: 'success',
      says: [/BUG-457 could not be looked up: Jira/, /judged again when Jira answers/],
    },
  },
  {
    title: 'Jira answers again, and nobody does anything',
    moral:
      'Within half a minute (for which the demo puts the clock on) the ticket is read again and the change judged again. ' +
      'Both findings are in the ledger.',
    act: async (stage) => {
      stage.jira.faults.clear()
      await stage.letHalfAMinutePass()
    },
    expect: { shows: 'check', is: 'success', says: [/^3 controls are met$/m, /Jira has it: Bug, To Do/] },
  },
  {
    title: 'dora proposes a repository policy with a slip in it',
    moral: 'A policy is checked before it is merged: the fault is named with its line and a suggestion.',
    act: (stage) => {
      const { dora } = stage.people
      stage.shop.branch('BUG-460-stricter-reviews')
      stage.shop.push({
        branch: 'BUG-460-stricter-reviews',
        by: dora,
        message: 'Ask for two approvals',
        files: { '.github/countersign.yml': 'version: 1\ncontrols:\n  independant-review:\n    mode: enforce\n' },
      })
      stage.open({ head: 'BUG-460-stricter-reviews', title: 'Ask for two approvals', by: dora })
    },
    expect: { shows: 'check', is: 'failure', says: [/independant-review/, /independent-review/, /line 3/i] },
  },
  {
    title: 'dora mends the slip',
    moral: 'The policy is sound. It judges nothing yet: only what is merged to the base branch does.',
    act: (stage) => {
      stage.shop.push({
        branch: 'BUG-460-stricter-reviews',
        by: stage.people.dora,
        message: 'Spell it right',
        files: {
          '.github/countersign.yml':
            'version: 1\ncontrols:\n  independent-review:\n    rules:\n      - { name: every change, approvals: 2 }\n',
        },
      })
    },
    expect: { shows: 'check', is: 'in_progress', says: [/Waiting for 1 approval/, /policy/i] },
  },
]
