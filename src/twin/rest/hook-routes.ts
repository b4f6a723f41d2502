import { notFound, Refusal } from '../refusal.ts'
import type { Json } from '../shapes/json.ts'
import { toTimestamp } from '../state/world.ts'
import type { Delivery } from '../webhooks/delivery.ts'
import { link } from './pages.ts'
import { type Answer, appRoute, type Call, ok, type Route } from './route.ts'

/** The app's webhook: its settings, its deliveries and asking for one again. */
export const hookRoutes: readonly Route[] = [
  appRoute('GET /app/hook/config', (call) => ok(configJson(call))),
  appRoute('PATCH /app/hook/config', (call) => {
    const { url, secret } = call.body
    if (typeof url === 'string') call.webhooks.setTarget(url)
    if (typeof secret === 'string') call.webhooks.setSecret(secret)
    return ok(configJson(call))
  }),
  appRoute('GET /app/hook/deliveries', listDeliveries),
  appRoute('GET /app/hook/deliveries/{delivery_id}', (call) => {
    const delivery = deliveryOf(call)
    const { requestHeaders, responseHeaders, payloadText, url } = delivery
    return ok({
      ...deliveryJson(delivery),
      url,
      request: { headers: requestHeaders, payload: JSON.parse(payloadText) as Json },
      response: { headers: responseHeaders, payload: delivery.responseText },
    })
  }),
  appRoute('POST /app/hook/deliveries/{delivery_id}/attempts', (call) => {
    call.webhooks.redeliver(deliveryOf(call))
    return { status: 202, body: {} }
  }),
]

const configJson = ({ webhooks }: Call): Json => ({
  content_type: 'json',
  insecure_ssl: '0',
  secret: '********',
  ...(webhooks.target !== null && { url: webhooks.target }),
})

function deliveryOf({ webhooks, params }: Call): Delivery {
  const id = params['delivery_id'] ?? ''
  const delivery = /^\d+$/.test(id) ? webhooks.find(BigInt(id)) : undefined
  if (!delivery) throw notFound()
  return delivery
}

/** Newest first, by cursor: the id to go on from is in `Link` only. */
function listDeliveries(call: Call): Answer {
  const { per_page: perPage, cursor, status } = call.query
  const size = Math.min(100, Math.max(1, Number(perPage ?? 30) || 30))
  const before = cursor === undefined ? undefined : cursorId(cursor)
  const all = call.webhooks
    .deliveries()
    .filter(({ statusCode }) => statusCode > 0)
    .filter(({ id }) => before === undefined || id < before)
    .filter((delivery) => status === undefined || outcomeOf(delivery) === status)
  const shown = all.slice(0, size)
  const last = shown.at(-1)
  const next = all.length > size && last ? { link: link(call, { cursor: `v1_${last.id}` }, 'next') } : {}
  return { status: 200, body: shown.map(deliveryJson), headers: next }
}

function cursorId(cursor: string): bigint {
  const digits = /^v1_(\d+)$/.exec(cursor)?.[1]
  if (digits === undefined) throw new Refusal(400, { message: 'Invalid cursor' })
  return BigInt(digits)
}

const outcomeOf = ({ statusCode }: Delivery): string => (statusCode >= 200 && statusCode < 400 ? 'success' : 'failure')

const deliveryJson = (delivery: Delivery): Json => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: toTimestamp(delivery.deliveredAt),
  redelivery: delivery.redelivery,
  duration: Math.round(delivery.durationMs) / 1000,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installationId,
  repository_id: delivery.repositoryId,
  throttled_at: null,
})
