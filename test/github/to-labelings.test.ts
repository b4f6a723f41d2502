import { describe, expect, test } from '@jest/globals'
import type { ActorNode, LabelEventNode } from '#github/change-nodes.ts'
import { toLabelings } from '#github/to-labelings.ts'

const person = (databaseId: number, login: string): ActorNode => ({ __typename: 'User', login, databaseId })
const [ada, bob] = [person(7, 'ada'), person(8, 'bob')]
const account = ({ databaseId: id, login }: ActorNode) => ({ id, login, kind: 'user' })
const set = (name: string, actor: ActorNode | null): LabelEventNode => ({
  __typename: 'LabeledEvent',
  actor,
  label: { name },
})
const taken = (name: string, actor: ActorNode): LabelEventNode => ({
  ...set(name, actor),
  __typename: 'UnlabeledEvent',
})
const labels = { nodes: [{ name: 'urgent' }] }

describe('who set a label', () => {
  test.each<[string, readonly LabelEventNode[], ActorNode | null]>([
    ['is whoever set it', [set('urgent', ada)], ada],
    ['is whoever set it last', [set('urgent', ada), taken('urgent', ada), set('urgent', bob)], bob],
    ['is not who set another one', [set('urgent', ada), set('later', bob)], ada],
    ['is nobody when the account is deleted', [set('urgent', null)], null],
    ['is nobody when that is further back than is read', [set('later', bob)], null],
    ['is nobody when the last we hear is that it was taken', [set('urgent', ada), taken('urgent', bob)], null],
  ])('%s', (_sentence, nodes, by) => {
    expect(toLabelings({ labels, timelineItems: { nodes } }, [])).toEqual({
      known: true,
      value: [{ label: 'urgent', by: by === null ? null : account(by) }],
    })
  })

  test('is told of no label that the change does not carry now', () => {
    const timelineItems = { nodes: [set('urgent', ada), taken('urgent', ada)] }
    expect(toLabelings({ labels: { nodes: [] }, timelineItems }, [])).toEqual({ known: true, value: [] })
  })

  test.each([
    ['GitHub shows no events', { nodes: null }],
    ['GitHub leaves an event out', { nodes: [set('urgent', ada), null] }],
  ])('is unknown when %s', (_sentence, timelineItems) => {
    const why = 'GitHub left out part of its answer: it did not show who set the labels'
    expect(toLabelings({ labels, timelineItems }, [])).toEqual({ known: false, why })
  })

  test('is unknown, naming the permission, when GitHub hides it', () => {
    const path = ['repository', 'pullRequest', 'timelineItems', 'nodes', 0, 'actor']
    expect(
      toLabelings({ labels, timelineItems: { nodes: [set('urgent', null)] } }, [
        { type: 'FORBIDDEN', path, message: 'no' },
      ]),
    ).toEqual({
      known: false,
      why: 'GitHub did not show who set the labels: grant the app pull_requests: read (no)',
    })
  })
})
