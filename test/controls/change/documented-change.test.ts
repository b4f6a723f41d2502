import { describe, expect, test } from '@jest/globals'
import type { Change, ChangedFile, Labeling } from '#facts/change-facts.ts'
import { documentedChange } from '#controls/change/documented-change.ts'
import { blind, met, notApplicable, unmet } from '#controls/control.ts'
import { known, unknown } from '#facts/fact.ts'
import { checkControl } from '../check-control.ts'
import { ana, change, dependabot, wholeFacts } from '../sample-change.ts'

const api = { name: 'api', 'when-changed': ['src/api/**'], expects: ['docs/api/**', 'CHANGELOG.md'] }
const cli = { name: 'cli', 'when-changed': ['src/cli/**'], expects: ['docs/cli.md'] }
const settings = { groups: [api, cli] }

const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path,
  status: 'modified',
  previousPath: null,
  additions: 1,
  deletions: 1,
  ...more,
})

const byAna: readonly Labeling[] = [{ label: 'no-docs-needed', by: ana }]
const claimed = { labels: ['no-docs-needed'], body: 'Fixes it.\r\n\r\nNo-docs-needed: only a typo\r\n' }

interface Seen {
  readonly files: readonly ChangedFile[]
  readonly change?: Partial<Change>
  readonly labelings?: readonly Labeling[]
}

const facts = ({ files, change: more = {}, labelings = [] }: Seen) => ({
  change: { ...change, ...more },
  files,
  labelings: known(labelings),
})

const code = [file('src/api/users.ts')]
const missing = 'api: src/api/users.ts changed, and docs/api/** or CHANGELOG.md did not.'
const advice =
  'Change one of the documents too. When none has to change, set the label no-docs-needed yourself, and give the reason ' +
  'in the description, on a line that starts with "No-docs-needed:".'
const setByApp =
  'dependabot[bot], which is no person, set the label no-docs-needed, so it does not count: remove it, and set it yourself.'
const setByNobody =
  'GitHub does not tell who set the label no-docs-needed, so it does not count: remove it, and set it yourself.'
const unreasoned = 'The label no-docs-needed is set, but the description gives no reason.'

