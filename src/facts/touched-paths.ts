import type { ChangedFile } from './change-facts.ts'

/** The paths that a change touches: of a renamed file the new one and, where it is known, the old one. */
export const touchedPaths = (files: readonly ChangedFile[]): readonly string[] =>
  files.flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath]))

/** Whether the file was renamed and what it was called before has not been looked for. */
export const lacksOldPath = ({ status, previousPath }: ChangedFile): boolean =>
  status === 'renamed' && previousPath === null
