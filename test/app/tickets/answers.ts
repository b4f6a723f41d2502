import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Issue } from '#twin/state/issue.ts'
import type { MovableTickets, Tickets } from '#twin/trackers/tickets.ts'
import { wordOf } from '../house.ts'
import { openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function answers(): void {
  let house: TicketHouse
  let dataCenter: TicketHouse

  const all = 'projects: [BUG, NEW, "linear:ENG", "linear:OPS"], trackers: [jira, linear, shortcut, github-issues]'
  const repositories = {
    exists: `{ ${all}, verify: exists }`,
    state: `{ ${all}, verify: state }`,
    picky: `{ ${all}, verify: state, types: [Story, Epic], states: [Ready] }`,
    named: `{ ${all}, verify: state, issues-repository: plans }`,
    plans: `{ ${all} }`,
  }

  beforeAll(async () => {
    house = await openTicketHouse({ repositories })
    dataCenter = await openTicketHouse({ repositories, jira: { kind: 'data-center' } })
  })

  afterAll(async () => {
    await house.close()
    await dataCenter.close()
    house.twin.assertClean()
    dataCenter.twin.assertClean()
  })

  interface Filed {
    /** As a branch names it. */
    readonly branch: string
    /** As the check names it. */
    readonly key: string
    close(): void
    /** Null where nothing moves. */
    readonly move: null | (() => void)
  }

  interface Place {
    readonly tracker: string
    readonly house: () => TicketHouse
    /** Where changes are to be opened, by how much the policy asks. */
    readonly repositories: { readonly exists: string; readonly state: string; readonly picky: string | null }
    readonly file: (made?: { readonly createdAt?: Date }) => Filed
    readonly absent: { readonly branch: string; readonly sentence: string }
    readonly told: {
      readonly open: string
      readonly closed: string
      readonly moved: string | null
      readonly type: string
      readonly status: string
    }
  }

  const usual = { exists: 'exists', state: 'state', picky: 'picky' } as const

  let last = 0

  const filedIn =
    (tickets: () => Tickets & Partial<MovableTickets>, keyFor: (number: number) => string, movedTo?: string) =>
    ({ createdAt }: { readonly createdAt?: Date } = {}): Filed => {
      const key = keyFor((last += 1))
      tickets().add({ key, title: 'Secret plans', ...(createdAt && { createdAt }) })
      return {
        branch: `${key}-work`,
        key,
        close: () => tickets().setStatus(key, 'Done', 'closed'),
        move: movedTo === undefined ? null : () => tickets().move?.(key, `${movedTo}-${String(last)}`),
      }
    }

  const issueIn =
    (repository: string) =>
    ({ createdAt }: { readonly createdAt?: Date } = {}): Filed => {
      const { ana } = house
      const issue: Issue = house.repository(repository).openIssue({ title: 'Secret plans', by: ana })
      if (createdAt) Object.assign(issue, { createdAt })
      return {
        branch: `gh-${String(issue.number)}-work`,
        key: `#${String(issue.number)}`,
        close: () => issue.close(ana),
        move: () => void issue.transfer(house.repository(repository === 'plans' ? 'exists' : 'plans'), ana),
      }
    }

  const jiraTold = {
    open: 'Jira has it: Bug, To Do.',
    closed: 'KEY is closed (Done), and the policy asks for a ticket that is open or in progress.',
    moved: 'It is called NEW-',
    type: 'KEY is of the type "Bug", and the policy asks for "Story" or "Epic".',
    status: 'KEY is in the status "To Do", and the policy asks for "Ready".',
  }

  const missing = (name: string, key: string): string => `${name} has no ${key}, or hides it from Countersign.`

  const issueTold = {
    open: 'GitHub has it: open.',
    closed: 'KEY is closed as completed, and the policy asks for a ticket that is open or in progress.',
    moved: 'It has been moved to another repository.',
    type: 'KEY has no type, and the policy asks for "Story" or "Epic".',
    status: 'KEY is in the status "open", and the policy asks for "Ready".',
  }

  const places: readonly Place[] = [
    {
      tracker: 'Jira Cloud',
      house: () => house,
      repositories: usual,
      file: filedIn(
        () => house.jira.tickets,
        (number) => `BUG-${String(number)}`,
        'NEW',
      ),
      absent: { branch: 'BUG-9999-work', sentence: missing('Jira', 'BUG-9999') },
      told: jiraTold,
    },
    {
      tracker: 'Jira Data Center',
      house: () => dataCenter,
      repositories: usual,
      file: filedIn(
        () => dataCenter.jira.tickets,
        (number) => `BUG-${String(number)}`,
        'NEW',
      ),
      absent: { branch: 'BUG-9999-work', sentence: missing('Jira', 'BUG-9999') },
      told: jiraTold,
    },
    {
      tracker: 'Linear',
      house: () => house,
      repositories: usual,
      file: filedIn(
        () => house.linear.tickets,
        (number) => `ENG-${String(number)}`,
        'OPS',
      ),
      absent: { branch: 'ENG-9999-work', sentence: missing('Linear', 'ENG-9999') },
      told: {
        open: 'Linear has it: Todo.',
        closed: 'KEY is closed (Done), and the policy asks for a ticket that is open or in progress.',
        moved: 'It is called OPS-',
        type: 'KEY has no type, and the policy asks for "Story" or "Epic".',
        status: 'KEY is in the status "Todo", and the policy asks for "Ready".',
      },
    },
    {
      tracker: 'Shortcut',
      house: () => house,
      repositories: usual,
      file: filedIn(
        () => house.shortcut.tickets,
        (number) => `sc-${String(number)}`,
      ),
      absent: { branch: 'sc-9999-work', sentence: missing('Shortcut', 'sc-9999') },
      told: {
        open: 'Shortcut has it: feature, Ready for Dev.',
        closed: 'KEY is closed (Done), and the policy asks for a ticket that is open or in progress.',
        moved: null,
        type: 'KEY is of the type "feature", and the policy asks for "Story" or "Epic".',
        status: 'KEY is in the status "Ready for Dev", and the policy asks for "Ready".',
      },
    },
    {
      tracker: 'GitHub Issues of the same repository',
      house: () => house,
      repositories: { exists: 'state', state: 'state', picky: null },
      file: issueIn('state'),
      absent: { branch: 'gh-9999-work', sentence: missing('GitHub', 'issue #9999') },
      told: issueTold,
    },
    {
      tracker: 'GitHub Issues of a named repository',
      house: () => house,
      repositories: { exists: 'named', state: 'named', picky: null },
      file: issueIn('plans'),
      absent: { branch: 'gh-9999-work', sentence: missing('GitHub', 'issue #9999') },
      told: issueTold,
    },
  ]

  for (const place of places) {
    describe(`with ${place.tracker}, the check on a change`, () => {
      const judge = async (repository: string, branch: string, authoredAt?: Date): Promise<string> => {
        const pull = place.house().change(repository, branch, authoredAt ? { authoredAt } : {})
        await place.house().settle()
        const text = textOf(pull)
        expect(text).not.toContain('Secret plans')
        return `${wordOf(pull)}: ${text}`
      }

      test('is green when its ticket exists', async () => {
        const { branch } = place.file()
        const said = await judge(place.repositories.exists, branch)
        expect(said).toMatch(/^success: ticket-link is met\n/)
        expect(said).toContain(place.told.open)
      })

      test('fails when its ticket does not exist, and says so exactly', async () => {
        const { branch, sentence } = place.absent
        const said = await judge(place.repositories.exists, branch)
        expect(said.startsWith(`failure: ticket-link: ${sentence.slice(0, -1)}\n`)).toBe(true)
        expect(said).toContain(sentence)
      })

      test('fails when its ticket is closed', async () => {
        const ticket = place.file()
        ticket.close()
        const said = await judge(place.repositories.state, ticket.branch)
        expect(said).toMatch(/^failure: /)
        expect(said).toContain(place.told.closed.replace('KEY', ticket.key))
      })

      const { picky } = place.repositories
      if (picky !== null) {
        test('fails when its ticket is of another type and in another state than the policy asks for', async () => {
          const { branch, key } = place.file()
          const said = await judge(picky, branch)
          expect(said).toMatch(/^failure: /)
          expect(said).toContain(place.told.type.replace('KEY', key))
          expect(said).toContain(place.told.status.replace('KEY', key))
        })
      }

      test('fails when its ticket was created after the work', async () => {
        const { branch, key } = place.file()
        const said = await judge(place.repositories.state, branch, new Date(Date.now() - 3_600_000))
        expect(said).toMatch(/^failure: /)
        expect(said).toMatch(new RegExp(`${key} was created on [-\\d: ]+ UTC, but commit \\w{7,12} was written on `))
        expect(said).toContain('Name the ticket that the work was begun for.')
      })

      test('is green when its ticket was created before the work', async () => {
        const { branch } = place.file({ createdAt: new Date(Date.now() - 7_200_000) })
        const said = await judge(place.repositories.state, branch, new Date(Date.now() - 3_600_000))
        expect(said).toMatch(/^success: /)
      })

      const { moved } = place.told
      if (moved !== null) {
        test('is green when its ticket was moved, and says where to', async () => {
          const ticket = place.file()
          ticket.move?.()
          const said = await judge(place.repositories.exists, ticket.branch)
          expect(said).toMatch(/^success: /)
          expect(said).toContain(moved)
        })
      }
    })
  }

  test('a pull request is no issue', async () => {
    const other = house.change('state', 'BUG-9998-work')
    const pull = house.change('state', `gh-${String(other.number)}-work`)
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    expect(textOf(pull)).toContain(`GitHub has no issue #${String(other.number)}, or hides it from Countersign.`)
    expect(textOf(pull)).toContain('A pull request is not an issue.')
  })

  test('a pull request of a named repository is no issue either', async () => {
    const other = house.change('plans', 'BUG-9997-work')
    const pull = house.change('named', `gh-${String(other.number)}-work`)
    await house.settle()
    expect(textOf(pull)).toContain(`GitHub has no issue #${String(other.number)}, or hides it from Countersign.`)
  })
}