checkControl(documentedChange, [
  {
    when: 'the policy names no documents',
    facts: facts({ files: code }),
    expect: notApplicable(
      'The policy names no documents. An administrator lists them in countersign.yml under ' +
        'controls.documented-change.groups.',
    ),
  },
  {
    when: 'the change touches nothing that has documents',
    facts: facts({ files: [file('src/web/a.ts')] }),
    settings,
    expect: notApplicable('The change touches nothing that the policy names documents for.'),
  },
  { when: 'the change touches no file at all', facts: facts({ files: [] }), settings, expect: 'not-applicable' },
  {
    when: 'only documents change',
    facts: facts({ files: [file('docs/api/a.md')] }),
    settings,
    expect: 'not-applicable',
  },
  {
    when: 'a document is edited along with the code',
    facts: facts({ files: [...code, file('CHANGELOG.md')] }),
    settings,
    expect: met('api: of its documents, CHANGELOG.md changed.'),
  },
  {
    when: 'a document is added',
    facts: facts({ files: [...code, file('docs/api/users.md', { status: 'added' })] }),
    settings,
    expect: met('api: of its documents, docs/api/users.md changed.'),
  },
  {
    when: 'a document is renamed',
    facts: facts({
      files: [...code, file('docs/api/people.md', { status: 'renamed', previousPath: 'docs/api/users.md' })],
    }),
    settings,
    expect: 'met',
  },
  { when: 'no document changes', facts: facts({ files: code }), settings, expect: unmet([missing, advice]) },
  {
    when: 'a document is only deleted',
    facts: facts({ files: [...code, file('docs/api/users.md', { status: 'removed' })] }),
    settings,
    expect: unmet([`${missing} Deleting docs/api/users.md documents nothing.`, advice]),
  },
  {
    when: 'only the mode of a document changes',
    facts: facts({ files: [...code, file('CHANGELOG.md', { status: 'changed' })] }),
    settings,
    expect: unmet([missing, advice]),
  },
  {
    when: 'a document is moved out of its place',
    facts: facts({
      files: [...code, file('attic/users.md', { status: 'renamed', previousPath: 'docs/api/users.md' })],
    }),
    settings,
    expect: 'unmet',
  },
  {
    when: 'the code is only deleted',
    facts: facts({ files: [file('src/api/users.ts', { status: 'removed' })] }),
    settings,
    expect: 'unmet',
  },
  {
    when: 'the code is moved away: its old path counts',
    facts: facts({ files: [file('lib/users.ts', { status: 'renamed', previousPath: 'src/api/users.ts' })] }),
    settings,
    expect: unmet([missing, advice]),
  },
  {
    when: 'two groups lack their documents: both are reported',
    facts: facts({ files: [...code, file('src/cli/a.ts'), file('src/cli/b.ts')] }),
    settings,
    expect: unmet([missing, 'cli: src/cli/a.ts and src/cli/b.ts changed, and docs/cli.md did not.', advice]),
  },
  {
    when: 'one group has its document and the other has not: only that one is reported',
    facts: facts({ files: [...code, file('docs/api/a.md'), file('src/cli/a.ts')] }),
    settings,
    expect: unmet(['cli: src/cli/a.ts changed, and docs/cli.md did not.', advice]),
  },
  {
    when: 'both groups have their documents: each is reported',
    facts: facts({ files: [...code, file('src/cli/a.ts'), file('CHANGELOG.md'), file('docs/cli.md')] }),
    settings,
    expect: met('api: of its documents, CHANGELOG.md changed.', 'cli: of its documents, docs/cli.md changed.'),
  },
  {
    when: 'it was merged without documents: there is no advice any more',
    facts: facts({ files: code, change: { state: 'merged' } }),
    settings,
    expect: unmet([missing]),
  },
  {
    when: 'it was closed without documents',
    facts: facts({ files: code, change: { state: 'closed' } }),
    settings,
    expect: 'unmet',
  },
])

