import { nodeIdOf } from './ids.ts'
import type { World } from './world.ts'

export interface Label {
  readonly id: number
  readonly nodeId: string
  readonly name: string
  readonly color: string
  readonly description: string
}

export function makeLabel(world: World, name: string): Label {
  const id = world.ids.next()
  const label = { id, nodeId: nodeIdOf('LA', id), name, color: 'ededed', description: '' }
  world.nodes.set(label.nodeId, label)
  return label
}
