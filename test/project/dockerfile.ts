/** One instruction of a Dockerfile, comments and line continuations gone. */
export interface Instruction {
  readonly keyword: string
  readonly rest: string
}

export interface Stage {
  /** What other stages call it; empty for the last. */
  readonly name: string
  readonly image: string
  readonly instructions: readonly Instruction[]
}

/** Splits a Dockerfile into its stages, in order. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; image: string; instructions: Instruction[] }[] = []
  for (const instruction of toInstructions(text)) {
    if (instruction.keyword === 'FROM') {
      const [image = '', , name = ''] = instruction.rest.split(' ')
      stages.push({ name, image, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (stage === undefined) throw new Error(`${instruction.keyword} stands before the first FROM.`)
      stage.instructions.push(instruction)
    }
  }
  return stages
}

/** The paths that .dockerignore lets in. It must shut everything out first, so that nothing slips in unnamed. */
export function parseDockerignore(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (lines[0] !== '*' || !lines.slice(1).every((line) => /^![\w./-]+$/.test(line))) {
    throw new Error('.dockerignore must be `*` and then a line `!path` for each path that goes in.')
  }
  return lines.slice(1).map((line) => line.slice(1))
}

function toInstructions(text: string): readonly Instruction[] {
  const code = text.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, ' ')
  return code
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const space = line.indexOf(' ')
      return { keyword: line.slice(0, space), rest: line.slice(space + 1).trim() }
    })
}
