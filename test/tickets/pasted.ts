import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A clone of a repository in which the branch `fix` has one commit on top of `main`; and a `gh` that notes its calls. */
export interface Desk {
  readonly clone: string
  /** The commit of `fix`. */
  readonly head: string
  readonly git: (...words: readonly string[]) => string
  /** In another clone, as somebody else would. */
  readonly elsewhere: (...words: readonly string[]) => string
  readonly write: (path: string, text: string) => void
  /** All branches of the shared repository, with their commits. */
  readonly branches: () => Readonly<Record<string, string>>
  /** Pastes lines into a POSIX shell as one block. `failing`: the command of gh that fails, as in `pr create`. */
  readonly paste: (lines: readonly string[], failing?: string) => Pasted
  readonly clear: () => void
}

export interface Pasted {
  readonly succeeded: boolean
  /** What gh was told, other than to view. */
  readonly told: readonly (readonly string[])[]
}

const environment = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ana',
  GIT_AUTHOR_EMAIL: 'ana@acme.example',
  GIT_COMMITTER_NAME: 'Ana',
  GIT_COMMITTER_EMAIL: 'ana@acme.example',
}

const gh = `#!/bin/sh
case "$1 $2" in "$GH_FAILS") echo "gh: no" >&2; exit 1;; esac
if [ "$2" = view ]; then echo "Fix the \\$(dropdown)"; else { printf '%s\\0' "$@"; printf '\\n\\0'; } >> "$GH_LOG"; fi
`

const run = (cwd: string, words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('git', words, { cwd, env: environment, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`)
  return stdout.trimEnd()
}

/** Made once: a copy of it is much quicker than a new one. The clones know the shared repository by where they lie. */
function layTemplate(): string {
  const root = mkdtempSync(join(tmpdir(), 'desk-'))
  process.once('exit', () => rmSync(root, { recursive: true, force: true }))
  const clone = join(root, 'clone')
  const git = (...words: readonly string[]) => run(clone, words)
  writeFileSync(join(root, 'gh'), gh, { mode: 0o755 })
  run(root, ['init', '--quiet', '--bare', '--initial-branch=main', 'shared.git'])
  run(root, ['clone', '--quiet', 'shared.git', 'clone'])
  git('remote', 'set-url', 'origin', '../shared.git')
  git('switch', '--quiet', '-c', 'main')
  writeFileSync(join(clone, 'page'), 'one\n')
  git('add', 'page')
  git('commit', '--quiet', '-m', 'Begin')
  git('switch', '--quiet', '-c', 'fix')
  writeFileSync(join(clone, 'page'), 'two\n')
  git('commit', '--quiet', '-am', 'Mend the page\n\nIt was $(broken).')
  git('push', '--quiet', 'origin', 'main', 'fix')
  run(root, ['clone', '--quiet', 'shared.git', 'other'])
  run(join(root, 'other'), ['remote', 'set-url', 'origin', '../shared.git'])
  return root
}

let template: string | undefined

export function openDesk(): Desk {
  template ??= layTemplate()
  const root = mkdtempSync(join(tmpdir(), 'pasted-'))
  cpSync(template, root, { recursive: true })
  const [shared, clone, other] = ['shared.git', 'clone', 'other'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  const git = (...words: readonly string[]) => run(clone, words)
  const write = (path: string, text: string): void => {
    writeFileSync(join(clone, path), text)
  }
  return {
    clone,
    head: git('rev-parse', 'fix'),
    git,
    write,
    elsewhere: (...words) => run(other, words),
    branches: () =>
      Object.fromEntries(
        run(shared, ['for-each-ref', '--format=%(refname:short) %(objectname)'])
          .split('\n')
          .map((line) => line.split(' ') as [string, string]),
      ),
    paste: (lines, failing = '') => pasteInto({ root, clone }, lines, failing),
    clear: () => {
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function pasteInto(
  { root, clone }: { root: string; clone: string },
  lines: readonly string[],
  failing: string,
): Pasted {
  const log = join(root, 'gh.log')
  writeFileSync(log, '')
  const env = { ...environment, PATH: `${root}:${environment.PATH}`, GH_LOG: log, GH_FAILS: failing }
  const { status } = spawnSync('sh', { cwd: clone, env, input: `${lines.join('\n')}\n`, encoding: 'utf8' })
  const calls = readFileSync(log, 'utf8').split('\n\0').slice(0, -1)
  return { succeeded: status === 0, told: calls.map((call) => call.split('\0').slice(0, -1)) }
}
