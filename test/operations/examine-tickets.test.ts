import { describe, expect, test } from '@jest/globals'
import { known, unknown } from '#facts/fact.ts'
import { examineTickets, type Installed, type TicketPorts } from '#operations/examine-tickets.ts'
import type { Examined } from '#operations/examined.ts'

const acme: Installed = { id: 7, account: 'Acme', standing: 'active' }
const labs: Installed = { id: 8, account: 'labs', standing: 'active' }
const gone: Installed = { id: 9, account: 'gone', standing: 'suspended' }

const connected = (tracker: 'jira' | 'linear' | 'shortcut') => ({
  tracker,
  findSelf: () => Promise.resolve('Countersign (bot)'),
})

const policy = (text: string): TicketPorts['readPolicy'] => {
  const origin = { layer: 'organization', repository: 'acme/.github', path: 'countersign.yml' } as const
  return () => Promise.resolve(known({ text, origin: { ...origin, commitSha: 'abcdef0123'.repeat(4) } }))
}

const looksUp = (trackers: string): string =>
  `controls:\n  ticket-link: { verify: exists, projects: [BUG, "linear:ENG"], trackers: [${trackers}] }\n`

const alone: TicketPorts = {
  trackers: [],
  trackerOrganizations: null,
  readPolicy: () => Promise.resolve(known(null)),
}

async function examine(over: Partial<TicketPorts>, installations: readonly Installed[]): Promise<readonly Examined[]> {
  const found: Examined[] = []
  for await (const one of examineTickets(installations, { ...alone, ...over })) found.push(one)
  return found
}

interface Row {
  readonly when: string
  readonly over: Partial<TicketPorts>
  readonly installations?: readonly Installed[]
  readonly found: readonly Examined[]
}

const noPolicy = (account: string): Examined => ({
  name: `policy of ${account}`,
  standing: 'ok',
  detail: 'none: every control observes, and blocks nobody',
})
const sound: Examined = {
  name: 'policy of Acme',
  standing: 'ok',
  detail: 'countersign.yml in acme/.github (abcdef0) has no fault',
}
const answers: Examined = { name: 'Jira', standing: 'ok', detail: 'answers as Countersign (bot)' }

