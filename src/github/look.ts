import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { type GraphAnswer, type GraphGap, type GraphQuery, queryGraph } from './query-graph.ts'

/** One look at one change: what the first answer left out, and the way to ask for more. */
export interface Look {
  readonly github: GitHub
  readonly subject: ChangeSubject
  readonly gaps: readonly GraphGap[]
}

/** Asks for something more about the change. `owner` and `name` are added to the variables. */
export function askMore<Data>({ github, subject }: Look, query: GraphQuery): Promise<GraphAnswer<Data>> {
  const { installationId, owner, repository: name } = subject
  const variables = { owner, name, ...query.variables }
  return queryGraph<Data>(github.forInstallation(installationId), { ...query, variables })
}

/** Two answers, or two parts of one, speak of different heads. */
export const headMoved = ({ subject: { owner, repository, number } }: Look): Error =>
  new Error(
    `The head of ${owner}/${repository}#${String(number)} moved while it was read. It is read again after a short wait.`,
  )
