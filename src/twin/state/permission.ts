/** What an account may do in a repository, weakest first. */
export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const

export type Permission = (typeof permissions)[number]

export const atLeast = (permission: Permission, wanted: Permission): boolean =>
  permissions.indexOf(permission) >= permissions.indexOf(wanted)

export const strongest = (all: readonly Permission[]): Permission =>
  permissions.findLast((permission) => all.includes(permission)) ?? 'none'

/** GitHub's older word for each, where only four levels are known. */
export const olderNames: Readonly<Record<Permission, 'none' | 'read' | 'write' | 'admin'>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
}
