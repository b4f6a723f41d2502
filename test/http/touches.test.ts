import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { actedOn, touchedBy } from '#http/touches.ts'
import type { Self } from '#http/touches/row.ts'
import type { Touch, TouchedChanges } from '#operations/receive-delivery.ts'

const self: Self = { id: 4711, policyRepository: '.github' }

const oldHead = 'b'.repeat(40)
const newHead = 'a'.repeat(40)
const ada = { id: 7, login: 'ada', kind: 'user' } as const
const subject = {
  kind: 'change',
  installationId: 5,
  repositoryId: 9,
  owner: 'acme',
  repository: 'shop',
  number: 3,
} as const

const sent = {
  installation: { id: 5 },
  sender: { id: 7, login: 'ada', type: 'User' },
  repository: { id: 9, name: 'shop', owner: { login: 'acme' }, default_branch: 'main' },
}
const onChange = { ...sent, pull_request: { number: 3, head: { sha: newHead } } }

const theChange = { touches: 'change', subject } as const satisfies Touch
const sharing = (sha: string) => ({ touches: 'head', repositoryId: 9, sha }) as const satisfies Touch
/** Its tickets are to be read anew. */
const anew = (of: TouchedChanges): Touch => ({ touches: 'tickets-of', of })
const groupAt = (sha: string): Touch => ({ touches: 'merge-group-at', repositoryId: 9, sha })
const openOfRepository: Touch = { touches: 'open-changes-of-repository', repositoryId: 9 }
const openOfOrganization: Touch = { touches: 'open-changes-of-organization', installationId: 5 }
const openOfBranch = (which: 'all' | 'resting-on-base', branch = 'main'): Touch => ({
  touches: 'open-changes-of-branch',
  repositoryId: 9,
  branch,
  which,
})
const accessDropped: Touch = { touches: 'kept-answers', kinds: ['permission'], installationId: 5, repositoryId: 9 }
const membersDropped: Touch = {
  touches: 'kept-answers',
  kinds: ['teams', 'team-members', 'permission', 'organization-members'],
  installationId: 5,
  repositoryId: null,
}
const pushed = (before: string | null, after: string): Touch => ({
  touches: 'pushes',
  subject,
  push: { before, after, by: ada },
})
const installed = (standing: 'active' | 'suspended' | 'removed'): Touch => ({
  touches: 'installation',
  installation: { id: 5, account: 'acme', standing },
})

type Row = [sentence: string, event: string, payload: unknown, touches: readonly Touch[]]

