/** The clauses we claim to help satisfy. Ids only: the frameworks' own wording is theirs. */
export const criteria = [
  'ISO27001/A.5.3',
  'ISO27001/A.8.25',
  'ISO27001/A.8.29',
  'ISO27001/A.8.32',
  'NIST800-53/AU-10',
  'NIST800-53/CM-3',
  'NIST800-53/SA-11',
  'SOC2/CC8.1',
  'SSDF/PO.3.3',
  'SSDF/PS.1.1',
  'SSDF/PW.7.2',
  'SSDF/PW.8.2',
] as const

/** A misspelt mapping does not compile. */
export type Criterion = (typeof criteria)[number]
