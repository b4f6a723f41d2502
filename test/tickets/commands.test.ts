import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Change } from '#facts/change-facts.ts'
import { amend, reopen, retitle } from '#tickets/commands.ts'
import { change } from '../controls/sample-change.ts'
import { type Desk, openDesk } from './pasted.ts'

let desk: Desk

beforeEach(() => {
  desk = openDesk()
})
afterEach(() => {
  desk.clear()
})

const onDesk = (more: Partial<Change> = {}): Change => ({ ...change, headBranch: 'fix', headSha: desk.head, ...more })

/** What somebody may have been doing when they paste. */
const states: readonly (readonly [when: string, prepare: () => void])[] = [
  ['on the branch', () => undefined],
  ['on another branch', () => desk.git('switch', '--quiet', 'main')],
  ['on no branch', () => desk.git('switch', '--quiet', '--detach', 'main')],
  ['without the branch', () => without()],
  ['without the commit', () => forgetCommit()],
]

function without(): void {
  desk.git('switch', '--quiet', 'main')
  desk.git('branch', '--quiet', '-D', 'fix')
}

function forgetCommit(): void {
  without()
  desk.git('update-ref', '-d', 'refs/remotes/origin/fix')
  desk.git('reflog', 'expire', '--expire=now', '--all')
  desk.git('gc', '--quiet', '--prune=now')
}

/** A change to a file that the branch would change as well, so that git refuses to switch to it. */
function dirtyOnMain(): void {
  desk.git('switch', '--quiet', 'main')
  desk.write('page', 'three\n')
}

function takeTheName(): void {
  desk.elsewhere('commit', '--quiet', '--allow-empty', '-m', 'Theirs')
  desk.elsewhere('push', '--quiet', 'origin', 'HEAD:BUG-453-fix')
}

const pushElsewhere = (): void => {
  desk.elsewhere('switch', '--quiet', 'fix')
  desk.elsewhere('commit', '--quiet', '--allow-empty', '-m', 'More')
  desk.elsewhere('push', '--quiet', 'origin', 'fix')
}

describe('the commands that amend, pasted', () => {
  const amending = (more: Partial<Change> = {}) => amend(onDesk(more), 'BUG-453')

  test.each(states)('%s, rewrite the one commit and nothing else', (_when, prepare) => {
    prepare()
    const before = desk.branches()
    expect(desk.paste(amending()).succeeded).toBe(true)
    const { fix = '', ...others } = desk.branches()
    expect(others).toEqual({ main: before['main'] })
    desk.git('fetch', '--quiet', 'origin')
    expect(desk.git('log', '-1', '--format=%B', fix)).toBe('BUG-453: Mend the page\n\nIt was $(broken).')
    expect(desk.git('rev-parse', `${fix}^`)).toBe(before['main'])
    expect(desk.git('diff', desk.head, fix)).toBe('')
  })

  test('leave what is not committed where it is', () => {
    desk.write('page', 'three\n')
    desk.write('new', 'new\n')
    desk.git('add', 'new')
    expect(desk.paste(amending()).succeeded).toBe(true)
    expect(desk.git('status', '--porcelain')).toBe('A  new\n M page')
    expect(desk.git('diff', desk.head, 'HEAD')).toBe('')
  })

  const obstacles: readonly (readonly [when: string, prepare: () => void])[] = [
    ['git refuses to switch to the branch', dirtyOnMain],
    [
      'the branch is gone',
      () => {
        without()
        desk.git('push', '--quiet', 'origin', ':fix')
      },
    ],
    ['somebody else has pushed', pushElsewhere],
    ['the branch has a commit that is not pushed', () => desk.git('commit', '--quiet', '--allow-empty', '-m', 'Mine')],
    ['there is no such remote', () => desk.git('remote', 'rename', 'origin', 'mine')],
  ]

  test.each(obstacles)('do nothing when %s', (_when, prepare) => {
    prepare()
    const [before, here] = [desk.branches(), desk.git('for-each-ref', 'refs/heads/main')]
    expect(desk.paste(amending()).succeeded).toBe(false)
    expect(desk.branches()).toEqual(before)
    expect(desk.git('for-each-ref', 'refs/heads/main')).toBe(here)
    expect(desk.git('log', '--all', '--format=%s')).not.toContain('BUG-453')
  })

  test('catch up first when the branch here is behind', () => {
    desk.git('reset', '--quiet', '--hard', 'main')
    expect(desk.paste(amending()).succeeded).toBe(true)
    expect(desk.branches()['fix']).toBe(desk.git('rev-parse', 'fix'))
  })

  test('push over nothing that came in between, even when it has been fetched', () => {
    const lines = amending()
    const push = lines.at(-1) ?? ''
    pushElsewhere()
    desk.git('fetch', '--quiet', 'origin')
    const before = desk.branches()
    expect(desk.paste(['git commit --quiet --amend --only -m x', push]).succeeded).toBe(false)
    expect(desk.branches()).toEqual(before)
  })

  test.each(["it's", '$(touch)', '-force', 'a;b', 'Größe'])('find the branch %j', (name) => {
    desk.git('update-ref', `refs/heads/${name}`, desk.head)
    desk.git('push', '--quiet', 'origin', `refs/heads/${name}`)
    desk.paste(amending({ headBranch: name }))
    const { [name]: pushed = '', ...others } = desk.branches()
    expect(Object.keys(others).toSorted()).toEqual(['fix', 'main'])
    desk.git('fetch', '--quiet', 'origin')
    expect(desk.git('log', '-1', '--format=%s', pushed)).toBe('BUG-453: Mend the page')
  })
})

