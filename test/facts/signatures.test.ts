import { describe, expect, test } from '@jest/globals'
import type { Commit, Signature } from '#facts/change-facts.ts'
import { signaturesOf, unattributed } from '#facts/signatures.ts'
import { ana, commitBy, signed } from '../controls/sample-change.ts'

const jane: Signature = { name: 'Jane Doe', account: null }
const machine: Signature = { name: 'builder', account: null }
const commit = (sha: string, authors: readonly Signature[], committer: Signature | null = null): Commit => ({
  ...commitBy(ana),
  sha,
  authors,
  committer,
})

test('a commit carries the names of its author, its co-authors and its committer', () => {
  expect(signaturesOf(commit('abc1234', [signed(ana), jane], machine))).toEqual([signed(ana), jane, machine])
})

test('GitHub itself is no committer', () => {
  expect(signaturesOf(commit('abc1234', [jane]))).toEqual([jane])
})

describe('names that belong to no account', () => {
  const byJane = 'signed "Jane Doe", whose e-mail belongs to no GitHub account'

  test.each<[when: string, commits: readonly Commit[], clauses: readonly string[]]>([
    ['are none when every name belongs to one', [commit('abc1234', [signed(ana)])], []],
    ['are told once for author and committer', [commit('abc1234', [jane], jane)], [`Commit abc1234 is ${byJane}`]],
    [
      'are told once for several commits, in the order of their shas',
      [commit('def5678', [jane]), commit('abc1234', [signed(ana), jane])],
      [`Commits abc1234 and def5678 are ${byJane}`],
    ],
    [
      'are told one by one, in the order of the names',
      [commit('abc1234', [machine]), commit('def5678', [signed(ana)], jane)],
      [`Commit def5678 is ${byJane}`, 'Commit abc1234 is signed "builder", whose e-mail belongs to no GitHub account'],
    ],
  ])('%s', (_when, commits, clauses) => {
    expect(unattributed(commits)).toEqual(clauses)
  })
})
