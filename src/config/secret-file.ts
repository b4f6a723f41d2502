import { readFileSync, statSync } from 'node:fs'

/** What was found where a variable said that it would be. */
export interface Source {
  readonly text?: string
  readonly fault?: string
  readonly warning?: string
}

/** Reads the file that a variable names. No sentence repeats what is in it, nor its path. */
export function readSecretFile(variable: string, path: string): Source {
  try {
    const { mode, size } = statSync(path)
    if (size > largestSecretBytes) return { fault: `${variable} names a file that is too large to be a secret.` }
    const text = readFileSync(path, 'utf8').replace(/(\r?\n)+$/, '')
    if (text.trim() === '') return { fault: `${variable} names an empty file: put the secret into it.` }
    const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
    if (!isOpen || !actsAsSomebody(variable)) return { text }
    return { text, warning: `${variable} names a file that other users may read or write: give it mode 600.` }
  } catch (error) {
    return { fault: `${variable} names ${unreadable(error)}` }
  }
}

const largestSecretBytes = 65_536

/** Keys and tokens: whoever reads one can act in our name. A webhook secret lets nobody in elsewhere. */
const actsAsSomebody = (variable: string): boolean => /^PRIVATE_KEY_|_TOKEN_FILE$/.test(variable)

function unreadable(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'a file that does not exist: correct the path.'
  if (code === 'EACCES' || code === 'EPERM') return 'a file that this process may not read: give its user the right to.'
  if (code === 'EISDIR') return 'a folder: give the path of the file in it.'
  return `a file that cannot be read (${typeof code === 'string' ? code : 'unknown reason'}).`
}