const changes: readonly Row[] = [
  [
    'opening a change touches it, and its opener pushed its head',
    'pull_request',
    { ...onChange, action: 'opened' },
    [theChange, pushed(null, newHead)],
  ],
  [
    'reopening touches it alone: what was pushed while it was closed was not told',
    'pull_request',
    { ...onChange, action: 'reopened' },
    [theChange],
  ],
  ['editing its title, text or base touches it', 'pull_request', { ...onChange, action: 'edited' }, [theChange]],
  ['taking it out of draft touches it', 'pull_request', { ...onChange, action: 'ready_for_review' }, [theChange]],
  ['making it a draft touches it', 'pull_request', { ...onChange, action: 'converted_to_draft' }, [theChange]],
  [
    'a push touches it and names the pusher; who shares a head with it is asked anew once it is recorded',
    'pull_request',
    { ...onChange, action: 'synchronize', before: oldHead, after: newHead },
    [theChange, pushed(oldHead, newHead)],
  ],
  [
    'a push that does not say from where to where touches it all the same',
    'pull_request',
    { ...onChange, action: 'synchronize', before: null, after: newHead },
    [theChange],
  ],
  ['closing or merging touches it', 'pull_request', { ...onChange, action: 'closed' }, [theChange]],
  ['a label may choose another rule', 'pull_request', { ...onChange, action: 'labeled' }, [theChange]],
  ['so may one that is taken away', 'pull_request', { ...onChange, action: 'unlabeled' }, [theChange]],
  ['joining the merge queue touches it', 'pull_request', { ...onChange, action: 'enqueued' }, [theChange]],
  ['leaving the merge queue touches it', 'pull_request', { ...onChange, action: 'dequeued' }, [theChange]],
  ['an assignee decides nothing', 'pull_request', { ...onChange, action: 'assigned' }, []],
  ['an action nobody has heard of touches nothing', 'pull_request', { ...onChange, action: 'petted' }, []],
  ['a submitted review touches the change', 'pull_request_review', { ...onChange, action: 'submitted' }, [theChange]],
  ['an edited review touches the change', 'pull_request_review', { ...onChange, action: 'edited' }, [theChange]],
  ['a dismissed review touches the change', 'pull_request_review', { ...onChange, action: 'dismissed' }, [theChange]],
  ['a comment in a review touches nothing', 'pull_request_review_comment', { ...onChange, action: 'created' }, []],
  [
    'who opened it is not known when the account is gone: no push is told',
    'pull_request',
    { ...onChange, sender: null, action: 'opened' },
    [theChange],
  ],
  [
    'an app that pushes is a bot',
    'pull_request',
    { ...onChange, action: 'opened', sender: { id: 8, login: 'renovate[bot]', type: 'Bot' } },
    [
      theChange,
      {
        touches: 'pushes',
        subject,
        push: { before: null, after: newHead, by: { id: 8, login: 'renovate[bot]', kind: 'bot' } },
      },
    ],
  ],
  [
    'an enterprise account that pushes is of another kind',
    'pull_request',
    { ...onChange, action: 'opened', sender: { id: 8, login: 'emu', type: 'Mannequin' } },
    [
      theChange,
      {
        touches: 'pushes',
        subject,
        push: { before: null, after: newHead, by: { id: 8, login: 'emu', kind: 'other' } },
      },
    ],
  ],
  [
    'without an installation nobody could look: nothing',
    'pull_request',
    { ...onChange, installation: null, action: 'opened' },
    [],
  ],
  [
    'a head that is no commit id makes no push',
    'pull_request',
    { ...onChange, action: 'opened', pull_request: { number: 3, head: { sha: 'HEAD' } } },
    [theChange],
  ],
  [
    'an id beyond 2^53 is not taken for its neighbour',
    'pull_request',
    { ...onChange, action: 'edited', repository: { ...sent.repository, id: 2 ** 53 } },
    [],
  ],
  [
    'a title of any script is nobody’s business',
    'pull_request',
    { ...onChange, action: 'edited', pull_request: { number: 3, title: '\u202e<b>@all</b>\u0000' } },
    [theChange],
  ],
]

const run = { app: { id: 4711 }, head_sha: newHead, pull_requests: [] as unknown[] }
const named = (number: number, repository: number) => ({ number, base: { repo: { id: repository } } })

const checks: readonly Row[] = [
  [
    're-running our check touches the change it names',
    'check_run',
    { ...sent, action: 'rerequested', check_run: { ...run, pull_requests: [named(3, 9)] } },
    [anew(theChange), theChange, groupAt(newHead)],
  ],
  [
    're-running our check of a fork touches whoever has that head',
    'check_run',
    { ...sent, action: 'rerequested', check_run: run },
    [anew(sharing(newHead)), sharing(newHead), groupAt(newHead)],
  ],
  [
    'a pull request of another repository with the same head is not ours',
    'check_run',
    { ...sent, action: 'rerequested', check_run: { ...run, pull_requests: [named(3, 10)] } },
    [anew(sharing(newHead)), sharing(newHead), groupAt(newHead)],
  ],
  [
    're-running the check of another app touches nothing',
    'check_run',
    { ...sent, action: 'rerequested', check_run: { ...run, app: { id: 1 } } },
    [],
  ],
  [
    'our button Re-check touches the change',
    'check_run',
    {
      ...sent,
      action: 'requested_action',
      requested_action: { identifier: 'recheck' },
      check_run: { ...run, pull_requests: [named(3, 9)] },
    },
    [anew(theChange), theChange, groupAt(newHead)],
  ],
  [
    'another button touches nothing',
    'check_run',
    { ...sent, action: 'requested_action', requested_action: { identifier: 'fix' }, check_run: run },
    [],
  ],
  ['what becomes of our own check touches nothing', 'check_run', { ...sent, action: 'completed', check_run: run }, []],
  ['that our own check begins touches nothing', 'check_run', { ...sent, action: 'created', check_run: run }, []],
  [
    'the check of another app that begins touches whoever has that head, and the change it names',
    'check_run',
    { ...sent, action: 'created', check_run: { ...run, app: { id: 1 }, pull_requests: [named(3, 9), named(4, 10)] } },
    [sharing(newHead), theChange],
  ],
  [
    'the check of another app that ends touches whoever has that head, also in a fork',
    'check_run',
    { ...sent, action: 'completed', check_run: { ...run, app: { id: 1 } } },
    [sharing(newHead)],
  ],
  [
    'a check whose app is gone is another’s',
    'check_run',
    { ...sent, action: 'completed', check_run: { ...run, app: null } },
    [sharing(newHead)],
  ],
  [
    'the suite of another app that ends touches whoever has that head, and the change it names',
    'check_suite',
    { ...sent, action: 'completed', check_suite: { ...run, app: { id: 1 }, pull_requests: [named(3, 9)] } },
    [sharing(newHead), theChange],
  ],
  ['our own suite that ends touches nothing', 'check_suite', { ...sent, action: 'completed', check_suite: run }, []],
  ['a status touches whoever has that head', 'status', { ...sent, sha: newHead, state: 'failure' }, [sharing(newHead)]],
  ['a status on no commit touches nothing', 'status', { ...sent, sha: null, state: 'success' }, []],
  [
    're-running our whole suite touches the changes it names',
    'check_suite',
    { ...sent, action: 'rerequested', check_suite: { ...run, pull_requests: [named(3, 9), null, 'x'] } },
    [anew(theChange), theChange, groupAt(newHead)],
  ],
  [
    're-running the suite of another app touches nothing',
    'check_suite',
    { ...sent, action: 'rerequested', check_suite: { ...run, app: { id: 1 } } },
    [],
  ],
  [
    'a suite that lists null is found by its head',
    'check_suite',
    { ...sent, action: 'rerequested', check_suite: { ...run, pull_requests: null } },
    [anew(sharing(newHead)), sharing(newHead), groupAt(newHead)],
  ],
]

