import { openApp } from '#app.ts'
import { readConfig } from '#config.ts'

/** The app in a process of its own, as an operator runs it, so that GitHub's stand-in takes none of its time. */
const limits = process.env['BENCH_LIMITS'] === 'lifted' ? 'lifted' : 'github'
const app = await openApp(readConfig(process.env), { limits })
const { url } = await app.startWeb()
await app.startWorker()
process.send?.({ url })
process.on('message', (message) => {
  if (message === 'stop') void app.close().then(() => process.exit(0))
})
