import { compileNameGlob } from './name-glob.ts'
import type { GroupSelector } from './policy-document.ts'

/** What groups select a repository by. */
export interface PolicyTarget {
  /** Without its owner. */
  readonly name: string
  readonly topics: readonly string[]
  /** Custom properties; one with several values has a list. */
  readonly properties: Readonly<Record<string, string | readonly string[] | null>>
}

/** Whether a group's selector fits a repository: any one entry is enough. */
export function selects({ names, topics, properties }: GroupSelector, target: PolicyTarget): boolean {
  return (
    names.some((glob) => matchesName(glob, target.name)) ||
    topics.some((topic) => target.topics.includes(topic.toLowerCase())) ||
    Object.entries(properties).some(([name, fitting]) =>
      valuesOf(target, name).some((value) => fitting.includes(value)),
    )
  )
}

function matchesName(glob: string, name: string): boolean {
  const compiled = compileNameGlob(glob)
  return compiled.ok && compiled.matches(name)
}

function valuesOf({ properties }: PolicyTarget, name: string): readonly string[] {
  const value = Object.hasOwn(properties, name) ? properties[name] : null
  if (value === null || value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
