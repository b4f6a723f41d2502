/** Two texts compared line by line. */
export interface LineDiff {
  readonly additions: number
  readonly deletions: number
  /** Hunks in unified form with three lines of context; empty when the texts are equal. */
  readonly patch: string
}

interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

const contextLines = 3
/** Above this many cell comparisons the middle is shown as replaced whole: right, only not minimal. */
const largestTable = 4_000_000

/** Compares two texts line by line, minimally for texts of ordinary size. */
export function lineDiff(before: string, after: string): LineDiff {
  const lines = compare(linesOf(before), linesOf(after))
  return {
    additions: lines.filter((line) => line.mark === '+').length,
    deletions: lines.filter((line) => line.mark === '-').length,
    patch: hunks(lines),
  }
}

/** Lines without their ends; the last says so when it has none, which makes it another line, as for git. */
function linesOf(text: string): readonly string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : `${text}\n\\ No newline at end of file`).split(
    /\n(?!\\ No newline at end of file$)/,
  )
}

const marked = (mark: Line['mark'], texts: readonly string[]): Line[] => texts.map((text) => ({ mark, text }))

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  const shorter = Math.min(before.length, after.length) - start
  while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  const middle = compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end))
  return [...marked(' ', before.slice(0, start)), ...middle, ...marked(' ', before.slice(before.length - end))]
}

function compareMiddle(before: readonly string[], after: readonly string[]): readonly Line[] {
  if (before.length * after.length > largestTable) return [...marked('-', before), ...marked('+', after)]
  const width = after.length + 1
  const longest = commonLengths(before, after)
  const lines: Line[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    const [left, right] = [before[row], after[column]]
    const below = longest[(row + 1) * width + column] ?? -1
    const beside = longest[row * width + column + 1] ?? -1
    if (left !== undefined && left === right) {
      lines.push({ mark: ' ', text: left })
      row += 1
      column += 1
    } else if (left !== undefined && (right === undefined || below >= beside)) {
      lines.push({ mark: '-', text: left })
      row += 1
    } else {
      lines.push({ mark: '+', text: right ?? '' })
      column += 1
    }
  }
  return lines
}

/** For each pair of positions, how many lines the rests of both texts have in common in order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const equal = before[row] === after[column]
      const diagonal = (lengths[(row + 1) * width + column + 1] ?? 0) + 1
      const beside = Math.max(lengths[(row + 1) * width + column] ?? 0, lengths[row * width + column + 1] ?? 0)
      lengths[row * width + column] = equal ? diagonal : beside
    }
  }
  return lengths
}

function hunks(lines: readonly Line[]): string {
  const changed = lines.flatMap((line, index) => (line.mark === ' ' ? [] : [index]))
  const spans: { from: number; to: number }[] = []
  for (const index of changed) {
    const last = spans.at(-1)
    if (last && index - last.to <= 2 * contextLines + 1) last.to = index
    else spans.push({ from: index, to: index })
  }
  return spans.map(({ from, to }) => hunk(lines, Math.max(0, from - contextLines), to + contextLines + 1)).join('\n')
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const count = (part: readonly Line[], without: Line['mark']): number =>
    part.filter((line) => line.mark !== without).length
  const before = lines.slice(0, from)
  const body = lines.slice(from, to)
  const range = (without: Line['mark']): string => {
    const length = count(body, without)
    const start = count(before, without) + (length === 0 ? 0 : 1)
    return length === 1 ? String(start) : `${start},${length}`
  }
  const header = `@@ -${range('+')} +${range('-')} @@${heading(before)}`
  return [header, ...body.map(({ mark, text }) => mark + text)].join('\n')
}

/** What git prints behind a hunk's positions: the last line before it that looks like the head of a section. */
function heading(before: readonly Line[]): string {
  const line = before.findLast(({ mark, text }) => mark !== '+' && /^[A-Za-z_$]/.test(text))
  return line ? ` ${line.text.slice(0, 80).trimEnd()}` : ''
}
