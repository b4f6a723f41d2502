/** Where the app is installed, and how it stands there. */
export interface InstallationStanding {
  readonly id: number
  /** Login of the organization or user it is installed on. */
  readonly account: string
  /** `removed`: uninstalled. */
  readonly standing: 'active' | 'suspended' | 'removed'
}
