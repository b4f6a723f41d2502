import { type Fact, known, unknown } from '#facts/fact.ts'
import type { TextFileNode } from './change-answer.ts'

/** The text of a file as one commit has it; null when it has none. A folder or a submodule of that name is no file. */
export function toText(file: TextFileNode | null, where: string): Fact<string | null> {
  const blob = file?.object
  if (blob?.text === undefined) return known(null)
  if (blob.isTruncated === true) return unknown(`${where} is too large for GitHub to show: make it smaller`)
  if (blob.text === null) return unknown(`${where} is not text: replace it by a text file`)
  return known(blob.text)
}
