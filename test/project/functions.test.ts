import { describe, expect, test } from '@jest/globals'
import ts from 'typescript'
import { listFiles, readProjectFile } from './files.ts'

interface MeasuredFunction {
  readonly where: string
  /** Lines with code on them: blank lines and comments are free. */
  readonly lines: number
  readonly parameters: number
}

const limit = 50
const functions = listFiles('src/**/*.ts').flatMap(measure)

describe('functions of src/', () => {
  test('aim for 25 lines: nine in ten are no longer', () => {
    expect(percentile(0.9)).toBeLessThanOrEqual(25)
  })

  test(`stop at ${limit} lines: the 99th percentile and the longest`, () => {
    expect(percentile(0.99)).toBeLessThanOrEqual(limit)
    expect(functions.filter((measured) => measured.lines > limit)).toEqual([])
  })

  test('take at most three parameters', () => {
    expect(functions.filter((measured) => measured.parameters > 3)).toEqual([])
  })
})

function percentile(share: number): number {
  const sorted = functions.map((measured) => measured.lines).toSorted((one, other) => one - other)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0
}

function measure(path: string): readonly MeasuredFunction[] {
  const source = ts.createSourceFile(path, readProjectFile(path), ts.ScriptTarget.ES2024, true)
  const found: MeasuredFunction[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      found.push({ where: `${path}:${line}`, lines: countLines(node), parameters: node.parameters.length })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Counts the lines on which some token of the function begins or ends. */
function countLines(root: ts.Node): number {
  const source = root.getSourceFile()
  const lines = new Set<number>()
  const visit = (node: ts.Node): void => {
    const children = node.getChildren().filter((child) => child.kind < ts.SyntaxKind.FirstJSDocNode)
    if (children.length === 0 && node.getWidth() > 0) {
      lines.add(source.getLineAndCharacterOfPosition(node.getStart()).line)
      lines.add(source.getLineAndCharacterOfPosition(node.getEnd()).line)
    }
    children.forEach(visit)
  }
  visit(root)
  return lines.size
}
