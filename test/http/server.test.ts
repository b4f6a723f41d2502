import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, test } from '@jest/globals'
import { type Fakes, sign, startServer, webhook } from './fake-ports.ts'

const body = '{"action":"opened"}'

async function listen(over: Parameters<typeof startServer>[0] = {}): Promise<Fakes & { readonly port: number }> {
  const fakes = startServer(over)
  await fakes.server.listen({ host: '127.0.0.1', port: 0 })
  return { ...fakes, port: (fakes.server.server.address() as AddressInfo).port }
}

/** Whether it is ended or reset. */
const closed = (socket: Socket): Promise<undefined> =>
  new Promise((resolve) => {
    socket
      .on('error', () => undefined)
      .once('close', () => {
        resolve(undefined)
      })
  })

/** Sends a webhook's head and as much of its body as is said. */
async function send(port: number, sent: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const headers = Object.entries({ ...webhook(body).headers, 'x-hub-signature-256': sign(body) })
  const lines = headers.map(([name, value]) => `${name}: ${String(value)}`)
  const head = ['POST /api/github/webhooks HTTP/1.1', 'host: here', `content-length: ${String(body.length)}`, ...lines]
  socket.write(`${head.join('\r\n')}\r\n\r\n${sent}`)
  return socket
}

test('closing ends though a request is half sent, and answers first what was sent in full', async () => {
  const begun = Promise.withResolvers<undefined>()
  const gate = Promise.withResolvers<undefined>()
  const { server, port } = await listen({
    receive: async () => {
      begun.resolve(undefined)
      await gate.promise
      return 'stored'
    },
  })
  const halfRead = Promise.withResolvers<undefined>()
  server.server.on('request', (request) => {
    if (!request.complete) halfRead.resolve(undefined)
  })
  const half = await send(port, body.slice(0, 1))
  await halfRead.promise
  const whole = await send(port, body)
  await begun.promise
  const halfClosed = closed(half)
  const closing = server.close()
  await halfClosed
  gate.resolve(undefined)
  const [answer] = (await once(whole, 'data')) as [Buffer]
  expect(answer.toString()).toContain('HTTP/1.1 202 Accepted')
  await closing
}, 9_000)

test('closing ends though a connection has sent nothing, or half a head', async () => {
  const { server, port } = await listen()
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  sockets[1]?.write('POST /api/github/webhooks HTTP/1.1\r\nhost: he')
  const allClosed = Promise.all(sockets.map(closed))
  await server.close()
  await allClosed
}, 9_000)

test('whether it is ready is answered also when the store falls silent', async () => {
  const { server } = startServer({ readiness: () => Promise.withResolvers<never>().promise })
  const reply = await server.inject('/health/ready')
  expect(reply.statusCode).toBe(503)
  expect(reply.json()).toEqual({ status: 'not ready', checks: [{ name: 'answers in time', ready: false }] })
  await server.close()
}, 9_000)
