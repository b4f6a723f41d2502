import { describe, expect, test } from '@jest/globals'
import type { RecordedFacts } from '#engine/assessment.ts'
import type { ProposedPolicy } from '#engine/observed-change.ts'
import { known } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { foreseePolicy, type ForesightPorts } from '#operations/foresee-policy.ts'
import type { PolicySource } from '#policy/policy-document.ts'
import { change, wholeFacts } from '../controls/sample-change.ts'
import { enforcing, observedChange, policyText, stillPorts, subject } from './fake-world.ts'

type Visibility = RecordedFacts['repository']['visibility']

/** An open change of another number, without a review, on a branch that names the ticket BUG-453. */
function openChange(number: number, more: Partial<ChangeSubject> & { visibility?: Visibility } = {}): RecordedFacts {
  const { visibility = 'private', ...place } = more
  const of: ChangeSubject = { ...subject, number, ...place }
  const { facts } = observedChange()
  return {
    subject: of,
    facts: { ...wholeFacts, ...facts, change: known({ ...change, number }) },
    repository: { ...observedChange().repository, name: of.repository, visibility, properties: {} },
  }
}

interface Given {
  readonly proposed: Partial<ProposedPolicy>
  readonly open?: readonly RecordedFacts[]
  readonly visibility?: Visibility
  readonly inForce?: { readonly organization?: PolicySource; readonly repository?: PolicySource }
}

type Asked = Parameters<ForesightPorts['findOpenFacts']>

async function foresee({ proposed, open = [], visibility = 'private', inForce = {} }: Given) {
  const asked: Asked[] = []
  const look = observedChange()
  const ports: ForesightPorts = {
    ...stillPorts,
    findLastGoodPolicy: ({ layer }) => Promise.resolve(inForce[layer] ?? null),
    findOpenFacts: (...args) => {
      asked.push(args)
      return Promise.resolve(open)
    },
  }
  const edit = await foreseePolicy(
    {
      subject,
      observed: { ...look, repository: { ...look.repository, visibility } },
      proposed: { layer: 'organization', path: 'countersign.yml', text: enforcing.text, ...proposed },
    },
    ports,
  )
  return { ...edit, asked }
}

const ofRepository = (text: string) => ({ layer: 'repository', path: '.github/countersign.yml', text }) as const
const differently = (name: string): unknown =>
  expect.stringMatching(new RegExp(`^${name} would come out differently: now “.+”, then “Waiting for .+”\\.$`))

interface Row {
  readonly when: string
  readonly given: Given
  readonly faults?: readonly unknown[]
  readonly consequences?: readonly unknown[]
}

const rows: readonly Row[] = [
  { when: 'nothing is open', given: { proposed: {} } },
  {
    when: 'open changes would wait for what was only observed: each is named',
    given: { proposed: {}, open: [openChange(3), openChange(4, { repositoryId: 20, repository: 'store' })] },
    consequences: [differently('shop#3'), differently('store#4')],
  },
  {
    when: 'open changes would come out as they do now',
    given: { proposed: {}, open: [openChange(3)], inForce: { organization: enforcing } },
  },
  {
    when: 'the change that edits the policy is itself open: it is judged by its base',
    given: { proposed: {}, open: [openChange(subject.number)] },
  },
  {
    when: 'a private repository is concerned and the public reads along: neither it nor its titles are told',
    given: {
      proposed: {},
      visibility: 'public',
      open: [openChange(3, { repository: 'secret-plan', repositoryId: 20 }), openChange(4, { visibility: 'public' })],
    },
    consequences: ['A change in a private repository would come out differently.', differently('shop#4')],
  },
  {
    when: 'a repository’s file enforces',
    given: {
      proposed: ofRepository('version: 1\ncontrols: { independent-review: { mode: enforce } }\n'),
      open: [openChange(3)],
    },
    consequences: [differently('shop#3')],
  },
  {
    when: 'a repository’s own file goes before the organization’s new one',
    given: {
      proposed: {},
      open: [openChange(3)],
      inForce: {
        repository: policyText(
          'repository',
          'version: 1\ncontrols: { independent-review: { mode: enforce }, ticket-link: { mode: enforce, projects: [BUG] } }\n',
        ),
      },
    },
  },
  {
    when: 'the file is removed',
    given: { proposed: { text: null }, open: [openChange(3)] },
    consequences: ['The file is removed: what it said no longer applies.'],
  },
  {
    when: 'the file is malformed: its faults, and nothing else',
    given: { proposed: { text: 'version: 1\nmode: enforced\n' }, open: [openChange(3)] },
    faults: [expect.stringMatching(/^Line 2, mode: /)],
  },
  {
    when: 'a repository’s file would weaken what the organization locks',
    given: {
      proposed: ofRepository('version: 1\nmode: observe\n'),
      inForce: { organization: policyText('organization', 'version: 1\nmode: enforce\nlocked: [ticket-link]\n') },
    },
    faults: [expect.stringMatching(/^Line 2, mode: acme\/\.github locks ticket-link\.mode at /)],
  },
]

describe('foreseePolicy', () => {
  for (const { when, given, faults = [], consequences = [] } of rows) {
    test(`tells of ${String(faults.length)} faults and ${String(consequences.length)} consequences when ${when}`, async () => {
      expect(await foresee(given)).toMatchObject({ faults, consequences })
    })
  }

  test('does not name a private repository anywhere in a public one', async () => {
    const open = [openChange(3, { repository: 'secret-plan', repositoryId: 20 })]
    expect(JSON.stringify(await foresee({ proposed: {}, visibility: 'public', open }))).not.toContain('secret-plan')
  })

  test('judges the whole organization again under its own file, and one repository under its', async () => {
    const [organizations, repositorys] = [
      await foresee({ proposed: {} }),
      await foresee({ proposed: ofRepository('version: 1\n') }),
    ]
    expect(organizations.asked).toEqual([[{ organization: 'acme', repositoryId: null }, 200]])
    expect(repositorys.asked).toEqual([[{ organization: 'acme', repositoryId: 10 }, 200]])
  })

  test('asks for no change when the file cannot be used', async () => {
    expect((await foresee({ proposed: { text: '}' } })).asked).toEqual([])
  })
})

test('changes that touch too many files together are not all compared, and that is said', async () => {
  const files = known(
    Array.from({ length: 3_000 }, (_, at) => ({
      path: `src/${String(at)}.ts`,
      status: 'modified' as const,
      previousPath: null,
      additions: 1,
      deletions: 0,
    })),
  )
  const open = [20, 21, 22, 23, 24, 25].map((number) => {
    const one = openChange(number)
    return { ...one, facts: { ...one.facts, files } }
  })
  const { consequences } = await foresee({ proposed: {}, open })
  expect(consequences.at(-1)).toBe('3 more open changes have not been compared: together they touch too many files.')
})