const commit = (...modified: string[]) => ({ id: newHead, added: [], removed: [], modified })
const push = (over: object) => ({ ...sent, ref: 'refs/heads/main', commits: [commit('README.md')], ...over })
const policyHome = { ...sent.repository, name: '.github' }
const repositoryPolicy = '.github/countersign.yml'

const codeOwners = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

const pushes: readonly Row[] = [
  [
    'a push of code touches what was compared with the tip of that branch',
    'push',
    push({}),
    [openOfBranch('resting-on-base')],
  ],
  [
    'a push that edits the repository’s policy touches all that is to go into that branch',
    'push',
    push({ commits: [commit('a'), commit(repositoryPolicy)] }),
    [openOfBranch('all')],
  ],
  [
    'a push that adds the policy does too',
    'push',
    push({ commits: [{ ...commit(), added: [repositoryPolicy] }] }),
    [openOfBranch('all')],
  ],
  [
    'a push that removes the policy does too',
    'push',
    push({ commits: [{ ...commit(), removed: [repositoryPolicy] }] }),
    [openOfBranch('all')],
  ],
  ...codeOwners.map((path): Row => [
    `so does one of ${path}`,
    'push',
    push({ commits: [commit(path)] }),
    [openOfBranch('all')],
  ]),
  [
    'a policy on any branch may be the base of changes',
    'push',
    push({ ref: 'refs/heads/release/2', commits: [commit(repositoryPolicy)] }),
    [openOfBranch('all', 'release/2')],
  ],
  [
    'a file that only ends like the policy or CODEOWNERS is code',
    'push',
    push({ commits: [commit('docs/.github/countersign.yml', 'src/CODEOWNERS')] }),
    [openOfBranch('resting-on-base')],
  ],
  [
    'countersign.yml in an ordinary repository is code',
    'push',
    push({ commits: [commit('countersign.yml')] }),
    [openOfBranch('resting-on-base')],
  ],
  [
    'countersign.yml in the policy repository touches the organization',
    'push',
    push({ repository: policyHome, commits: [commit('countersign.yml')] }),
    [openOfBranch('resting-on-base'), openOfOrganization],
  ],
  [
    'names of repositories differ in case and are the same',
    'push',
    push({ repository: { ...policyHome, name: '.GitHub' }, commits: [commit('countersign.yml')] }),
    [openOfBranch('resting-on-base'), openOfOrganization],
  ],
  [
    'on a topic branch of the policy repository it is a proposal, for nobody but that branch',
    'push',
    push({ repository: policyHome, ref: 'refs/heads/stricter', commits: [commit('countersign.yml')] }),
    [openOfBranch('resting-on-base', 'stricter')],
  ],
  [
    'the policy repository has changes of its own too',
    'push',
    push({ repository: policyHome, commits: [commit('countersign.yml', repositoryPolicy)] }),
    [openOfBranch('all'), openOfOrganization],
  ],
  [
    'a list of 2,048 commits may be cut: all',
    'push',
    push({ commits: Array.from({ length: 2048 }, () => commit('a')) }),
    [openOfBranch('all')],
  ],
  [
    'a list of 2,047 commits is whole',
    'push',
    push({ commits: Array.from({ length: 2047 }, () => commit('a')) }),
    [openOfBranch('resting-on-base')],
  ],
  ['no list of commits cannot tell: all', 'push', push({ commits: null }), [openOfBranch('all')]],
  ['a commit without its files cannot tell: all', 'push', push({ commits: [{ id: newHead }] }), [openOfBranch('all')]],
  ['a push by force may take a policy away: all', 'push', push({ forced: true }), [openOfBranch('all')]],
  [
    'by force in the policy repository it may take the organization’s away',
    'push',
    push({ repository: policyHome, forced: true }),
    [openOfBranch('all'), openOfOrganization],
  ],
  ['deleting a branch touches nothing', 'push', push({ deleted: true, commits: [] }), []],
  ['a tag touches nothing', 'push', push({ ref: 'refs/tags/v1', commits: [commit(repositoryPolicy)] }), []],
  [
    'a push that claims an action is a push all the same',
    'push',
    push({ action: 'opened', commits: [commit(repositoryPolicy)] }),
    [openOfBranch('all')],
  ],
]

