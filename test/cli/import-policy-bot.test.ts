import { describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { CommandError } from '#cli/exit-codes.ts'
import { addImportPolicyBot } from '#cli/import-policy-bot.ts'
import { importPolicyBot } from '#operations/import-policy-bot/import-policy-bot.ts'

type Doors = Parameters<typeof addImportPolicyBot>[1]

/** Runs the command on one text, wherever it is asked to read it. */
async function run(file: string, text: string | null) {
  const [out, err]: [string[], string[]] = [[], []]
  const doors: Doors = {
    readText: (path) =>
      text === null ? Promise.reject(new Error('ENOENT')) : Promise.resolve(`# ${path.length} letters\n${text}`),
    importPolicyBot,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  }
  const program = new Command('import').exitOverride()
  addImportPolicyBot(program, doors)
  const ended = await program.parseAsync(['policy-bot', file], { from: 'user' }).then(
    () => ({ code: 0, sentence: '' }),
    (error: unknown) => {
      if (!(error instanceof CommandError)) throw error
      return { code: error.exitCode, sentence: error.message }
    },
  )
  return { ...ended, out: out.join(''), err: err.join('') }
}

const rule = (requires: string): string =>
  `policy: { approval: [r] }\napproval_rules: [{ name: r, requires: { count: 1, ${requires} } }]\n`

describe('countersign import policy-bot', () => {
  test('prints the policy, says on standard error what became of it, and ends with 0', async () => {
    const { code, out, err } = await run('.policy.yml', rule('teams: [acme/core]'))
    expect([code, err]).toEqual([
      0,
      '1 rule read: 1 imported as they are, 0 with differences, 0 left out, 0 not in use.\n' +
        'Nothing is left to decide. Look through the policy, then change mode to enforce.\n',
    ])
    expect(out).toMatch(/^# Imported[^]*\nversion: 1\n[^]*mode: observe\n[^]*- name: r\n/)
  })

  test('ends with 1 when something is to be decided, with the policy printed all the same', async () => {
    const { code, out, sentence } = await run('-', rule('organizations: [acme]'))
    expect(code).toBe(1)
    expect(out).toMatch(/# differs: line 3, `requires`/)
    expect(sentence).toMatch(/1 with differences.*\n1 difference to look at: see the comments marked "differs:"\.$/)
  })

  const refusals: readonly { when: string; file: string; text: string | null; says: RegExp }[] = [
    {
      when: 'it is not there',
      file: 'none.yml',
      text: null,
      says: /^none\.yml cannot be read: give the path of a file that is there\.$/,
    },
    {
      when: 'it has faults',
      file: 'p.yml',
      text: 'policy: { approval: [x] }\n',
      says: /^p\.yml:2: policy\.approval\.0: There is no rule "x"/,
    },
    {
      when: 'its name would steer the terminal',
      file: 'a\u001b[2J',
      text: '- 1\n',
      says: /^a\\u\{1b\}\[2J:1: A \.policy\.yml is a mapping/,
    },
  ]
  for (const { when, file, text, says } of refusals) {
    test(`prints nothing and ends with 2 when ${when}`, async () => {
      const { code, out, sentence } = await run(file, text)
      expect([code, out]).toEqual([2, ''])
      expect(sentence).toMatch(says)
    })
  }
})
