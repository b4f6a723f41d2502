import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cutRest, cutWebhooks, type Description, type WebhookCut } from '#twin/contract/cut-description.ts'
import { inputsDigest, sources, type Source } from '#twin/contract/freshness.ts'
import { operations, webhookEvents } from '#twin/contract/operations.ts'

/**
 * Cuts the parts of GitHub's published descriptions that the twin is held to, and writes them beside its code.
 *
 * The packages are far too large to depend on, so each is brought into a temporary folder and one file of it read.
 */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'contracts-'))
  try {
    write('rest', cutRest(describe(sources.rest, folder), operations))
    write('webhooks', cutWebhooks(describe(sources.webhooks, folder), webhookEvents))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function describe(source: Source, folder: string): Description {
  const name = `${source.package}@${source.version}`
  console.log(`Bringing ${name} …`)
  const packed = execFileSync('npm', ['pack', name, '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
  const [archive] = JSON.parse(packed) as readonly { readonly filename: string }[]
  if (!archive) throw new Error(`The registry gave nothing for ${name}. Check the version and try again.`)
  const target = mkdtempSync(join(folder, 'unpacked-'))
  execFileSync('tar', ['-xzf', join(folder, archive.filename), '-C', target, `package/${source.file}`])
  return JSON.parse(readFileSync(join(target, 'package', source.file), 'utf8')) as Description
}

function write(name: keyof typeof sources, cut: WebhookCut): void {
  const text = linewise({ source: sources[name], inputs: inputsDigest(), ...cut })
  writeFileSync(new URL(`../src/twin/contract/${name}.json`, import.meta.url), text)
  const schemas = Object.keys(cut.roots).length + Object.keys(cut.schemas).length
  console.log(`${name}.json: ${schemas} schemas, ${cut.repairs.length} repairs, ${(text.length / 1024).toFixed(0)} KiB`)
}

/** JSON with one line for each entry of each part: small, and a diff still names what changed. */
function linewise(parts: object): string {
  const lines = Object.entries(parts).map(([name, part]) => {
    const entries = Object.entries(part as object)
    if (typeof part === 'string' || entries.length === 0) return `${JSON.stringify(name)}:${JSON.stringify(part)}`
    const isList = Array.isArray(part)
    const rows = entries.map(([key, value]) => (isList ? '' : `${JSON.stringify(key)}:`) + JSON.stringify(value))
    return `${JSON.stringify(name)}:${isList ? '[' : '{'}\n${rows.join(',\n')}\n${isList ? ']' : '}'}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

main()
