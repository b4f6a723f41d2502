import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { actedOn, type Self, touchedBy } from '#http/touches.ts'
import type { Touch } from '#operations/receive-delivery.ts'

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

const theChange: Touch = { touches: 'change', subject }
const sharing = (sha: string): Touch => ({ touches: 'head', repositoryId: 9, sha })
const openOfRepository: Touch = { touches: 'open-changes-of-repository', repositoryId: 9 }
const openOfOrganization: Touch = { touches: 'open-changes-of-organization', installationId: 5 }
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
    'a push touches it, names the pusher, and touches who shared the old head',
    'pull_request',
    { ...onChange, action: 'synchronize', before: oldHead, after: newHead },
    [theChange, pushed(oldHead, newHead), sharing(oldHead)],
  ],
  [
    'closing or merging touches it and who shares its head',
    'pull_request',
    { ...onChange, action: 'closed' },
    [theChange, sharing(newHead)],
  ],
  [
    'labels touch nothing: no control goes by what anybody can type',
    'pull_request',
    { ...onChange, action: 'labeled' },
    [],
  ],
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
    [theChange],
  ],
  [
    're-running our check of a fork touches whoever has that head',
    'check_run',
    { ...sent, action: 'rerequested', check_run: run },
    [sharing(newHead)],
  ],
  [
    'a pull request of another repository with the same head is not ours',
    'check_run',
    { ...sent, action: 'rerequested', check_run: { ...run, pull_requests: [named(3, 10)] } },
    [sharing(newHead)],
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
    [theChange],
  ],
  [
    'another button touches nothing',
    'check_run',
    { ...sent, action: 'requested_action', requested_action: { identifier: 'fix' }, check_run: run },
    [],
  ],
  ['what becomes of other checks touches nothing', 'check_run', { ...sent, action: 'completed', check_run: run }, []],
  [
    're-running our whole suite touches the changes it names',
    'check_suite',
    { ...sent, action: 'rerequested', check_suite: { ...run, pull_requests: [named(3, 9), null, 'x'] } },
    [theChange],
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
    [sharing(newHead)],
  ],
]

const commit = (...modified: string[]) => ({ id: newHead, added: [], removed: [], modified })
const push = (over: object) => ({ ...sent, ref: 'refs/heads/main', commits: [commit('README.md')], ...over })
const policyHome = { ...sent.repository, name: '.github' }
const repositoryPolicy = '.github/countersign.yml'

const pushes: readonly Row[] = [
  ['a push of code touches nothing', 'push', push({}), []],
  [
    'a push that edits the repository’s policy touches its open changes',
    'push',
    push({ commits: [commit('a'), commit(repositoryPolicy)] }),
    [openOfRepository],
  ],
  [
    'a push that adds the policy does too',
    'push',
    push({ commits: [{ ...commit(), added: [repositoryPolicy] }] }),
    [openOfRepository],
  ],
  [
    'a push that removes the policy does too',
    'push',
    push({ commits: [{ ...commit(), removed: [repositoryPolicy] }] }),
    [openOfRepository],
  ],
  [
    'a policy on any branch may be the base of changes',
    'push',
    push({ ref: 'refs/heads/release/2', commits: [commit(repositoryPolicy)] }),
    [openOfRepository],
  ],
  [
    'a file that only ends like the policy touches nothing',
    'push',
    push({ commits: [commit('docs/.github/countersign.yml')] }),
    [],
  ],
  [
    'countersign.yml in an ordinary repository touches nothing',
    'push',
    push({ commits: [commit('countersign.yml')] }),
    [],
  ],
  [
    'countersign.yml in the policy repository touches the organization',
    'push',
    push({ repository: policyHome, commits: [commit('countersign.yml')] }),
    [openOfOrganization],
  ],
  [
    'names of repositories differ in case and are the same',
    'push',
    push({ repository: { ...policyHome, name: '.GitHub' }, commits: [commit('countersign.yml')] }),
    [openOfOrganization],
  ],
  [
    'on a topic branch of the policy repository it is a proposal: nothing',
    'push',
    push({ repository: policyHome, ref: 'refs/heads/stricter', commits: [commit('countersign.yml')] }),
    [],
  ],
  [
    'the policy repository has changes of its own too',
    'push',
    push({ repository: policyHome, commits: [commit('countersign.yml', repositoryPolicy)] }),
    [openOfRepository, openOfOrganization],
  ],
  [
    'a list of 2,048 commits may be cut: touched',
    'push',
    push({ commits: Array.from({ length: 2048 }, () => commit('a')) }),
    [openOfRepository],
  ],
  ['a list of 2,047 commits is whole', 'push', push({ commits: Array.from({ length: 2047 }, () => commit('a')) }), []],
  ['no list of commits cannot tell: touched', 'push', push({ commits: null }), [openOfRepository]],
  ['a commit without its files cannot tell: touched', 'push', push({ commits: [{ id: newHead }] }), [openOfRepository]],
  ['a push by force may take a policy away: touched', 'push', push({ forced: true }), [openOfRepository]],
  ['a rebased topic branch is nobody’s base', 'push', push({ forced: true, ref: 'refs/heads/topic' }), []],
  ['deleting a branch touches nothing', 'push', push({ deleted: true, commits: [] }), []],
  ['a tag touches nothing', 'push', push({ ref: 'refs/tags/v1', commits: [commit(repositoryPolicy)] }), []],
  [
    'a push that claims an action is a push all the same',
    'push',
    push({ action: 'opened', commits: [commit(repositoryPolicy)] }),
    [openOfRepository],
  ],
]

