import { type Draft, stating, unreachable } from './draft.ts'
import { anyOf } from './extent.ts'
import type { Disapproval } from './policy-bot-file.ts'
import type { Source } from './read-policy-bot.ts'
import { located, notKnown, saidOf } from './study-rule.ts'

const root = ['policy', 'disapproval'] as const

/** How disapproval differs: with ours whoever may write holds a change up by requesting changes, always. */
export function disapprovalDifferences(disapproval: Disapproval, source: Source): readonly string[] {
  const { requires = {}, options } = disapproval
  const { disapprove, revoke } = options?.methods ?? {}
  const said = (key: string, why: string): string => saidOf([...root, ...key.split('.')], why, source)
  const isSome = (methods: typeof revoke): boolean => Object.values(methods ?? {}).some((value) => value !== undefined)
  return [
    ...(Object.keys(requires).length > 0
      ? [
          said(
            'requires',
            `${namesOf(requires)} may disapprove with policy-bot, and each of them take that back. ${ours}`,
          ),
        ]
      : []),
    ...(isSome(disapprove) ? [said('options.methods.disapprove', `these disapprove with policy-bot. ${ours}`)] : []),
    ...(isSome(revoke)
      ? [said('options.methods.revoke', `these take a disapproval back with policy-bot. ${ours}`)]
      : []),
    ...source.unknownKeys
      .filter(([first, second, third]) => first === root[0] && second === root[1] && third !== 'if')
      .map((key) => saidOf(key, notKnown, source)),
  ]
}

const ours =
  'Here a review that requests changes does, by whoever may write, until the same person approves or it is dismissed. A ' +
  'comment says nothing.'

const namesOf = (requires: object): string =>
  JSON.stringify(Object.values(requires).flat()).slice(1, -1).replaceAll(',', ', ')

/**
 * Each predicate of its `if` disapproves by itself: a change for which one may be so asks for what nobody gives. One
 * that cannot be said here at all holds everything up until somebody decides about it.
 */
export function disapprovalDrafts({ if: predicates = {} }: Disapproval, source: Source): readonly Draft[] {
  const path = [...root, 'if']
  const each = located(predicates, path, source)
  const when = anyOf(each.map(({ wide }) => wide))
  if (when === null) return []
  const line = source.lineOf(path)
  const why =
    `line ${line}, \`policy.disapproval.if\`: with policy-bot any of this disapproves of a change. Here it then asks for ` +
    `${unreachable} approvals, which nobody gets.`
  const differs = [why, ...each.flatMap((bounds) => bounds.differs)]
  const rule = { ...stating(when), approvals: unreachable }
  return [{ places: [], line, name: 'disapproval', notes: [], differs, rule, replaces: [] }]
}
