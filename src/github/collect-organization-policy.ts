import { type Fact, unknown } from '#facts/fact.ts'
import type { PolicySource } from '#policy/policy-document.ts'
import { hiddenFile } from './base-commit.ts'
import type { PolicyRepositoryNode } from './change-answer.ts'
import { organizationPolicyPath } from './change-query.ts'
import type { GitHub } from './client.ts'
import { queryGraph } from './query-graph.ts'
import { toPolicyText } from './to-policies.ts'
import { unlessRefused } from './unless-refused.ts'

/** One place where the app is installed. */
interface Installed {
  readonly id: number
  /** Login of the organization or user. */
  readonly account: string
}

interface CollectOptions {
  /** The organization's repository that holds its policy, without its owner. */
  readonly policyRepository: string
}

/**
 * Collects the policy of an organization, as the default branch of its policy repository has it now; null when that
 * repository has no such file.
 */
export function collectOrganizationPolicy(
  github: GitHub,
  { policyRepository }: CollectOptions,
): (installation: Installed) => Promise<Fact<PolicySource | null>> {
  return ({ id, account: owner }) => {
    const name = `${owner}/${policyRepository}`
    return unlessRefused(
      async () => {
        const { data, gaps } = await queryGraph<OrganizationPolicyAnswer>(github.forInstallation(id), {
          operationName: 'OrganizationPolicy',
          document: organizationPolicyQuery,
          variables: { owner, name: policyRepository },
        })
        const path = ['repository', 'defaultBranchRef', 'target']
        const hidden = hiddenFile({ gaps, path }, { field: 'file', file: 'policy file' })
        const { repository } = data
        if (repository === null) {
          return unknown(`the repository ${name} cannot be seen: it does not exist, or the app is not installed on it`)
        }
        const from = { layer: 'organization', repository: name } as const
        return hidden ?? toPolicyText(repository.defaultBranchRef?.target ?? null, from)
      },
      ({ said }) => `GitHub did not show the policy in ${name}: grant the app contents: read (${said})`,
    )
  }
}

interface OrganizationPolicyAnswer {
  readonly repository: PolicyRepositoryNode | null
}

export const organizationPolicyQuery = `
query OrganizationPolicy($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    name owner { login }
    defaultBranchRef {
      target {
        ... on Commit {
          oid
          file(path: "${organizationPolicyPath}") { object { ... on Blob { text isTruncated isBinary } } }
        }
      }
    }
  }
}`
