import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkOf, type House, openHouse } from './house.ts'

const hazards: readonly (readonly [name: string, text: string, never: string])[] = [
  ['a mention', 'Fix for @cleo', '@cleo'],
  ['a team mention', 'Fix for @acme/payments', '@acme'],
  ['HTML', '<img src=x onerror=alert(1)>', '<img'],
  ['an HTML comment', 'a <!-- countersign:audit --> b', 'a <!--'],
  ['a link', '[x](javascript:alert(1))', '[x](javascript'],
  ['an image', '![x](https://evil.example/x.png)', '![x]('],
  ['a table pipe', 'a | b | c', 'a | b'],
  ['a code fence', 'a ``` b', 'a ``` b'],
  ['a newline', 'a\nb', 'a\nb'],
  ['a control character', 'a\u0007b', '\u0007'],
  ['a right-to-left mark', 'a\u202egnp.exe', '\u202e'],
  ['an issue reference', 'see #1', 'see #1'],
  ['an autolink', 'see https://evil.example', ' https://evil.example'],
]

let house: House

beforeAll(async () => {
  house = await openHouse({
    policy: 'mode: enforce\ncontrols:\n  ticket-link: { projects: [BUG], where: [title] }\n',
  })
})

afterAll(async () => {
  house.twin.assertClean()
  await house.close()
})

describe('text that somebody typed', () => {
  for (const [name, text, never] of hazards) {
    test(`${name} in a title appears as text in the check and in the audit comment`, async () => {
      const pull = house.open({ title: `BUG-1 ${text}` })
      pull.review({ by: house.cleo, state: 'approve' })
      await house.settle()
      pull.merge({ by: house.ana })
      await house.settle()
      const check = checkOf(pull)
      const comment = pull.comments().find(({ body }) => body.includes('countersign:audit'))
      const shown = `${check?.output.title ?? ''}\n${check?.output.summary ?? ''}\n${comment?.body ?? ''}`
      expect(comment).toBeDefined()
      expect(shown.replace(/^<!--.*-->$/gm, '')).not.toContain(never)
    })
  }

  test.each(['$(touch x)', 'a;b', "it's", 'a`b`', 'a&b', 'a|b', '"quoted"', '@cleo', '<b>'])(
    'a branch called %s is quoted in the command and escaped in the text',
    async (branch) => {
      const pull = house.open({ head: branch.replaceAll(' ', '-'), title: 'No ticket' })
      await house.settle()
      const summary = checkOf(pull)?.output.summary ?? ''
      expect(checkOf(pull)?.conclusion).toBe('failure')
      expect(summary.replace(/```[\s\S]*?```/g, '')).not.toContain(branch)
    },
  )

  test.each(['zoe-@x', 'Zoë'])('a commit author called %s appears as text', async (name) => {
    const branch = `BUG-9-${String(name.length)}`
    house.shop.branch(branch)
    house.shop.push({
      branch,
      by: house.ana,
      author: { name: `${name} | <b>@cleo</b>`, email: 'nobody@nowhere.example' },
    })
    const pull = house.shop.openPullRequest({ head: branch, title: 'BUG-9', by: house.ana })
    await house.settle()
    const summary = checkOf(pull)?.output.summary ?? ''
    expect(summary).toContain('belong')
    expect(summary).not.toContain('<b>')
    expect(summary).not.toContain('@cleo')
  })
})
