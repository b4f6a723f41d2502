import { once } from 'node:events'
import { type Expectation, type Step, story } from './story.ts'
import { setStage, type Stage } from './stage.ts'

export type Print = (line: string) => void

export interface Played {
  /** Titles of the steps that did not come out as told. */
  readonly surprises: readonly string[]
}

/** Tells the story to whoever sits at the terminal; false when a step did not come out as told. */
export async function tellStory(ending: 'exit' | 'stay'): Promise<boolean> {
  const print: Print = (line) => void process.stdout.write(`${line}\n`)
  print('A GitHub, a Jira and Countersign are started on this machine; nothing leaves it.')
  const stage = await setStage()
  try {
    const { surprises } = await playStory(stage, print)
    print('')
    print(surprises.length === 0 ? 'Every step came out as told.' : `Not as told: ${surprises.join('; ')}.`)
    if (ending === 'stay') await stayUp(stage, print)
    return surprises.length === 0
  } finally {
    await stage.close()
  }
}

/** Plays the story from the first step to the last and prints what a developer would have seen. */
export async function playStory(stage: Stage, print: Print): Promise<Played> {
  const surprises: string[] = []
  for (const [index, step] of story.entries()) {
    await step.act(stage)
    await stage.settle()
    const text = shown(stage, step.expect)
    const isAsTold = matches(stage, step.expect, text)
    if (!isAsTold) surprises.push(step.title)
    tell({ step, number: index + 1, text, isAsTold }, print)
  }
  return { surprises }
}

async function stayUp(stage: Stage, print: Print): Promise<void> {
  const token = await stage.issueToken()
  print('')
  print('It stays up. Ask for the summary of the organization:')
  print(`  curl -H 'Authorization: Bearer ${token}' ${stage.url}/api/v1/organizations/acme/summary`)
  print('End it with Ctrl+C.')
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}

function shown(stage: Stage, expect: Expectation): string {
  if (expect.shows === 'comment') return stage.pull.comments().at(-1)?.body ?? '(no comment)'
  const check = stage.check()
  if (check === undefined) return '(no check)'
  const { title, summary } = check.output
  return `countersign: ${check.conclusion ?? check.status}\n${title ?? ''}\n\n${summary ?? ''}`
}

function matches(stage: Stage, expect: Expectation, text: string): boolean {
  if (!expect.says.every((pattern) => pattern.test(text))) return false
  if (expect.shows === 'comment') return true
  const check = stage.check()
  return (check?.conclusion ?? check?.status) === expect.is
}

interface Told {
  readonly step: Step
  readonly number: number
  readonly text: string
  readonly isAsTold: boolean
}

function tell({ step, number, text, isAsTold }: Told, print: Print): void {
  print('')
  print(`${String(number)}. ${step.title}`)
  print(`   ${step.moral}`)
  print('')
  for (const line of text.split('\n')) if (!line.startsWith('<!--')) print(`   │ ${line}`)
  print(isAsTold ? '   ✓ as told' : '   ✗ NOT as told')
}
