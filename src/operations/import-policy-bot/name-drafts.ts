import type { Rule } from '#review/rule.ts'
import type { Draft } from './draft.ts'

/** A draft as it will be printed. */
export interface Imported extends Pick<Draft, 'places' | 'line' | 'notes' | 'differs'> {
  /** Its name with policy-bot. */
  readonly called: string
  readonly rule: Rule | null
}

/** Gives each draft a name of its own that a rule of ours may have, and says by name what it replaces. */
export function nameDrafts(drafts: readonly Draft[]): readonly Imported[] {
  const names = new Map<Draft, string>()
  const taken = new Set<string>()
  for (const draft of drafts) {
    if (draft.rule === null) continue
    const name = freeName(draft, taken)
    taken.add(name)
    names.set(draft, name)
  }
  return drafts.map((draft) => {
    const { places, line, notes, differs, rule } = draft
    const name = names.get(draft)
    const replaces = draft.replaces.flatMap((replaced) => names.get(replaced) ?? [])
    const printed =
      rule === null || name === undefined ? null : { name, ...rule, ...(replaces.length > 0 ? { replaces } : {}) }
    return { places, line, called: draft.name, notes: [...renamed(draft, name), ...notes], differs, rule: printed }
  })
}

const renamed = ({ name, line }: Draft, given: string | undefined): readonly string[] =>
  given === undefined || given === name ? [] : [`Line ${line}: called ${JSON.stringify(name)} there.`]

const longest = 100

function freeName({ name, line }: Draft, taken: ReadonlySet<string>): string {
  const wanted = shortened(name.trim(), longest) || `rule at line ${line}`
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : ` (${number})`
    const candidate = `${shortened(wanted, longest - suffix.length)}${suffix}`
    if (!taken.has(candidate)) return candidate
  }
}

/** Cut between characters, not within one. */
const shortened = (text: string, length: number): string =>
  text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .trim()