const withoutRepository = { ...sent, repository: undefined }
const renamed = { changes: { repository: { name: { from: 'store' } } } }

const rules: readonly Row[] = [
  ...['created', 'edited', 'deleted'].flatMap((action): readonly Row[] => [
    [`a ruleset of a repository was ${action}`, 'repository_ruleset', { ...sent, action }, [openOfRepository]],
    [`a branch protection rule was ${action}`, 'branch_protection_rule', { ...sent, action }, [openOfRepository]],
    [
      `a ruleset of the organization was ${action}`,
      'repository_ruleset',
      { ...withoutRepository, action },
      [openOfOrganization],
    ],
  ]),
  [
    'a repository got other topics, by which policies choose',
    'repository',
    { ...sent, action: 'edited', changes: { topics: { from: ['payments'] } } },
    [openOfRepository],
  ],
  [
    'another description decides nothing',
    'repository',
    { ...sent, action: 'edited', changes: { description: { from: 'Sells.' } } },
    [],
  ],
  [
    'another default branch decides nothing: policies are read from base branches',
    'repository',
    { ...sent, action: 'edited', changes: { default_branch: { from: 'master' } } },
    [],
  ],
  [
    'another default branch of the policy repository holds another policy',
    'repository',
    { ...sent, repository: policyHome, action: 'edited', changes: { default_branch: { from: 'master' } } },
    [openOfOrganization],
  ],
  [
    'a repository was renamed: policies choose by name too',
    'repository',
    { ...sent, action: 'renamed', ...renamed },
    [openOfRepository],
  ],
  ['a repository was archived', 'repository', { ...sent, action: 'archived' }, []],
]

const headBranch = `gh-readonly-queue/release/2/pr-3-${oldHead}`
const group = {
  ...{ head_sha: newHead, base_sha: oldHead },
  ...{ head_ref: `refs/heads/${headBranch}`, base_ref: 'refs/heads/release/2' },
}
const groupSubject = {
  kind: 'merge-group',
  ...{ installationId: 5, repositoryId: 9, owner: 'acme', repository: 'shop' },
  ...{ headSha: newHead, baseSha: oldHead, headBranch, baseBranch: 'release/2' },
} as const

const groups: readonly Row[] = [
  [
    'the merge queue asks for the checks of a group',
    'merge_group',
    { ...sent, action: 'checks_requested', merge_group: group },
    [{ touches: 'merge-group', subject: groupSubject }],
  ],
  [
    'a group that is no more touches the change that came last into it',
    'merge_group',
    { ...sent, action: 'destroyed', reason: 'dequeued', merge_group: group },
    [{ touches: 'merge-group-ended', subject: groupSubject }, theChange],
  ],
  [
    'a group whose branch names no change only ends',
    'merge_group',
    { ...sent, action: 'destroyed', merge_group: { ...group, head_ref: 'refs/heads/pr-x' } },
    [{ touches: 'merge-group-ended', subject: { ...groupSubject, headBranch: 'pr-x' } }],
  ],
  [
    'a group without its head is nothing to look at',
    'merge_group',
    { ...sent, action: 'checks_requested', merge_group: { ...group, head_sha: null } },
    [],
  ],
  ['and nothing that ends', 'merge_group', { ...sent, action: 'destroyed', merge_group: null }, []],
]

