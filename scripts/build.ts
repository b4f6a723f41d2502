import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

/**
 * Writes dist/: what the image and the package run. Plain JavaScript from src/, without the twin and the demo.
 *
 * Aliases (`#facts/fact.ts`) stay as they are in the output; dist/package.json leads them to the emitted files.
 */
const root = join(import.meta.dirname, '..')
const output = join(root, 'dist')
const leftOut = /^(twin|demo|bin.twin|bin.demo)\b/

rmSync(output, { recursive: true, force: true })
const faults = compile()
if (faults.length > 0) {
  console.error(ts.formatDiagnostics(faults, formatHost()))
  process.exit(1)
}
copyOtherFiles()
writeAliases()

/** Returns what the compiler objects to. */
function compile(): readonly ts.Diagnostic[] {
  const { options, fileNames, errors } = readConfig()
  const program = ts.createProgram({ rootNames: fileNames, options })
  const { diagnostics } = program.emit(undefined, writeUnlessLeftOut)
  return [...errors, ...ts.getPreEmitDiagnostics(program), ...diagnostics]
}

/** The compiler follows every import, also the one by which `countersign demo` reaches the story in a checkout. */
function writeUnlessLeftOut(path: string, text: string): void {
  if (!leftOut.test(relative(output, path))) ts.sys.writeFile(path, text)
}

function readConfig(): ts.ParsedCommandLine {
  const path = join(root, 'tsconfig.build.json')
  const read: { config?: unknown; error?: ts.Diagnostic } = ts.readConfigFile(path, (name) => ts.sys.readFile(name))
  if (read.error !== undefined) throw new Error(ts.formatDiagnostic(read.error, formatHost()))
  return ts.parseJsonConfigFileContent(read.config, ts.sys, root, {}, path)
}

function formatHost(): ts.FormatDiagnosticsHost {
  return { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }
}

/** Whatever a module reads beside itself at run time, such as SQL. */
function copyOtherFiles(): void {
  const excluded = ['src/twin/**', 'src/demo/**', '**/*.ts']
  for (const path of globSync('src/**/*.*', { cwd: root, exclude: excluded })) {
    cpSync(join(root, path), join(output, path.replace(/^src./, '')))
  }
}

function writeAliases(): void {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, string>
  }
  const emitted = Object.entries(imports).map(([alias, path]) => [
    alias,
    path.replace('./src/', './').replace(/\.ts$/, '.js'),
  ])
  const content = { type: 'module', imports: Object.fromEntries(emitted) as unknown }
  writeFileSync(join(output, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
}
