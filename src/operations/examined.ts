/** One line of a checklist: what stands between this installation and working, and what to do about it. */
export interface Examined {
  readonly name: string
  readonly standing: 'ok' | 'problem' | 'unknown'
  readonly detail: string
  readonly remedy?: string
}

/** What is found where one looks. */
export type Found = Omit<Examined, 'name'>

export const ok = (detail: string): Found => ({ standing: 'ok', detail })

export const problem = (detail: string, remedy: string): Found => ({ standing: 'problem', detail, remedy })

/** What is found, or the words of what was thrown as a problem. */
export async function examined(
  { name, remedy = 'Mend what this says, then run doctor again.' }: { readonly name: string; readonly remedy?: string },
  look: () => Promise<Found>,
): Promise<Examined> {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    return { name, ...problem(wordsOf(error), remedy) }
  }
}

/** What an error says, or at least its name. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error)