const commented = (body: string, over: object = {}) => ({
  ...sent,
  action: 'created',
  issue: { number: 3, pull_request: { url: 'https://api.github.com/repos/acme/shop/pulls/3' } },
  comment: { id: 77, body, created_at: '2026-01-02T03:04:05Z' },
  ...over,
})
const commanded = (command: 'recheck' | 'unknown'): Touch => ({
  touches: 'command',
  subject,
  command: { commentId: 77, command, by: 'ada', at: '2026-01-02T03:04:05Z' },
})

const commands: readonly Row[] = [
  ['a command in a comment', 'issue_comment', commented('/countersign recheck'), [commanded('recheck')]],
  [
    'a command on a line among others, with the line ends of a browser',
    'issue_comment',
    commented('Now it should do.\r\n/countersign recheck \r\nThanks!'),
    [commanded('recheck')],
  ],
  ['a command we do not know', 'issue_comment', commented('/countersign dance'), [commanded('unknown')]],
  ['a command by the name of a method', 'issue_comment', commented('/countersign toString'), [commanded('unknown')]],
  [
    'of two commands the first',
    'issue_comment',
    commented('/countersign dance\n/countersign recheck'),
    [commanded('unknown')],
  ],
  ['a command that goes on is talk', 'issue_comment', commented('/countersign recheck please'), []],
  ['a command without a word is talk', 'issue_comment', commented('/countersign\nrecheck'), []],
  ['a command inside a line is talk', 'issue_comment', commented('Write /countersign recheck'), []],
  ['a quoted command is talk', 'issue_comment', commented('> /countersign recheck'), []],
  ['a command of another tool', 'issue_comment', commented('/countersigned recheck'), []],
  ['a comment without a body', 'issue_comment', commented('', { comment: { id: 77, body: null } }), []],
  [
    'a command by a bot is not heard',
    'issue_comment',
    commented('/countersign recheck', { sender: { id: 8, login: 'renovate[bot]', type: 'Bot' } }),
    [],
  ],
  [
    'a command on an issue that is no pull request',
    'issue_comment',
    commented('/countersign recheck', { issue: { number: 3 } }),
    [],
  ],
  [
    'a command that is written into an old comment',
    'issue_comment',
    commented('/countersign recheck', { action: 'edited' }),
    [],
  ],
  ['a comment that is taken away', 'issue_comment', commented('/countersign recheck', { action: 'deleted' }), []],
]

const at = { installation: { id: 5, account: { login: 'acme' }, suspended_at: null } }

