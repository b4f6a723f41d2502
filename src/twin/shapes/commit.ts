import type { Commit, Signature } from '../state/commit-graph.ts'
import type { CommitStatus } from '../state/commit-status.ts'
import type { FileChange } from '../state/diff.ts'
import { nodeIdOf } from '../state/ids.ts'
import type { Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { accountJson } from './account.ts'
import type { Json } from './json.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

export const commitNodeId = (repository: Repository, sha: string): string => nodeIdOf('C', `${repository.id}:${sha}`)

/** A commit as REST shows it: accounts are null when an address belongs to nobody. */
export function commitJson(repository: Repository, commit: Commit): Json {
  const { sha, message, parents, treeSha } = commit
  const url = repositoryUrl(repository, `/commits/${sha}`)
  return {
    sha,
    node_id: commitNodeId(repository, sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message,
      tree: { sha: treeSha, url: repositoryUrl(repository, `/git/trees/${treeSha}`) },
      url: repositoryUrl(repository, `/git/commits/${sha}`),
      comment_count: 0,
      verification: verificationJson(commit),
    },
    url,
    html_url: repositoryPage(repository, `/commit/${sha}`),
    comments_url: `${url}/comments`,
    author: accountOrNull(repository, commit.author),
    committer: accountOrNull(repository, commit.committer),
    parents: parents.map((parent) => ({
      sha: parent,
      url: repositoryUrl(repository, `/commits/${parent}`),
      html_url: repositoryPage(repository, `/commit/${parent}`),
    })),
  }
}

function verificationJson({ signature, treeSha }: Commit): Json {
  if (!signature) return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }
  const { state, verifiedAt } = signature
  return {
    verified: state === 'valid',
    reason: state,
    signature: signatureText,
    payload: signedText(treeSha),
    verified_at: verifiedAt,
  }
}

/** What stands for a signature: nobody here verifies it again. */
export const signatureText = '-----BEGIN PGP SIGNATURE-----'

export const signedText = (treeSha: string): string => `tree ${treeSha}`

function accountOrNull(repository: Repository, signature: Signature): Json | null {
  const account = repository.world.accountOf(signature)
  return account ? accountJson(repository.world, account) : null
}

/** A commit as check suites carry it. */
export const headCommitJson = ({ sha, treeSha, message, author, committer }: Commit): Json => ({
  id: sha,
  tree_id: treeSha,
  message,
  timestamp: author.date,
  author: { name: author.name, email: author.email },
  committer: { name: committer.name, email: committer.email },
})

export function fileJson(repository: Repository, file: FileChange, sha: string): Json {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.blobSha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: repositoryPage(repository, `/blob/${sha}/${path}`),
    raw_url: repositoryPage(repository, `/raw/${sha}/${path}`),
    contents_url: repositoryUrl(repository, `/contents/${path}?ref=${sha}`),
    ...(file.patch !== '' && { patch: file.patch }),
    ...(file.previousPath !== null && { previous_filename: file.previousPath }),
  }
}

export function statusJson(status: CommitStatus): Json {
  const { repository, sha, id, nodeId, state, description, targetUrl, context, creator } = status
  const account = accountJson(repository.world, creator)
  return {
    url: repositoryUrl(repository, `/statuses/${sha}`),
    avatar_url: account['avatar_url'],
    id,
    node_id: nodeId,
    state,
    description,
    target_url: targetUrl,
    context,
    created_at: toTimestamp(status.createdAt),
    updated_at: toTimestamp(status.createdAt),
    creator: account,
  }
}
