import { describe, expect, test } from '@jest/globals'
import { loadContract } from '#twin/contract/contract.ts'
import { handRules } from '#twin/contract/hand-rules.ts'

const contract = loadContract()
const run = { name: 'countersign', head_sha: 'a'.repeat(40) }
const output = { title: 'All met', summary: 'Nothing is missing.' }
const annotation = { path: 'a.ts', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'Look here.' }
const action = { label: 'Re-check', description: 'Look again', identifier: 'recheck' }

/** Each limit of GitHub's: the body that just keeps it, and the one that just breaks it. */
const limits: readonly Limit[] = [
  limit('A completed check run needs a conclusion', 'checks/create', {
    keeps: { ...run, status: 'completed', conclusion: 'success' },
    breaks: { ...run, status: 'completed' },
  }),
  limit('A completed check run needs a conclusion when it is updated', 'checks/update', {
    keeps: { status: 'completed', conclusion: 'success' },
    breaks: { status: 'completed' },
  }),
  ...(['checks/create', 'checks/update'] as const).flatMap((id) => [
    limit('A call carries at most 50 annotations', id, {
      keeps: withOutput({ annotations: Array.from({ length: 50 }, () => annotation) }),
      breaks: withOutput({ annotations: Array.from({ length: 51 }, () => annotation) }),
    }),
    limit('A summary holds at most 65,535 characters', id, {
      keeps: withOutput({ summary: 'é'.repeat(65_535) }),
      breaks: withOutput({ summary: 'é'.repeat(65_536) }),
    }),
    limit('A text holds at most 65,535 characters', id, {
      keeps: withOutput({ text: '😀'.repeat(65_535) }),
      breaks: withOutput({ text: '😀'.repeat(65_536) }),
    }),
    limit('A check run has at most 3 actions', id, {
      keeps: { ...run, actions: [action, action, action] },
      breaks: { ...run, actions: [action, action, action, action] },
    }),
    limit('The label of an action holds at most 20 characters', id, actionOf('label', 20)),
    limit('The description of an action holds at most 40 characters', id, actionOf('description', 40)),
    limit('The identifier of an action holds at most 20 characters', id, actionOf('identifier', 20)),
    limit("An annotation's title holds at most 255 characters", id, annotationOf('title', 255)),
    limit("An annotation's message holds at most 64 KiB", id, annotationOf('message', 65_536)),
    limit("An annotation's details hold at most 64 KiB", id, annotationOf('raw_details', 65_536)),
  ]),
  ...(['issues/create-comment', 'issues/update-comment'] as const).flatMap((id) => [
    limit('A comment holds at most 65,536 characters', id, {
      keeps: { body: '😀'.repeat(65_536) },
      breaks: { body: '😀'.repeat(65_537) },
    }),
    limit('A comment is not blank', id, { keeps: { body: '.' }, breaks: { body: ' \n' } }),
  ]),
  limit('The body of a pull request holds at most 65,536 characters', 'pulls/create', {
    keeps: { title: 't', head: 'a', base: 'main', body: 'b'.repeat(65_536) },
    breaks: { title: 't', head: 'a', base: 'main', body: 'b'.repeat(65_537) },
  }),
  limit('A review that comments needs a body', 'pulls/create-review', {
    keeps: { event: 'COMMENT', body: 'Nice.' },
    breaks: { event: 'COMMENT' },
  }),
  limit('A review that requests changes needs a body', 'pulls/create-review', {
    keeps: { event: 'REQUEST_CHANGES', body: 'Why?' },
    breaks: { event: 'REQUEST_CHANGES', body: ' ' },
  }),
  limit('An approval needs no body', 'pulls/create-review', {
    keeps: { event: 'APPROVE' },
    breaks: { event: 'APPROVE', body: 'b'.repeat(65_537) },
  }),
  limit('The description of a status holds at most 140 characters', 'repos/create-commit-status', {
    keeps: { state: 'success', description: 'd'.repeat(140) },
    breaks: { state: 'success', description: 'd'.repeat(141) },
  }),
]

describe('the limits of GitHub', () => {
  test.each(limits)('$rule ($operation): kept', ({ operation, keeps }) => {
    expect(violationsOf(operation, keeps)).toEqual([])
  })

  test.each(limits)('$rule ($operation): broken', ({ operation, breaks }) => {
    expect(violationsOf(operation, breaks)).not.toEqual([])
  })

  test.each(handRules)('written by hand are each reached by a limit above: $rule', ({ rule, operations }) => {
    const reached = limits.filter(({ operation, breaks }) => violationsOf(operation, breaks).includes(rule))
    expect(operations).toEqual(expect.arrayContaining([reached[0]?.operation]))
  })
})

interface Limit {
  readonly rule: string
  readonly operation: string
  readonly keeps: object
  readonly breaks: object
}

function limit(rule: string, operation: string, bodies: Pick<Limit, 'keeps' | 'breaks'>): Limit {
  return { rule, operation, ...bodies }
}

function withOutput(more: object): object {
  return { ...run, output: { ...output, ...more } }
}

function actionOf(key: keyof typeof action, most: number): Pick<Limit, 'keeps' | 'breaks'> {
  const withLength = (length: number): object => ({ ...run, actions: [{ ...action, [key]: 'x'.repeat(length) }] })
  return { keeps: withLength(most), breaks: withLength(most + 1) }
}

function annotationOf(key: string, most: number): Pick<Limit, 'keeps' | 'breaks'> {
  const withLength = (length: number): object =>
    withOutput({ annotations: [{ ...annotation, [key]: 'x'.repeat(length) }] })
  return { keeps: withLength(most), breaks: withLength(most + 1) }
}

/** An update sends no `head_sha`: what creates a run and what updates it share a body here but for that. */
function violationsOf(id: string, body: object): string[] {
  const { head_sha: _, ...rest } = body as Record<string, unknown>
  const places = { checks: 'check_run_id', issues: 'issue_number', pulls: 'pull_number', repos: 'sha' }
  const place = id === 'issues/update-comment' ? 'comment_id' : places[id.split('/')[0] as keyof typeof places]
  const own = ['checks/create', 'pulls/create'].includes(id) ? {} : { [place]: '7' }
  const params = { owner: 'acme', repo: 'shop', ...own }
  return contract.requestViolations(id, { params, query: {}, body: id === 'checks/update' ? rest : body })
}
