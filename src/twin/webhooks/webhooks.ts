import { randomUUID } from 'node:crypto'
import { toJsonText } from '../json-text.ts'
import type { Json } from '../shapes/json.ts'
import type { AppIdentity } from '../state/account.ts'
import type { Happening } from '../state/happening.ts'
import type { World } from '../state/world.ts'
import { type Delivery, send } from './delivery.ts'
import { payloadOf, tell, type Told } from './payload.ts'

/** Which deliveries are meant; what is left out matches all. */
export interface DeliveryMatch {
  readonly event?: string
  readonly action?: string
}

export interface WebhooksOptions {
  readonly secret: string
  readonly hookId: number
  readonly timeoutMs: number
  /** Hears what a payload says that GitHub's description does not allow. */
  readonly check: (event: string, payload: Json) => void
}

type Accident = 'drop' | 'lose' | 'double'

interface Planned {
  readonly accident: Accident
  readonly match: DeliveryMatch
  left: number
}

/** How many deliveries are collected before they go out in reverse. */
const shuffleSize = 5
const shuffleWaitMs = 20

/**
 * Sends the app its webhooks, and lets a test spoil that on purpose.
 *
 * A payload is written down when the thing happens, whenever it is sent. Without a target nothing is sent or listed.
 */
export class Webhooks {
  secret: string
  /** How long the app may take to answer. */
  timeoutMs: number
  readonly #options: WebhooksOptions
  readonly #deliveries: Delivery[] = []
  readonly #byId = new Map<bigint, Delivery>()
  readonly #sending = new Set<Promise<void>>()
  readonly #planned: Planned[] = []
  #held: Delivery[] | null = null
  #shuffled: Delivery[] | null = null
  #shuffleTimer: NodeJS.Timeout | undefined
  #target: string | null = null
  #lastId = 2n ** 53n + 104_729n
  #world: World | undefined

  constructor(options: WebhooksOptions) {
    this.#options = options
    this.secret = options.secret
    this.timeoutMs = options.timeoutMs
  }

  get target(): string | null {
    return this.#target
  }

  /** Where the app listens; null stops sending. */
  setTarget(url: string | null): void {
    this.#target = url
  }

  setSecret(secret: string): void {
    this.secret = secret
  }

  /** Keeps everything back until `release`. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const delivery of held) this.#dispatch(delivery)
  }

  /** The next matching deliveries fail on their way: listed as failed, and good for redelivery. */
  drop(match: DeliveryMatch = {}, times = 1): void {
    this.#planned.push({ accident: 'drop', match, left: times })
  }

  /** The next matching deliveries are never made: no list shows them, only looking at the state finds out. */
  lose(match: DeliveryMatch = {}, times = 1): void {
    this.#planned.push({ accident: 'lose', match, left: times })
  }

  /** The next matching deliveries arrive twice with the same GUID. */
  double(match: DeliveryMatch = {}, times = 1): void {
    this.#planned.push({ accident: 'double', match, left: times })
  }

  /** From now on deliveries leave in groups, the newest first. */
  reorder(): void {
    this.#shuffled ??= []
  }

  keepOrder(): void {
    this.#flushShuffled()
    this.#shuffled = null
  }

  /** Drops all plans to drop, lose and double. */
  clearAccidents(): void {
    this.#planned.length = 0
  }

