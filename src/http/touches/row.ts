import type { Touch } from '#operations/receive-delivery.ts'

/** Who we are, for telling our own checks and our own policy repository from others'. */
export interface Self {
  /** The App ID. */
  readonly id: number
  /** Name of the repository that holds an organization's policy: `.github`. */
  readonly policyRepository: string
}

/** What one event and action may have changed, from its payload alone. */
export type Row = (payload: unknown, self: Self) => readonly Touch[]