const rows: readonly Row[] = [
  { when: 'the app is installed nowhere', over: {}, installations: [], found: [] },
  { when: 'nothing is connected and there is no policy', over: {}, found: [noPolicy('Acme')] },
  {
    when: 'Jira answers',
    over: { trackers: [connected('jira')], readPolicy: policy(looksUp('jira')) },
    found: [answers, sound],
  },
  {
    when: 'Jira does not take the token, and Linear answers all the same',
    over: {
      trackers: [
        {
          tracker: 'jira',
          findSelf: () => Promise.reject(new Error('does not accept the credentials (401): check JIRA_TOKEN')),
        },
        connected('linear'),
      ],
    },
    found: [
      {
        name: 'Jira',
        standing: 'problem',
        detail: 'does not accept the credentials (401): check JIRA_TOKEN',
        remedy:
          'Correct what this names, then run doctor again: docs/operations/trackers.md tells each setting of Jira.',
      },
      { ...answers, name: 'Linear' },
      noPolicy('Acme'),
    ],
  },
  {
    when: 'two organizations share a Jira, and nobody said so',
    over: { trackers: [connected('jira'), connected('linear')] },
    installations: [acme, labs, gone],
    found: [
      answers,
      { ...answers, name: 'Linear' },
      {
        name: 'tickets',
        standing: 'problem',
        detail:
          'looked up in Jira and Linear for all 2 accounts that have the app installed: whoever can open a pull request in any of them could learn whether a ticket exists',
        remedy: 'Name the organizations whose tickets these are in TRACKER_ORGANIZATIONS, even if that is all of them.',
      },
      noPolicy('Acme'),
      noPolicy('labs'),
    ],
  },
  {
    when: 'two organizations share a Jira, as the operator says',
    over: { trackers: [connected('jira')], trackerOrganizations: ['acme', 'labs'] },
    installations: [acme, labs],
    found: [
      answers,
      { name: 'tickets', standing: 'ok', detail: 'looked up for acme and labs alone' },
      noPolicy('Acme'),
      noPolicy('labs'),
    ],
  },
  {
    when: 'only one of two installations is active',
    over: { trackers: [connected('jira')] },
    installations: [acme, gone],
    found: [answers, noPolicy('Acme')],
  },
  {
    when: 'two organizations share nothing but GitHub',
    over: {},
    installations: [acme, labs],
    found: [noPolicy('Acme'), noPolicy('labs')],
  },
  {
    when: 'a policy looks tickets up where nobody is connected',
    over: { trackers: [connected('linear')], readPolicy: policy(looksUp('jira, linear, shortcut')) },
    found: [
      { ...answers, name: 'Linear' },
      {
        name: 'policy of Acme',
        standing: 'problem',
        detail: "Acme's policy looks tickets up in Jira, but this server has no connection to Jira",
        remedy: 'Set JIRA_URL and JIRA_TOKEN_FILE, and JIRA_EMAIL for Jira Cloud.',
      },
      {
        name: 'policy of Acme',
        standing: 'problem',
        detail: "Acme's policy looks tickets up in Shortcut, but this server has no connection to Shortcut",
        remedy: 'Set SHORTCUT_TOKEN_FILE.',
      },
    ],
  },
  {
    when: 'a policy looks issues up on GitHub, which is always connected',
    over: { readPolicy: policy(looksUp('github-issues')) },
    found: [sound],
  },
  {
    when: 'a policy looks tickets up for an organization that may not',
    over: { trackers: [connected('jira')], trackerOrganizations: ['labs'], readPolicy: policy(looksUp('jira')) },
    found: [
      answers,
      {
        name: 'policy of Acme',
        standing: 'problem',
        detail: "Acme's policy looks tickets up in Jira, but TRACKER_ORGANIZATIONS does not name Acme",
        remedy: 'Add Acme to TRACKER_ORGANIZATIONS.',
      },
    ],
  },
  {
    when: 'an organization that may is written otherwise',
    over: { trackers: [connected('jira')], trackerOrganizations: ['acme'], readPolicy: policy(looksUp('jira')) },
    found: [answers, sound],
  },
  {
    when: 'a policy cannot be seen',
    over: { readPolicy: () => Promise.resolve(unknown('the repository Acme/.github cannot be seen')) },
    found: [{ name: 'policy of Acme', standing: 'unknown', detail: 'the repository Acme/.github cannot be seen' }],
  },
  {
    when: 'GitHub fails at one policy of two',
    over: {
      readPolicy: ({ account }) =>
        account === 'Acme' ? Promise.reject(new Error('GitHub answered 502.')) : Promise.resolve(known(null)),
    },
    installations: [acme, labs],
    found: [{ name: 'policy of Acme', standing: 'unknown', detail: 'GitHub answered 502.' }, noPolicy('labs')],
  },
]

describe('examineTickets', () => {
  for (const { when, over, installations = [acme], found } of rows) {
    test(`says what is found when ${when}`, async () => {
      expect(await examine(over, installations)).toEqual(found)
    })
  }

  test('names every fault of a policy, with where it is and what to do', async () => {
    const text = 'controls:\n  ticket-link:\n    projects: [bug-tracker]\n    verify: exist\n'
    const found = await examine({ readPolicy: policy(text) }, [acme])
    expect(found.map(({ standing, remedy }) => [standing, remedy])).toEqual(
      Array.from({ length: 2 }, () => ['problem', 'Correct the file: until then the last good policy stays in force.']),
    )
    expect(found.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(
        /^countersign\.yml in acme\/\.github \(abcdef0\): Line 3, controls\.ticket-link\.projects\.0: .*as in BUG/,
      ),
      expect.stringMatching(/^countersign\.yml in acme\/\.github \(abcdef0\): Line 4, controls\.ticket-link\.verify: /),
    ])
  })
})