  /** Waits until everything that is not held has been answered, and whatever those answers caused. */
  async settle(): Promise<void> {
    this.#flushShuffled()
    while (this.#sending.size > 0) {
      await Promise.all(this.#sending)
      this.#flushShuffled()
    }
  }

  /** Newest first. */
  deliveries(match: DeliveryMatch = {}): readonly Delivery[] {
    return this.#deliveries.filter((delivery) => matches(match, delivery)).reverse()
  }

  /** How many were answered with success. */
  deliveredCount(match: DeliveryMatch = {}): number {
    return this.deliveries(match).filter(({ statusCode }) => statusCode >= 200 && statusCode < 300).length
  }

  find(id: bigint): Delivery | undefined {
    return this.#byId.get(id)
  }

  /** Sends once more under the same GUID, as a delivery of its own. */
  redeliver(delivery: Delivery): void {
    this.#enqueue({ ...delivery, ...this.#fresh(), redelivery: true })
  }

  /** Sends `ping`, as after the webhook's address was saved. */
  ping(world: World): void {
    const { hookId } = this.#options
    const date = world.timestamp()
    const config = { content_type: 'json', insecure_ssl: '0', secret: '********', url: this.#target ?? '' }
    const hook = { type: 'App', id: hookId, name: 'web', active: true, events: world.app.events, config }
    const keys = { app_id: world.app.id, deliveries_url: `${world.origin}/api/v3/app/hook/deliveries` }
    const payload = {
      zen: 'Keep it logically awesome.',
      hook_id: hookId,
      hook: { ...hook, ...keys, updated_at: date, created_at: date },
    }
    this.#world = world
    this.#offer('ping', payload, undefined)
  }

  /** Sends what a happening tells, if the app is installed there, may see it and asked for it. */
  publish(happening: Happening, world: World): void {
    if (this.#target === null) return
    const told = tell(happening)
    if (!isHeard(happening, told, world)) return
    this.#world = world
    this.#offer(happening.event, payloadOf(happening, told), told)
  }

  #offer(event: string, payload: Json, told: Told | undefined): void {
    this.#options.check(event, payload)
    const action = typeof payload['action'] === 'string' ? payload['action'] : null
    const accident = this.#accidentFor({ event, action })
    if (accident === 'lose' || this.#target === null) return
    const delivery: Delivery = {
      ...this.#fresh(),
      guid: randomUUID(),
      event,
      action,
      redelivery: false,
      installationId: told?.installation?.id ?? null,
      repositoryId: told?.repository?.id ?? null,
      url: this.#target,
      payloadText: toJsonText(payload),
    }
    if (accident === 'drop') {
      this.#list({ ...delivery, status: 'failed to connect to host', statusCode: 502 })
      return
    }
    this.#enqueue(delivery)
    if (accident === 'double') this.#enqueue({ ...delivery, ...this.#fresh() })
  }

  #fresh(): Pick<
    Delivery,
    | 'id'
    | 'deliveredAt'
    | 'durationMs'
    | 'status'
    | 'statusCode'
    | 'requestHeaders'
    | 'responseHeaders'
    | 'responseText'
  > {
    this.#lastId += 3n
    const deliveredAt = this.#world?.now() ?? new Date()
    return { id: this.#lastId, deliveredAt, durationMs: 0, ...pending }
  }

  #accidentFor(delivery: Pick<Delivery, 'event' | 'action'>): Accident | undefined {
    const plan = this.#planned.find(({ match, left }) => left > 0 && matches(match, delivery))
    if (!plan) return undefined
    plan.left -= 1
    return plan.accident
  }

  #enqueue(delivery: Delivery): void {
    if (this.#held) this.#held.push(delivery)
    else this.#dispatch(delivery)
  }

  #dispatch(delivery: Delivery): void {
    if (!this.#shuffled) {
      this.#send(delivery)
      return
    }
    this.#shuffled.push(delivery)
    if (this.#shuffled.length >= shuffleSize) this.#flushShuffled()
    else this.#shuffleTimer ??= setTimeout(() => this.#flushShuffled(), shuffleWaitMs)
  }

  #flushShuffled(): void {
    clearTimeout(this.#shuffleTimer)
    this.#shuffleTimer = undefined
    for (const delivery of this.#shuffled?.splice(0).reverse() ?? []) this.#send(delivery)
  }

  #send(delivery: Delivery): void {
    this.#list(delivery)
    const { hookId } = this.#options
    const appId = this.#world?.app.id ?? 0
    const sent = send(delivery, { secret: this.secret, hookId, appId, timeoutMs: this.timeoutMs })
    this.#sending.add(sent)
    void sent.then(() => this.#sending.delete(sent))
  }

  #list(delivery: Delivery): void {
    this.#deliveries.push(delivery)
    this.#byId.set(delivery.id, delivery)
  }
}

const pending = { status: 'pending', statusCode: 0, requestHeaders: {}, responseHeaders: {}, responseText: '' }

const matches = (match: DeliveryMatch, { event, action }: Pick<Delivery, 'event' | 'action'>): boolean =>
  (match.event === undefined || match.event === event) && (match.action === undefined || match.action === action)

/** Installation events always reach the app; others while it is installed, not suspended, let in and subscribed. */
function isHeard(happening: Happening, { installation, repository }: Told, world: World): boolean {
  if (!installation) return false
  if (happening.event === 'installation' || happening.event === 'installation_repositories') return true
  if (installation.suspendedAt || (repository && !installation.covers(repository))) return false
  return isMeantFor(world.app, happening) && world.app.events.includes(happening.event)
}

/** Who presses "Re-run" or a button speaks to the app whose check it is, and to no other. */
function isMeantFor(app: AppIdentity, happening: Happening): boolean {
  if (happening.action === 'created' || happening.action === 'completed') return true
  if (happening.event === 'check_run') return happening.run.suite.app === app
  return happening.event !== 'check_suite' || happening.suite.app === app
}
