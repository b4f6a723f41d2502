import { closestWord } from './closest-word.ts'
import type { PolicyFault } from './effective-policy.ts'
import type { ControlStatements, PolicyDocument } from './policy-document.ts'

interface NamedTeam {
  /** Dotted path inside the file. */
  readonly path: string
  /** As written: `organization/slug`. */
  readonly team: string
}

/** The teams that a policy file names, wherever a setting is called `teams`. */
export function teamsNamed({ controls, groups }: PolicyDocument): readonly NamedTeam[] {
  return [
    ...inStatements(controls, 'controls'),
    ...groups.flatMap((group, at) => inStatements(group.controls, `groups.${String(at)}.controls`)),
  ]
}

/**
 * A fault for each team that does not exist, with the nearest one that does.
 *
 * `slugs`: those of the organization, in lower case. A team of another organization is a fault as well: its members are
 * not shown to us.
 */
export function unknownTeams(
  document: PolicyDocument,
  { organization, slugs }: { readonly organization: string; readonly slugs: readonly string[] },
): readonly PolicyFault[] {
  const there = slugs.map((slug) => `${organization}/${slug}`.toLowerCase())
  const known = new Set(there)
  return teamsNamed(document)
    .filter(({ team }) => !known.has(team.toLowerCase()))
    .slice(0, mostFaults)
    .map(({ path, team }) => {
      const line = lineOf(path, document)
      const nearest = closestWord(team.toLowerCase(), there)
      const hint = nearest === null ? '' : ` Did you mean "${nearest}"?`
      return { path, line, message: `${organization} has no team "${team}".${hint}` }
    })
}

/** The rest is told when these are mended; and to look for the nearest name costs time. */
const mostFaults = 50

const inStatements = (statements: ControlStatements, path: string): readonly NamedTeam[] =>
  Object.entries(statements).flatMap(([control, { settings }]) => inValue(settings, `${path}.${control}`))

function inValue(value: unknown, path: string): readonly NamedTeam[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const place = `${path}.${key}`
    if (key !== 'teams' || !Array.isArray(inner)) return inValue(inner, place)
    return inner.flatMap((team, at) => (typeof team === 'string' ? [{ path: `${place}.${String(at)}`, team }] : []))
  })
}

/** The line of the nearest thing around it that is in the file. */
function lineOf(path: string, { lines }: PolicyDocument): number | null {
  for (let place = path; place !== ''; place = place.slice(0, Math.max(0, place.lastIndexOf('.')))) {
    const line = lines[place]
    if (line !== undefined) return line
  }
  return null
}