const installations: readonly Row[] = [
  [
    'a new member may approve: the repository’s open changes',
    'member',
    { ...sent, action: 'added' },
    [accessDropped, openOfRepository],
  ],
  ['a member’s permission changed', 'member', { ...sent, action: 'edited' }, [accessDropped, openOfRepository]],
  ['a member left', 'member', { ...sent, action: 'removed' }, [accessDropped, openOfRepository]],
  ['somebody joined a team', 'membership', { ...sent, action: 'added' }, [membersDropped, openOfOrganization]],
  ['somebody left a team', 'membership', { ...sent, action: 'removed' }, [membersDropped, openOfOrganization]],
  [
    'somebody left the organization',
    'organization',
    { ...sent, action: 'member_removed' },
    [membersDropped, openOfOrganization],
  ],
  [
    'somebody joined the organization',
    'organization',
    { ...sent, action: 'member_added' },
    [membersDropped, openOfOrganization],
  ],
  [
    'a team got a repository of its own',
    'team',
    { ...sent, action: 'added_to_repository' },
    [membersDropped, openOfOrganization],
  ],
  ['a team’s rights were edited', 'team', { ...sent, action: 'edited' }, [membersDropped, openOfOrganization]],
  ['a team was deleted', 'team', { ...sent, action: 'deleted' }, [membersDropped, openOfOrganization]],
  [
    'a team lost a repository',
    'team',
    { ...sent, action: 'removed_from_repository' },
    [membersDropped, openOfOrganization],
  ],
  ['a team got a repository', 'team_add', sent, [membersDropped, openOfOrganization]],
  [
    'a team that a policy names may be created late',
    'team',
    { ...sent, action: 'created' },
    [membersDropped, openOfOrganization],
  ],
  ['somebody was invited: no member yet', 'organization', { ...sent, action: 'member_invited' }, []],
  ['a member of a repository that is not named', 'member', { ...withoutRepository, action: 'added' }, []],
  ['installed', 'installation', { ...at, action: 'created' }, [installed('active')]],
  ['uninstalled', 'installation', { ...at, action: 'deleted' }, [installed('removed')]],
  ['suspended', 'installation', { ...at, action: 'suspend' }, [installed('suspended')]],
  [
    'no longer suspended, whatever the payload still says',
    'installation',
    { installation: { ...at.installation, suspended_at: '2026-01-01T00:00:00Z' }, action: 'unsuspend' },
    [installed('active')],
  ],
  ['given new permissions', 'installation', { ...at, action: 'new_permissions_accepted' }, [installed('active')]],
  ['given repositories', 'installation_repositories', { ...at, action: 'added' }, [installed('active')]],
  [
    'repositories taken away while it is suspended',
    'installation_repositories',
    { installation: { ...at.installation, suspended_at: '2026-01-01T00:00:00Z' }, action: 'removed' },
    [installed('suspended')],
  ],
  [
    'installed on an enterprise, which has a slug for a login',
    'installation',
    { installation: { id: 5, account: { slug: 'acme' } }, action: 'created' },
    [installed('active')],
  ],
  [
    'installed on an account that is gone',
    'installation',
    { installation: { id: 5, account: null }, action: 'created' },
    [],
  ],
]

const strange: readonly Row[] = [
  ['an event nobody has heard of', 'sub_issues', { ...onChange, action: 'opened' }, []],
  ['an event by the name of a method', 'toString', { ...onChange }, []],
  ['an action by the name of a method', 'pull_request', { ...onChange, action: 'constructor' }, []],
  ['an action that is a list', 'pull_request', { ...onChange, action: ['opened'] }, []],
  ['no payload', 'pull_request', null, []],
  ['a payload that is text', 'pull_request', 'opened', []],
  ['an inherited action', 'pull_request', Object.create({ ...onChange, action: 'opened' }), []],
]

const onIssue = { ...sent, issue: { number: 7, title: 'Broken dropdown' } }
const ticket = (key: string): Touch => ({ touches: 'ticket', name: { tracker: 'github-issues', key } })
const shouting = { ...sent.repository, name: 'Shop', owner: { login: 'ACME' } }
const otherPlace = { name: 'Store', owner: { login: 'Acme' } }

const issues: readonly Row[] = [
  ...['opened', 'edited', 'closed', 'reopened', 'deleted', 'typed', 'untyped'].map((action): Row => [
    `an issue that was ${action} may be the ticket of changes`,
    'issues',
    { ...onIssue, action },
    [ticket('acme/shop#7')],
  ]),
  [
    'an issue goes by its place in lower case',
    'issues',
    { ...onIssue, action: 'closed', repository: shouting },
    [ticket('acme/shop#7')],
  ],
  [
    'an issue that was moved away is touched in both places',
    'issues',
    { ...onIssue, action: 'transferred', changes: { new_issue: { number: 2 }, new_repository: otherPlace } },
    [ticket('acme/shop#7'), ticket('acme/store#2')],
  ],
  [
    'so is one that was moved here',
    'issues',
    { ...onIssue, action: 'opened', changes: { old_issue: { number: 2 }, old_repository: otherPlace } },
    [ticket('acme/shop#7'), ticket('acme/store#2')],
  ],
  [
    'moved to where nobody says, it is touched where it was',
    'issues',
    { ...onIssue, action: 'transferred', changes: { new_issue: { number: 2 }, new_repository: null } },
    [ticket('acme/shop#7')],
  ],
  [
    'a pull request that comes as an issue is no ticket',
    'issues',
    { ...onIssue, action: 'edited', issue: { number: 3, pull_request: { url: 'https://api.github.com' } } },
    [],
  ],
  [
    'a repository whose name GitHub would not take makes no key',
    'issues',
    { ...onIssue, action: 'closed', repository: { ...sent.repository, name: 'shop#1\u0000' } },
    [],
  ],
  ['a label on an issue decides nothing', 'issues', { ...onIssue, action: 'labeled' }, []],
]

