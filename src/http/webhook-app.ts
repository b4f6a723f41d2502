import type { Probot } from 'probot'
import type { Touch } from '#operations/receive-delivery.ts'
import { actedOn, findActedOn, touchedBy } from './touches.ts'
import type { Self } from './touches/row.ts'

/** A webhook as Probot hands it over. */
export interface EmittedEvent {
  /** The delivery's GUID. */
  readonly id: string
  readonly name: string
  readonly payload: object
}

export type Receive = (event: EmittedEvent, touches: readonly Touch[]) => Promise<void>

/**
 * The Probot app: every event it acts on, and what each touches. Nothing is judged here.
 *
 * `receive` is called exactly once for each delivery, whatever it is: what we do not act on is stored all the same.
 */
export const countersignApp = (receive: Receive, self: Self) => (app: Probot) => {
  app.on([...actedOn], async (context) => {
    const { name, payload } = context
    if (findActedOn(name, payload) !== null) await receive(context, touchedBy(name, payload, self))
  })

  app.onAny(async (event) => {
    if (findActedOn(event.name, event.payload) === null) await receive(event, [])
  })
}
