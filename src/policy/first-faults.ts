import type { PolicyFault } from './effective-policy.ts'

/** A list that fills a page helps nobody, and a check has room for so much. */
const most = 50

/** The first fifty faults, and how many more there are: those are told when the first are mended. */
export function firstFaults(faults: readonly PolicyFault[]): readonly PolicyFault[] {
  const more = faults.length - most
  if (more <= 0) return faults
  return [...faults.slice(0, most), { path: '', line: null, message: `And ${more} more, told when these are mended.` }]
}
