import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import type { Args } from './resolver.ts'

/** What a query costs by GitHub's rule: connection requests it may cause, in hundreds; and how many nodes it may return. */
export interface Cost {
  readonly points: number
  readonly nodes: number
}

export const mostNodes = 500_000

/** Counts a document's connections, each as often as its parents may occur. */
export function costOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Args): Cost {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet] as const] : [],
    ),
  )
  let [requests, nodes] = [0, 0]
  const walk = (set: SelectionSetNode | undefined, times: number): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        walk(fragments.get(selection.name.value), times)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, times)
      } else {
        const size = sizeOf(selection, variables)
        if (size !== undefined) {
          requests += times
          nodes += times * size
        }
        walk(selection.selectionSet, times * (size ?? 1))
      }
    }
  }
  walk(operation.selectionSet, 1)
  return { points: Math.max(1, Math.round(requests / 100)), nodes }
}

function sizeOf(field: FieldNode, variables: Args): number | undefined {
  const bound = field.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last')
  return bound && numberIn(bound.value, variables)
}

function numberIn(value: ValueNode, variables: Args): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value)
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined
  return typeof given === 'number' ? given : undefined
}