describe('the commands that open the pull request again, pasted', () => {
  const reopening = (more: Partial<Change> = {}) => reopen(onDesk(more), 'BUG-453')
  const create = ['--base', 'main', '--title', 'Fix the $(dropdown)', '--body', 'Fix the $(dropdown)']
  const close = ['pr', 'close', change.url, '--comment', 'Continued from the branch BUG-453-fix.']

  test.each(states.slice(0, 3))('%s, push the branch under its new name', (_when, prepare) => {
    prepare()
    const { told } = desk.paste(reopening())
    expect(told).toEqual([['pr', 'create', '--head', 'BUG-453-fix', ...create], close])
    expect(desk.branches()).toEqual({ main: desk.git('rev-parse', 'main'), fix: desk.head, 'BUG-453-fix': desk.head })
  })

  test('carry on here under the new name, with what is committed and what is not', () => {
    desk.git('commit', '--quiet', '--allow-empty', '-m', 'Mine')
    desk.write('page', 'three\n')
    expect(desk.paste(reopening()).succeeded).toBe(true)
    expect(desk.git('status', '--porcelain', '--branch')).toBe('## BUG-453-fix...origin/BUG-453-fix\n M page')
  })

  test('from a fork, open it from the current branch', () => {
    const { succeeded, told } = desk.paste(reopening({ crossRepository: true }))
    expect([succeeded, told]).toEqual([true, [['pr', 'create', ...create], close]])
    expect(desk.git('branch', '--show-current')).toBe('BUG-453-fix')
  })

  test('from a fork, close nothing when git refuses to switch', () => {
    dirtyOnMain()
    expect(desk.paste(reopening({ crossRepository: true }))).toEqual({ succeeded: false, told: [] })
    expect(desk.git('branch', '--show-current')).toBe('main')
  })

  test.each(['pr create', 'pr view'])('close nothing when gh %s fails', (failing) => {
    expect(desk.paste(reopening(), failing)).toEqual({ succeeded: false, told: [] })
  })

  test.each<[when: string, prepare: () => void]>([
    ['the new branch is there already, as another', takeTheName],
    ['there is no such remote', () => desk.git('remote', 'rename', 'origin', 'mine')],
    ['the branch is not there', without],
  ])('open and close nothing when %s', (_when, prepare) => {
    prepare()
    const before = desk.branches()
    expect(desk.paste(reopening())).toEqual({ succeeded: false, told: [] })
    expect(desk.branches()).toEqual(before)
  })
})

describe('the commands that change the title, pasted', () => {
  test('keep the title behind the key', () => {
    expect(desk.paste(retitle(onDesk(), '#12')).told).toEqual([
      ['pr', 'edit', change.url, '--title', '#12: Fix the $(dropdown)'],
    ])
  })

  test('change nothing when the title cannot be read', () => {
    expect(desk.paste(retitle(onDesk(), '#12'), 'pr view')).toEqual({ succeeded: false, told: [] })
  })
})