describe('a word that no document has to change', () => {
  checkControl(documentedChange, [
    {
      when: 'a person set the label and gave a reason: both are kept',
      facts: facts({ files: code, change: claimed, labelings: byAna }),
      settings,
      expect: met('ana has set the label no-docs-needed: no document has to change.', 'The reason given: only a typo'),
    },
    {
      when: 'the label and the line are written in another case',
      facts: facts({
        files: code,
        change: { labels: ['No-Docs-Needed'], body: 'NO-DOCS-NEEDED:only a typo' },
        labelings: [{ label: 'No-Docs-Needed', by: ana }],
      }),
      settings,
      expect: 'met',
    },
    {
      when: 'the policy has a label of its own',
      facts: facts({
        files: code,
        change: { labels: ['internal'], body: 'Internal: no user sees it' },
        labelings: [{ label: 'internal', by: ana }],
      }),
      settings: { ...settings, label: 'internal' },
      expect: met('ana has set the label internal: no document has to change.', 'The reason given: no user sees it'),
    },
    {
      when: 'the label is set without a reason',
      facts: facts({ files: code, change: { labels: claimed.labels }, labelings: byAna }),
      settings,
      expect: unmet([missing, unreasoned, advice]),
    },
    {
      when: 'a reason is given without the label',
      facts: facts({ files: code, change: { body: claimed.body } }),
      settings,
      expect: unmet([missing, 'The description gives a reason, but the label no-docs-needed is not set.', advice]),
    },
    {
      when: 'an app set the label',
      facts: facts({ files: code, change: claimed, labelings: [{ label: 'no-docs-needed', by: dependabot }] }),
      settings,
      expect: unmet([missing, setByApp, advice]),
    },
    {
      when: 'an app set the label and no reason is given: both are said',
      facts: facts({
        files: code,
        change: { labels: claimed.labels, state: 'merged' },
        labelings: [{ label: 'no-docs-needed', by: dependabot }],
      }),
      settings,
      expect: unmet([missing, setByApp, unreasoned]),
    },
    {
      when: 'nobody is known to have set the label',
      facts: facts({ files: code, change: claimed, labelings: [{ label: 'no-docs-needed', by: null }] }),
      settings,
      expect: unmet([missing, setByNobody, advice]),
    },
    {
      when: 'the label is there and its setting is not',
      facts: facts({ files: code, change: claimed, labelings: [{ label: 'other', by: ana }] }),
      settings,
      expect: 'unmet',
    },
    {
      when: 'who set the label could not be seen, and a reason is given',
      facts: { ...facts({ files: code, change: claimed }), labelings: unknown('grant the app issues: read') },
      settings,
      expect: blind('Who set the label no-docs-needed could not be seen: grant the app issues: read.'),
    },
    {
      when: 'who set the label could not be seen, but no reason is given either',
      facts: {
        ...facts({ files: code, change: { labels: claimed.labels } }),
        labelings: unknown('grant the app issues: read'),
      },
      settings,
      expect: unmet([missing, unreasoned, advice]),
    },
    {
      when: 'who set the label could not be seen, but a document changed',
      facts: {
        ...facts({ files: [...code, file('CHANGELOG.md')], change: claimed }),
        labelings: unknown('grant the app issues: read'),
      },
      settings,
      expect: 'met',
    },
    {
      when: 'another label is set',
      facts: facts({
        files: code,
        change: { ...claimed, labels: ['no-docs'] },
        labelings: [{ label: 'no-docs', by: ana }],
      }),
      settings,
      expect: 'unmet',
    },
  ])

  test.each<[what: string, body: string, reason: string | null]>([
    ['on a line of its own', 'Fix.\nNo-docs-needed: a typo\nMore.', 'a typo'],
    ['indented', '  No-docs-needed: a typo', 'a typo'],
    ['after an empty one', 'No-docs-needed:\nNo-docs-needed: a typo', 'a typo'],
    ['around a comment', 'No-docs-needed: a <!-- small --> typo', 'a  typo'],
    ['after a comment', '<!-- why? -->No-docs-needed: a typo', 'a typo'],
    ['of another script', 'No-docs-needed: 誤字', '誤字'],
    ['empty', 'No-docs-needed:', null],
    ['of signs alone', 'No-docs-needed: -…', null],
    ['in the next line', 'No-docs-needed:\na typo', null],
    ['in a comment', '<!-- No-docs-needed: a typo -->', null],
    ['in a comment of many lines', '<!--\nNo-docs-needed: a typo\n-->', null],
    ['after a comment that never ends', '<!--\nNo-docs-needed: a typo', null],
    ['only a comment', 'No-docs-needed: <!-- say why -->', null],
    ['quoted', '> No-docs-needed: a typo', null],
    ['in a sentence', 'See No-docs-needed: a typo', null],
    ['of a longer word', 'No-docs-needed-here: a typo', null],
  ])('a reason %s', (_what, body, reason) => {
    const seen = facts({ files: code, change: { ...claimed, body }, labelings: byAna })
    const verdict = documentedChange.evaluate(seen, documentedChange.settings.parse(settings))
    expect(verdict).toMatchObject(
      reason === null
        ? { outcome: 'unmet', because: expect.arrayContaining([unreasoned]) }
        : { outcome: 'met', because: expect.arrayContaining([`The reason given: ${reason}`]) },
    )
  })
})

