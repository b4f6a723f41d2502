/** The clauses we claim to help satisfy. Ids only: the frameworks' own wording is theirs. */
export const criteria = [
  'ISO27001/A.5.3',
  'ISO27001/A.8.25',
  'ISO27001/A.8.32',
  'NIST800-53/CM-3',
  'SOC2/CC8.1',
  'SSDF/PO.3.3',
  'SSDF/PW.7.2',
] as const

/** A misspelt mapping does not compile. */
export type Criterion = (typeof criteria)[number]
