import type { Authorship } from './account.ts'
import type { Commit } from './commit-graph.ts'

const trailer = /^co-authored-by:[ \t]*(?<name>[^<\n]*?)[ \t]*<(?<email>[^>\n]+)>[ \t]*$/gim

/** The author and every co-author that the message's trailers name, each address once. */
export function authorsOf(commit: Commit): readonly Authorship[] {
  const coAuthors = [...commit.message.matchAll(trailer)].map((match) => ({
    name: match.groups?.['name'] ?? '',
    email: match.groups?.['email'] ?? '',
  }))
  const byEmail = new Map<string, Authorship>()
  for (const { name, email } of [commit.author, ...coAuthors]) {
    const key = email.toLowerCase()
    if (!byEmail.has(key)) byEmail.set(key, { name, email })
  }
  return [...byEmail.values()]
}

/** The message with one trailer per co-author, as git and GitHub write them. */
export function withCoAuthors(message: string, coAuthors: readonly Authorship[]): string {
  if (coAuthors.length === 0) return message
  return `${message}\n\n${coAuthors.map(({ name, email }) => `Co-authored-by: ${name} <${email}>`).join('\n')}`
}