describe('a renamed file whose old name was not looked for', () => {
  const renamed = file('lib/users.ts', { status: 'renamed' })

  checkControl(documentedChange, [
    {
      when: 'it may have had documents',
      facts: facts({ files: [renamed] }),
      settings: { groups: [api] },
      expect: blind(
        'api: what the renamed files were called before was not looked for, and one of them may have documents.',
      ),
    },
    {
      when: 'another file lacks its documents anyway',
      facts: facts({ files: [renamed, ...code] }),
      settings: { groups: [api] },
      expect: unmet([missing, advice]),
    },
    {
      when: 'a document changed as well',
      facts: facts({ files: [renamed, file('CHANGELOG.md')] }),
      settings: { groups: [api] },
      expect: met('api: of its documents, CHANGELOG.md changed.'),
    },
    {
      when: 'a person said that no document has to change',
      facts: facts({ files: [renamed], change: claimed, labelings: byAna }),
      settings: { groups: [api] },
      expect: 'met',
    },
  ])

  test.each<[what: string, seen: Seen, wants: readonly string[] | undefined]>([
    ['asked for when it may decide', { files: [renamed] }, ['previous-paths']],
    ['not asked for when no file is renamed', { files: [file('lib/users.ts')] }, undefined],
    ['not asked for when it is known', { files: [{ ...renamed, previousPath: 'lib/a.ts' }] }, undefined],
    ['not asked for when documents are missing anyway', { files: [renamed, ...code] }, undefined],
    ['not asked for when a document changed', { files: [renamed, file('CHANGELOG.md')] }, undefined],
    ['not asked for when a person said that none has to', { files: [renamed], change: claimed }, undefined],
  ])('is %s', (_what, { files, change: more }, wants) => {
    const seen = { ...wholeFacts, change: known({ ...change, ...more }), files: known(files), labelings: known(byAna) }
    expect(documentedChange.asks?.(seen, documentedChange.settings.parse({ groups: [api] }))).toEqual(
      wants === undefined ? {} : { wants },
    )
  })

  test('is not asked for when the files are not known, nor when the policy names no documents', () => {
    const parsed = documentedChange.settings.parse(settings)
    expect(documentedChange.asks?.({ ...wholeFacts, files: unknown('too many') }, parsed)).toEqual({})
    expect(documentedChange.asks?.({ ...wholeFacts, change: unknown('hidden') }, parsed)).toEqual({})
    const none = documentedChange.settings.parse({})
    expect(documentedChange.asks?.({ ...wholeFacts, files: known([renamed]) }, none)).toEqual({})
  })
})

describe('the settings', () => {
  const { groups, label } = documentedChange.strictness

  test.each<[what: string, proposed: readonly (typeof api)[], isAsStrict: boolean]>([
    ['the same groups', [api], true],
    ['a further group', [api, cli], true],
    ['more paths', [{ ...api, 'when-changed': ['lib/**', 'src/api/**'] }], true],
    ['fewer documents', [{ ...api, expects: ['CHANGELOG.md'] }], true],
    ['no groups', [], false],
    ['another group', [cli], false],
    ['another name', [{ ...api, name: 'interface' }], false],
    ['fewer paths', [{ ...api, 'when-changed': ['src/api/v1/**'] }], false],
    ['a further document', [{ ...api, expects: [...api.expects, '**'] }], false],
  ])('%s instead of the agreed ones: as strict?', (_what, proposed, isAsStrict) => {
    expect(groups([api], [...proposed])).toBe(isAsStrict)
  })

  test('another label is not as strict: it may be one that everybody sets', () => {
    expect([label('a', 'a'), label('a', 'b')]).toEqual([true, false])
  })

  test.each<[what: string, written: unknown, message: RegExp]>([
    ['no path', { groups: [{ ...api, 'when-changed': [] }] }, /./],
    ['no document', { groups: [{ ...api, expects: [] }] }, /./],
    ['a pattern that cannot be used', { groups: [{ ...api, expects: ['docs/'] }] }, /folder/],
    ['one name twice', { groups: [api, api] }, /its own name/],
    ['an empty label', { label: ' ' }, /./],
  ])('%s is refused', (_what, written, message) => {
    const parsed = documentedChange.settings.safeParse(written)
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([expect.stringMatching(message)])
  })
})
