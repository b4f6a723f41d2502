import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation } from './ask.ts'

const ten = Array.from({ length: 10 }, (_, index) => `line ${index + 1}\n`).join('')
const diff = { accept: 'application/vnd.github.diff' }

/** What git prints, but for the ids of contents. */
const plain = (text: string): readonly string[] =>
  text
    .trimEnd()
    .replace(/^index [\da-f]{7}\.\.[\da-f]{7}/gm, 'index old..new')
    .split('\n')

describe('a comparison', () => {
  let twin: Twin
  let ann: Account
  let shop: Repository
  let ask: ReturnType<typeof asking>

  beforeEach(async () => {
    twin = await startTwin()
    const acme = twin.organization('acme')
    ann = acme.person('ann')
    shop = acme.repository('shop', { files: { 'ten.txt': ten, 'end.txt': 'a\nb', 'gone.txt': 'gone\n' } })
    shop.branch('feature')
    acme.install()
    ask = await askingAsInstallation(twin)
  })

  afterEach(async () => {
    twin.assertClean()
    await twin.stop()
  })

  const compare = async (basehead = 'main...feature'): Promise<string> => {
    const { status, headers, text } = await ask(`GET /repos/acme/shop/compare/${basehead}`, { headers: diff })
    expect({ status, type: headers.get('content-type') }).toMatchObject({ status: 200, type: /diff/ })
    return text
  }

  const rows: readonly {
    change: string
    files: Readonly<Record<string, string | null>>
    shows: unknown
  }[] = [
    {
      change: 'a changed line has three lines around it',
      files: { 'ten.txt': ten.replace('line 5\n', 'five\n') },
      shows: [
        'diff --git a/ten.txt b/ten.txt',
        'index old..new 100644',
        '--- a/ten.txt',
        '+++ b/ten.txt',
        '@@ -2,7 +2,7 @@ line 1',
        ...[' line 2', ' line 3', ' line 4', '-line 5', '+five', ' line 6', ' line 7', ' line 8'],
      ],
    },
    {
      change: 'a new file comes from nothing',
      files: { 'new file.txt': 'one\n' },
      shows: [
        'diff --git a/new file.txt b/new file.txt',
        'new file mode 100644',
        'index old..new',
        '--- /dev/null',
        '+++ b/new file.txt\t',
        '@@ -0,0 +1 @@',
        '+one',
      ],
    },
    {
      change: 'a removed file goes to nothing',
      files: { 'gone.txt': null },
      shows: [
        'diff --git a/gone.txt b/gone.txt',
        'deleted file mode 100644',
        'index old..new',
        '--- a/gone.txt',
        '+++ /dev/null',
        '@@ -1 +0,0 @@',
        '-gone',
      ],
    },
    {
      change: 'a file under another name is a rename without lines',
      files: { 'gone.txt': null, 'dépôt/here.txt': 'gone\n' },
      shows: [
        'diff --git a/gone.txt "b/d\\303\\251p\\303\\264t/here.txt"',
        'similarity index 100%',
        'rename from gone.txt',
        'rename to "d\\303\\251p\\303\\264t/here.txt"',
      ],
    },
    {
      change: 'a file that mostly stayed is a rename with lines',
      files: { 'ten.txt': null, 'eleven.txt': `${ten}line 11\n` },
      shows: [
        'diff --git a/ten.txt b/eleven.txt',
        'similarity index 89%',
        'rename from ten.txt',
        'rename to eleven.txt',
        'index old..new 100644',
        '--- a/ten.txt',
        '+++ b/eleven.txt',
        '@@ -8,3 +8,4 @@ line 7',
        ...[' line 8', ' line 9', ' line 10', '+line 11'],
      ],
    },
    {
      change: 'a file that mostly changed is a removal and an addition',
      files: { 'gone.txt': null, 'other.txt': 'nothing alike\ngone\n' },
      shows: expect.arrayContaining(['deleted file mode 100644', 'new file mode 100644']),
    },
    {
      change: 'a missing newline at the end is said',
      files: { 'end.txt': 'a\nb\n' },
      shows: [
        'diff --git a/end.txt b/end.txt',
        'index old..new 100644',
        '--- a/end.txt',
        '+++ b/end.txt',
        '@@ -1,2 +1,2 @@',
        ...[' a', '-b', '\\ No newline at end of file', '+b'],
      ],
    },
    {
      change: 'binary content has no lines',
      files: { 'end.txt': '\0\u0001' },
      shows: ['diff --git a/end.txt b/end.txt', 'index old..new 100644', 'Binary files a/end.txt and b/end.txt differ'],
    },
  ]

  test.each(rows)('as a diff: $change', async ({ files, shows }) => {
    shop.push({ branch: 'feature', by: ann, files })
    expect(plain(await compare())).toEqual(shows)
  })

  test('a diff starts at the merge base, whatever the base branch did since', async () => {
    shop.push({ branch: 'feature', by: ann, files: { 'mine.txt': 'mine\n' } })
    shop.push({ branch: 'main', by: ann, files: { 'theirs.txt': 'theirs\n' } })
    expect(await compare()).not.toContain('theirs.txt')
    expect(await compare(`${shop.head('main').slice(0, 10)}...${shop.head('feature').slice(0, 7)}`)).toBe(
      await compare(),
    )
    expect(
      (await ask('GET /repos/acme/shop/compare/main...feature', { headers: diff })).headers.get('etag'),
    ).toBeTruthy()
  })

  test('a branch of a fork is compared under its owner', async () => {
    const mallory = twin.world.account('mallory', {})
    shop.fork(mallory).push({ branch: 'patch', by: mallory, files: { 'patch.txt': 'x\n' } })
    expect(await compare('main...mallory:patch')).toContain('+++ b/patch.txt')
  })

  test.each([
    { what: 'files', limits: { diffFiles: 1 }, says: 'maximum number of files (1)' },
    { what: 'lines', limits: { diffLines: 10 }, says: 'maximum number of lines (10)' },
  ])('a diff of too many $what is refused, and the files can still be listed', async ({ limits, says }) => {
    twin.setLimits(limits)
    shop.push({ branch: 'feature', by: ann, files: { 'a.txt': 'a\nb\n', 'b.txt': 'a\nb\n' } })
    const refused = await ask('GET /repos/acme/shop/compare/main...feature', { headers: diff })
    expect(refused).toMatchObject({ status: 406, body: { message: expect.stringContaining(says) } })
    const listed = await ask('GET /repos/acme/shop/compare/main...feature')
    expect((listed.body['files'] as unknown[]).length).toBe(2)
  })

  test('as JSON it lists 250 commits, or pages of which the first has the files', async () => {
    for (let count = 0; count < 260; count += 1) {
      shop.commit({ branch: 'feature', author: ann, message: `Commit ${count}`, files: { 'a.txt': `${count}\n` } })
    }
    const whole = await ask('GET /repos/acme/shop/compare/main...feature')
    expect(whole.body).toMatchObject({ total_commits: 260, ahead_by: 260, files: [{ filename: 'a.txt' }] })
    expect((whole.body['commits'] as unknown[]).length).toBe(250)
    const last = await ask('GET /repos/acme/shop/compare/main...feature?per_page=100&page=3')
    expect((last.body['commits'] as unknown[]).length).toBe(60)
    expect(last.body['files']).toEqual([])
  })

  test('the files of a pull request name where a renamed file was', async () => {
    shop.push({ branch: 'feature', by: ann, files: { 'ten.txt': null, 'eleven.txt': `${ten}line 11\n` } })
    shop.openPullRequest({ head: 'feature', title: 'Rename', by: ann })
    expect((await ask('GET /repos/acme/shop/pulls/1/files')).body).toMatchObject([
      { filename: 'eleven.txt', previous_filename: 'ten.txt', status: 'renamed', additions: 1, deletions: 0 },
    ])
  })
})
