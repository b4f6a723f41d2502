/** A webhook whose signature has been verified. */
export interface Delivery {
  /** `X-GitHub-Delivery`: the same again when GitHub redelivers. */
  readonly guid: string
  /** `pull_request`; the action, where there is one, stands apart. */
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  /** Login of the account the installation is on. */
  readonly organization: string | null
  readonly sender: string | null
  /** When it happened by GitHub's word, else when it came. ISO 8601, UTC. */
  readonly occurredAt: string
  readonly receivedAt: string
  /** The raw JSON body. */
  readonly body: string
}
