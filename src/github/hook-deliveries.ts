import { remembered } from './answer-memory.ts'
import type { GitHub } from './client.ts'
import { eachPage } from './each-page.ts'

/** What GitHub's list of deliveries says of one attempt. */
export interface ListedDelivery {
  /** 64-bit, beyond what a number holds exactly: text. */
  readonly id: string
  readonly guid: string
  readonly deliveredAt: string
  /** Whether our endpoint acknowledged it with a 2xx. */
  readonly acknowledged: boolean
}

/** Lists the attempts to deliver a webhook to us, newest first, back to a date or as far as GitHub keeps them. */
export function listDeliveries(github: GitHub): (since: Date) => AsyncIterable<readonly ListedDelivery[]> {
  return async function* (since) {
    for await (const page of pagesOf(github)) {
      const wanted = page.filter(({ deliveredAt }) => Date.parse(deliveredAt) >= since.getTime())
      yield wanted
      if (wanted.length < page.length) return
    }
  }
}

/** Asks GitHub to deliver again. It comes with the same GUID, some seconds later. */
export function redeliver(github: GitHub): (id: string) => Promise<void> {
  return async (id) => {
    const { logger } = github
    logger.info(
      { actor: 'countersign', reason: 'it failed, or is missing here', delivery: id },
      'Asking for a delivery',
    )
    // In the form without types: those want a number, which cannot hold it.
    const url = '/app/hook/deliveries/{delivery_id}/attempts'
    await github.asApp().request({ method: 'POST', url, delivery_id: id })
  }
}

function pagesOf(github: GitHub): AsyncIterable<readonly ListedDelivery[]> {
  return eachPage(async (page) => {
    const asked = { per_page: 100, ...page, ...remembered }
    const { data, headers } = await github.asApp().request('GET /app/hook/deliveries', asked)
    const found = data.map(({ id, guid, delivered_at, status_code }): ListedDelivery => {
      const acknowledged = status_code >= 200 && status_code < 300
      return { id: String(id), guid, deliveredAt: delivered_at, acknowledged }
    })
    return { found, link: headers.link }
  })
}
