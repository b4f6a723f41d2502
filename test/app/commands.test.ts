import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { IssueComment } from '#twin/state/issue-comment.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { type House, openHouse, wordOf } from './house.ts'

let house: House
let rita: Account
let pull: PullRequest

beforeAll(async () => {
  house = await openHouse()
  rita = house.acme.person('rita', { role: 'outside' })
  pull = house.open()
  await house.settle()
})

afterAll(async () => {
  await house.close()
  house.twin.assertClean()
})

const answersTo = ({ reactions }: IssueComment): readonly string[] => reactions.map(({ content }) => content)
const looks = (): number => house.twin.requests.count({ graphql: /^Change$/ })
const commandsWaiting = async (): Promise<number> =>
  (await house.app.database.kysely.selectFrom('commands').select('comment_id').execute()).length

const bodies: readonly (readonly [what: string, body: string, answers: readonly string[]])[] = [
  ['the command', '/countersign recheck', ['+1']],
  ['the command on a line of its own among others', 'Please look again.\r\n/countersign recheck\r\nThanks!', ['+1']],
  ['the command with spaces around it', '/countersign   recheck  ', ['+1']],
  ['a command twice, which is one', '/countersign recheck\n/countersign recheck', ['+1']],
  ['a command that there is not', '/countersign approve', ['confused']],
  ['the command in capitals, which there is not', '/countersign RECHECK', ['confused']],
  // Lines are read as they are typed; a look too many does no harm.
  ['the command in a fenced code block', '```\n/countersign recheck\n```', ['+1']],
  ['a quote of the command', '> /countersign recheck', []],
  ['the command in a code block by indentation', '    /countersign recheck', []],
  ['the command in the middle of a sentence', 'Write /countersign recheck to look again.', []],
  ['the command with more words after it', '/countersign recheck now', []],
  ['the name alone', '/countersign', []],
  ['another command that begins alike', '/countersigned recheck', []],
  ['nothing to us', 'Nice work.', []],
]

describe('a comment by somebody who can read is answered as it asks:', () => {
  test.each(bodies)('%s', async (_what, body, answers) => {
    house.twin.requests.reset()
    const comment = pull.comment({ by: rita, body })
    await house.settle()
    expect(answersTo(comment)).toEqual(answers)
    expect(looks()).toBe(answers.length)
    expect(await commandsWaiting()).toBe(0)
  })
})

describe('a command', () => {
  test('is answered after the look, not before', async () => {
    house.twin.requests.reset()
    pull.comment({ by: rita, body: '/countersign recheck' })
    await house.settle()
    const order = house.twin.requests.all().map(({ operationName, template }) => operationName ?? template)
    expect(order).toEqual(['Change', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'])
  })

  test('finds what no webhook told', async () => {
    const other = house.open()
    await house.settle()
    house.twin.webhooks.lose({ event: 'pull_request_review' }, 1)
    other.review({ by: house.cleo, state: 'approve' })
    other.comment({ by: rita, body: '/countersign recheck' })
    await house.settle()
    expect(wordOf(other)).toBe('success')
  })

  test('by an app is not heard', async () => {
    house.twin.requests.reset()
    const comment = pull.comment({ by: house.acme.bot('helper'), body: '/countersign recheck' })
    await house.settle()
    expect(answersTo(comment)).toEqual([])
    expect(house.twin.requests.all()).toEqual([])
  })

  test('that is written into a comment later is not heard', async () => {
    const comment = pull.comment({ by: rita, body: 'Nice.' })
    pull.editComment(comment, '/countersign recheck', rita)
    await house.settle()
    expect(answersTo(comment)).toEqual([])
  })

  test('in a comment that is deleted meanwhile is done, and makes no trouble', async () => {
    house.twin.requests.reset()
    const comment = pull.comment({ by: rita, body: '/countersign recheck' })
    pull.deleteComment(comment, rita)
    await house.settle()
    expect(looks()).toBe(1)
    expect(await commandsWaiting()).toBe(0)
  })

  test('is answered once, also when its webhook comes again', async () => {
    const comment = pull.comment({ by: rita, body: '/countersign recheck' })
    await house.settle()
    const [delivery] = house.twin.webhooks.deliveries({ event: 'issue_comment' })
    if (delivery) house.twin.webhooks.redeliver(delivery)
    await house.settle()
    expect(answersTo(comment)).toEqual(['+1'])
  })

  test('is answered in the end when GitHub is down for a while', async () => {
    house.twin.fault({ match: { path: /reactions/ }, status: 502, times: 2 })
    const comment = pull.comment({ by: rita, body: '/countersign recheck' })
    await house.settle()
    expect(answersTo(comment)).toEqual(['+1'])
  })

  test.each([
    ['merged', (done: PullRequest): unknown => done.merge({ by: house.ana }), 'failure'],
    ['closed', (done: PullRequest): unknown => done.close(house.ana), 'in_progress'],
  ])('on a %s change is answered, and its verdict stands', async (_state, end, word) => {
    const done = house.open()
    await house.settle()
    end(done)
    await house.settle()
    const comment = done.comment({ by: rita, body: '/countersign recheck' })
    await house.settle()
    expect(answersTo(comment)).toEqual(['+1'])
    expect(wordOf(done)).toBe(word)
  })
})
