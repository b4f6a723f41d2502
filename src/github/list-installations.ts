import type { GitHub } from './client.ts'
import { eachPage } from './each-page.ts'

export interface ListedInstallation {
  readonly id: number
  /** Login of the organization or user it is installed on. */
  readonly account: string
  readonly standing: 'active' | 'suspended'
}

/** Lists where the app is installed. */
export function listInstallations(github: GitHub): () => Promise<readonly ListedInstallation[]> {
  return async () => {
    const installations: ListedInstallation[] = []
    const pages = eachPage(async (page) => {
      const { data, headers } = await github.asApp().request('GET /app/installations', { per_page: 100, ...page })
      return { found: data, link: headers.link }
    })
    for await (const page of pages) {
      for (const { id, account, suspended_at } of page) {
        const standing = suspended_at === null ? 'active' : 'suspended'
        installations.push({ id, account: accountName(account), standing })
      }
    }
    return installations
  }
}

/** An enterprise has a slug where others have a login. */
function accountName(account: { readonly login: string } | { readonly slug: string } | null): string {
  if (account === null) return 'ghost'
  return 'login' in account ? account.login : account.slug
}
