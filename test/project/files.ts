import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the project. */
export const root = join(import.meta.dirname, '../..')

export const readProjectFile = (path: string): string => readFileSync(join(root, path), 'utf8')

export const readProjectJson = (path: string): unknown => JSON.parse(readProjectFile(path))

/** Every file that is, or is about to be, committed; paths from the root. */
export function listFiles(...patterns: readonly string[]): readonly string[] {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns]
  const paths = execFileSync('git', listing, { cwd: root, encoding: 'utf8' }).split('\0')
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' }).split('\0')
  return paths.filter((path) => path !== '' && !deleted.includes(path))
}
