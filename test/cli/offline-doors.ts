import { expect } from '@jest/globals'
import type { Doors } from '#cli/doors.ts'
import type { ExitCode } from '#cli/exit-codes.ts'
import { runProgram } from '#cli/program.ts'
import { simulateChanges } from '#operations/simulate-change.ts'

export interface Ran {
  readonly out: string
  readonly err: string
  readonly code: ExitCode
}

type Opened = Pick<Doors, 'readText' | 'simulateChanges' | 'readFacts'>

/** Runs a command line where the doors to GitHub and a database are walls: only what is `opened` can be used. */
export async function runOffline(line: readonly string[], opened: Partial<Opened>): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const codes: ExitCode[] = []
  const doors: Partial<Doors> = {
    version: '0.1.0',
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    exit: (code) => codes.push(code),
    simulateChanges,
    ...opened,
  }
  await runProgram(line, doors as Doors)
  const [code] = codes
  if (code === undefined) throw new Error('The command did not say how it ended.')
  expect(codes).toHaveLength(1)
  return { out: out.join(''), err: err.join(''), code }
}

/** Reads from these texts instead of files. */
export const filesOf =
  (files: Readonly<Record<string, string>>): Doors['readText'] =>
  (path) => {
    const found = files[path]
    return found === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(found)
  }
