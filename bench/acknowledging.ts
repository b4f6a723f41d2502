import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { Scene } from './scene.ts'

const secret = 'bench'
const total = 2_000
const parallel = 50

/** Deliveries acknowledged a second: ours on both stores, and a bare Probot server that keeps nothing. */
export async function measureAcknowledging(): Promise<{ embedded: number; server: number | null; probot: number }> {
  const probot = await measureProbot()
  const embedded = await measureOurs()
  const databaseUrl = process.env['BENCH_DATABASE_URL']
  return { probot, embedded, server: databaseUrl === undefined ? null : await measureOurs(databaseUrl) }
}

async function measureOurs(databaseUrl?: string): Promise<number> {
  const scene = await Scene.open({ limits: 'lifted', ...(databaseUrl ? { databaseUrl } : {}) })
  // A ping touches nothing, so that receiving alone is measured, not what follows.
  const rate = await send(`${scene.url}/api/github/webhooks`, scene.twin.app.webhookSecret)
  await scene.close()
  return rate
}

async function measureProbot(): Promise<number> {
  const child = fork(join(import.meta.dirname, 'bare-probot.ts'), { env: { ...process.env, WEBHOOK_SECRET: secret } })
  const [message] = (await once(child, 'message')) as [{ url: string }]
  const rate = await send(message.url, secret)
  child.kill()
  await once(child, 'exit')
  return rate
}

async function send(url: string, key: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel })
  const body = JSON.stringify({
    zen: 'Measure.',
    hook_id: 1,
    hook: { type: 'App', id: 1, active: true, events: [] },
    padding: 'x'.repeat(10_000),
  })
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-github-event': 'ping',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': signature,
      }
      const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => {
          if ((response.statusCode ?? 500) < 300) resolve()
          else reject(new Error(`A delivery was answered with ${String(response.statusCode)}.`))
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  const run = async (count: number): Promise<void> => {
    let left = count
    const sender = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        await one()
      }
    }
    await Promise.all(Array.from({ length: parallel }, sender))
  }
  await run(total / 4)
  const startedAt = performance.now()
  await run(total)
  const seconds = (performance.now() - startedAt) / 1_000
  agent.destroy()
  return total / seconds
}
