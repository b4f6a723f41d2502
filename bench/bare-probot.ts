import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createNodeMiddleware, createProbot } from 'probot'

/** A Probot server as its own documentation builds it: it verifies and answers, and stores nothing. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const probot = createProbot({
  overrides: {
    appId: 1,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    secret: process.env.WEBHOOK_SECRET ?? '',
    logLevel: 'error',
  },
})
const middleware = await createNodeMiddleware((app) => app.on('ping', () => undefined), {
  probot,
  webhooksPath: '/',
})
const server = createServer((incoming, outgoing) => void middleware(incoming, outgoing))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  process.send?.({ url: `http://127.0.0.1:${String(address.port)}/` })
})