const at = { installation: { id: 5, account: { login: 'acme' }, suspended_at: null } }

const installations: readonly Row[] = [
  [
    'a new member may approve: the repository’s open changes',
    'member',
    { ...sent, action: 'added' },
    [openOfRepository],
  ],
  ['a member’s permission changed', 'member', { ...sent, action: 'edited' }, [openOfRepository]],
  ['a member left', 'member', { ...sent, action: 'removed' }, [openOfRepository]],
  ['somebody joined a team', 'membership', { ...sent, action: 'added' }, [openOfOrganization]],
  ['somebody left a team', 'membership', { ...sent, action: 'removed' }, [openOfOrganization]],
  ['somebody left the organization', 'organization', { ...sent, action: 'member_removed' }, [openOfOrganization]],
  ['somebody joined the organization', 'organization', { ...sent, action: 'member_added' }, [openOfOrganization]],
  ['a team got a repository of its own', 'team', { ...sent, action: 'added_to_repository' }, [openOfOrganization]],
  ['a team’s rights were edited', 'team', { ...sent, action: 'edited' }, [openOfOrganization]],
  ['a team was deleted', 'team', { ...sent, action: 'deleted' }, [openOfOrganization]],
  ['a team lost a repository', 'team', { ...sent, action: 'removed_from_repository' }, [openOfOrganization]],
  ['a team got a repository', 'team_add', sent, [openOfOrganization]],
  ['a team was created, without anybody', 'team', { ...sent, action: 'created' }, []],
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

describe('touchedBy', () => {
  test.each([...changes, ...checks, ...pushes, ...installations, ...strange])(
    '%s',
    (_sentence, ...[event, payload, touches]) => {
      expect(touchedBy(event, payload, self)).toEqual(touches)
    },
  )

  test('every row has an example here that touches something', () => {
    const rows = [...changes, ...checks, ...pushes, ...installations].filter(([, , , touches]) => touches.length > 0)
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

describe('payloads that GitHub publishes', () => {
  const acted = published.filter(({ event, payload }) => actedOn.some((name) => name === nameOf(event, payload)))

  test.each(acted.map(({ event, payload }) => [nameOf(event, payload), event, payload] as const))(
    '%s is understood',
    (name, event, payload) => {
      // Examples of an organization's own webhook lack the installation that an app's webhook always names.
      const delivered = { installation: { id: 5 }, ...payload }
      const check = (payload.check_run ?? payload.check_suite) as { app: { id: number } } | undefined
      const touches = touchedBy(event, delivered, { ...self, id: check?.app.id ?? self.id })
      const isOtherButton = name === 'check_run.requested_action'
      const isOtherPush = name === 'push'
      expect(touches.length > 0 || isOtherButton || isOtherPush).toBe(true)
    },
  )

  test('of what we do not act on touch nothing', () => {
    const rest = published.filter((one) => !acted.includes(one))
    expect(rest.flatMap(({ event, payload }) => touchedBy(event, payload, self))).toEqual([])
    expect(rest.length).toBeGreaterThan(250)
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
        for (const touch of touches) expect(JSON.stringify(touch)).not.toMatch(/null(?!,"after)|undefined|NaN/)
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
