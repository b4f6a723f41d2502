import type { z } from 'zod'
import type { Criterion } from '#criteria/criteria.ts'
import type { Asked } from '#facts/asked.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'

/** The facts of each kind of subject. A new kind is one line here. */
export interface FactsOf {
  readonly change: ChangeFacts
}

export type SubjectKind = keyof FactsOf

export type FactName<Kind extends SubjectKind> = keyof FactsOf[Kind] & string

/**
 * One claim about a subject, and how to judge it.
 *
 * A control is data plus one pure function. It names the facts it needs and is called only when all of them are
 * known, so it never meets a missing value, a clock, a network or a store.
 */
export interface Control<
  Kind extends SubjectKind = SubjectKind,
  Need extends FactName<Kind> = FactName<Kind>,
  Settings extends z.ZodObject = z.ZodObject,
  May extends FactName<Kind> = FactName<Kind>,
> {
  /** Also the file name and the anchor of its page in the docs. Never reused. */
  readonly id: string
  readonly subject: Kind
  /** A sentence that is true exactly when the control is met. */
  readonly title: string
  readonly satisfies: readonly Criterion[]
  readonly needs: readonly Need[]
  /**
   * Facts that only some settings or some changes call for. They come known or not; a control that then needs one it
   * cannot see answers `blind`.
   */
  readonly mayNeed?: readonly May[]
  /** What a policy may set. Every key has a default and a `describe`, from which the docs are generated. */
  readonly settings: Settings
  /** For each setting: is `proposed` at least as strict as `agreed`? Keeps a repository from weakening its organization. */
  readonly strictness: Strictness<z.output<Settings>>
  readonly remediation: string
  /** Declared as a method on purpose: the catalogue holds controls of different needs side by side. */
  evaluate(facts: Evidence<Kind, Need, May>, settings: z.output<Settings>): Verdict | Blind
  /**
   * What else would have to be looked up before it can judge, given what is known by now: never more than can still
   * change the answer. Called again with what was found, until it asks for nothing new.
   */
  asks?(facts: FactsOf[Kind], settings: z.output<Settings>): Asked
}

export type Strictness<Settings> = {
  readonly [Name in keyof Settings]-?: Comparison<Settings[Name]>['isAsStrict']
}

/** A method on purpose, as `evaluate` is: the catalogue holds controls of different settings side by side. */
interface Comparison<Value> {
  isAsStrict(agreed: Value, proposed: Value): boolean
}

export type Known<Kind extends SubjectKind, Need extends FactName<Kind>> = {
  readonly [Name in Need]: FactsOf[Kind][Name] extends Fact<infer Value> ? Value : never
}

/**
 * What `evaluate` sees: its needs as values, and what it may need as facts.
 *
 * Of a control of which nothing more is known than that it is one, any of them.
 */
export type Evidence<Kind extends SubjectKind, Need extends FactName<Kind>, May extends FactName<Kind>> = [
  FactName<Kind>,
] extends [Need]
  ? Readonly<Partial<Record<FactName<Kind>, unknown>>>
  : Known<Kind, Need> & { readonly [Name in Exclude<May, Need>]: FactsOf[Kind][Name] }

/** Reasons are plain text with untrusted parts in them: whoever renders them escapes them whole. */
export type Verdict = (
  | {
      readonly outcome: 'met'
      readonly because: readonly string[]
      /** It stands until something answers that did not: then it is judged again. */
      readonly provisional?: true
    }
  | { readonly outcome: 'unmet'; readonly because: readonly string[]; readonly fix: readonly string[] }
  | {
      readonly outcome: 'waiting'
      readonly because: readonly string[]
      /** Completes "Waiting for …": `1 approval`. */
      readonly awaited: string
    }
  | { readonly outcome: 'not-applicable'; readonly because: readonly string[] }
) & {
  /** Counts that belong to the evidence, by name. */
  readonly figures?: Readonly<Record<string, number>>
}

/** No verdict: something that it turned out to need could not be seen. The engine makes `undetermined` of it. */
export interface Blind {
  readonly outcome: 'blind'
  readonly because: readonly string[]
}

/** Identity function: it exists so that `evaluate` sees exactly the facts listed in `needs`. */
export const defineChangeControl = <
  const Need extends FactName<'change'>,
  Settings extends z.ZodObject,
  const May extends FactName<'change'> = never,
>(
  control: Omit<Control<'change', Need, Settings, May>, 'subject'>,
): Control<'change', Need, Settings, May> => ({ ...control, subject: 'change' })

export const met = (...because: readonly string[]): Verdict => ({ outcome: 'met', because })

/** `fix` holds commands ready to paste, a line each; empty when no command mends it. */
export const unmet = (because: readonly string[], fix: readonly string[] = []): Verdict => ({
  outcome: 'unmet',
  because,
  fix,
})

export const waiting = (awaited: string, because: readonly string[]): Verdict => ({
  outcome: 'waiting',
  because,
  awaited,
})

export const notApplicable = (...because: readonly string[]): Verdict => ({ outcome: 'not-applicable', because })

/** `because`: each names what could not be seen, and the permission, limit or fault that hid it. */
export const blind = (...because: readonly string[]): Blind => ({ outcome: 'blind', because })

/** For `strictness`, of a list that lets more pass the longer it is: whether nothing comes to what was agreed. */
export const isWithin = <Item>(agreed: readonly Item[], proposed: readonly Item[]): boolean =>
  proposed.every((item) => agreed.includes(item))
