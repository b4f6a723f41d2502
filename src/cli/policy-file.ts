import type { PolicyFault } from '#policy/effective-policy.ts'
import type { Doors, PolicyLayer } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { printable } from './terminal-text.ts'

/** Whose policy a file is, where nobody says: by its path. */
export const layerOfPath = (file: string): PolicyLayer =>
  /(^|[\\/])\.github[\\/]countersign\.ya?ml$/.test(file) ? 'repository' : 'organization'

/** A fault on one line that editors can follow: `countersign.yml:4: mode: …`. */
export const faultLine = (file: string, { path, line, message }: PolicyFault): string =>
  printable(`${file}${line === null ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${message}`)

/** The text of a file, or bad input when it cannot be read; `-` is standard input. */
export async function textOfFile(file: string, doors: Pick<Doors, 'readText'>): Promise<string> {
  try {
    return await doors.readText(file)
  } catch (cause) {
    throw new CommandError(2, `${printable(file)} cannot be read: give the path of a file that is there.`, { cause })
  }
}
