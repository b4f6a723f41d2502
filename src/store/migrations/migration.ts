export type Dialect = 'sqlite' | 'postgres'

/** One step forward. There is no way back: a mistake is mended by the next migration. */
export interface Migration {
  /** From 1, without gaps; also the start of its file's name. */
  readonly number: number
  readonly name: string
  readonly statements: (dialect: Dialect) => readonly string[]
}
