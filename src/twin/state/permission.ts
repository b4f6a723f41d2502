/** What an account may do in a repository, weakest first. */
export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const

export type Permission = (typeof permissions)[number]

export const atLeast = (permission: Permission, wanted: Permission): boolean =>
  permissions.indexOf(permission) >= permissions.indexOf(wanted)

export const strongest = (all: readonly Permission[]): Permission =>
  permissions.findLast((permission) => all.includes(permission)) ?? 'none'