const understood = [...changes, ...issues, ...checks, ...pushes, ...rules, ...groups, ...commands, ...installations]

describe('touchedBy', () => {
  test.each([...understood, ...strange])('%s', (_sentence, ...[event, payload, touches]) => {
    expect(touchedBy(event, payload, self)).toEqual(touches)
  })

  test('every row has an example here that touches something', () => {
    const rows = understood.filter(([, , , touches]) => touches.length > 0)
    const covered = new Set(rows.map(([, event, payload]) => nameOf(event, payload)))
    expect(actedOn.filter((name) => !covered.has(name))).toEqual([])
  })
})

const nameOf = (event: string, payload: unknown): string => {
  const { action } = payload as { action?: string }
  return event === 'push' || action === undefined ? event : `${event}.${action}`
}

interface Example {
  readonly name: string
  readonly examples: readonly Readonly<Record<string, unknown>>[]
}

const examplesPath = createRequire(import.meta.url).resolve('@octokit/webhooks-examples')
const published = (JSON.parse(readFileSync(examplesPath, 'utf8')) as readonly Example[]).flatMap(({ name, examples }) =>
  examples.map((payload) => ({ event: name, payload })),
)

/** Whose published examples are another app's button, talk, the push of a tag and the edit of a description. */
const aboutSomethingElse = new Set(['check_run.requested_action', 'issue_comment.created', 'push', 'repository.edited'])

describe('payloads that GitHub publishes', () => {
  const acted = published.filter(({ event, payload }) => actedOn.some((name) => name === nameOf(event, payload)))

  test.each(acted.map(({ event, payload }) => [nameOf(event, payload), event, payload] as const))(
    '%s is understood',
    (name, event, payload) => {
      // Examples of an organization's own webhook lack the installation that an app's webhook always names.
      const delivered = { installation: { id: 5 }, ...payload }
      const check = (payload.check_run ?? payload.check_suite) as { app: { id: number } } | undefined
      const isReport = /\.(created|completed)$/.test(name)
      const touches = touchedBy(event, delivered, { ...self, id: isReport ? self.id : (check?.app.id ?? self.id) })
      expect(touches.length > 0 || aboutSomethingElse.has(name)).toBe(true)
    },
  )

  test('of what we do not act on touch nothing', () => {
    const rest = published.filter((one) => !acted.includes(one))
    expect(rest.flatMap(({ event, payload }) => touchedBy(event, payload, self))).toEqual([])
    expect(rest.length).toBeGreaterThan(200)
  })
})

/** A copy with keys dropped or replaced, as `choose` says. */
function mangled(value: unknown, choose: () => number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => mangled(item, choose))
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const choice = choose()
    if (choice < 4) return []
    if (choice < 8) return [[key, [null, '\u202e\u0000👻', -1, {}][choice - 4]]]
    return [[key, mangled(inner, choose)]]
  })
  return Object.fromEntries(entries)
}

/** A null that means nothing: not that a change was opened by its push, nor that answers of all repositories are dropped. */
const holes = /null(?!,"after)(?<!"repositoryId":null)|undefined|NaN/

describe('payloads with keys dropped, nulls, ghosts and nonsense', () => {
  test('never throw, and what they touch is whole', () => {
    const usable = published.filter(({ event }) => actedOn.some((name) => name.split('.')[0] === event))
    const property = fc.property(
      fc.constantFrom(...usable),
      fc.infiniteStream(fc.nat(100)),
      ({ event, payload }, stream: Iterator<number, number>) => {
        const touches = touchedBy(
          event,
          mangled(payload, () => stream.next().value),
          self,
        )
        for (const touch of touches) expect(JSON.stringify(touch)).not.toMatch(holes)
      },
    )
    fc.assert(property, { numRuns: 2_000 })
  })

  test('never throw, whatever JSON they are', () => {
    const events = fc.constantFrom(...actedOn.map((name) => name.split('.')[0] ?? name))
    const actions = fc.constantFrom(...actedOn.map((name) => name.split('.')[1] ?? ''))
    const property = fc.property(events, actions, fc.dictionary(fc.string(), fc.jsonValue()), (event, action, rest) => {
      expect(Array.isArray(touchedBy(event, { ...rest, action }, self))).toBe(true)
    })
    fc.assert(property, { numRuns: 1_000 })
  })
})
