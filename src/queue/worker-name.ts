import { hostname } from 'node:os'

/** The workers of this process that still work. */
const ours = new Set<string>()

/** A worker's name tells where it runs, so that others see when it is gone: `host/process id/unique`. */
export function nameWorker(unique: string): string {
  const name = `${hostname().replaceAll('/', '-')}/${process.pid}/${unique}`
  ours.add(name)
  return name
}

export const retireWorker = (name: string): void => void ours.delete(name)

/** False only when it is certain: a worker on another host is alive for all we know, until its lease ends. */
export function isWorkerAlive(name: string): boolean {
  const [host, pid] = name.split('/')
  if (host !== hostname().replaceAll('/', '-')) return true
  // In a container every run of ours may have the same process id.
  if (Number(pid) === process.pid) return ours.has(name)
  return isProcessAlive(Number(pid))
}

function isProcessAlive(pid: number): boolean {
  try {
    // Signal 0 asks and sends nothing.
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
