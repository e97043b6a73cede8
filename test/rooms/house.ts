// The house's figures, read from TypeScript's own syntax trees: how long files and functions are, and where `!` stands.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export interface Measured {
  /** A file's path below the folder, `/` between its parts; of a function with `:line`. */
  readonly at: string
  readonly lines: number
}

export interface HouseFigures {
  readonly files: readonly Measured[]
  /** Whatever has a body: functions, methods, accessors, arrows; those inside others too. */
  readonly functions: readonly Measured[]
  /** One entry a non-null assertion. */
  readonly assertions: readonly string[]
}

/** Measures every .ts and .tsx file of a folder and those below it. */
export function houseFigures(folder: string): HouseFigures {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
  const parts = paths.map((path) => measured(path, readFileSync(join(folder, path), 'utf8')))
  return {
    files: parts.map(({ file }) => file),
    functions: parts.flatMap(({ functions }) => functions),
    assertions: parts.flatMap(({ assertions }) => assertions),
  }
}

function measured(path: string, text: string) {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const lineAt = (position: number): number => tree.getLineAndCharacterOfPosition(position).line + 1
  const functions: Measured[] = []
  const assertions: string[] = []
  const visit = (node: ts.Node): void => {
    const first = lineAt(node.getStart())
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
      functions.push({ at: `${path}:${first}`, lines: lineAt(node.end) - first + 1 })
    if (ts.isNonNullExpression(node)) assertions.push(`${path}:${lineAt(node.end)}`)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { file: { at: path, lines: lineAt(text.trimEnd().length) }, functions, assertions }
}

/** The smallest value that so large a share of them do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b)
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0
}

/** The longest, for a failure's words. */
export function longest(all: readonly Measured[], count = 10): string {
  const first = all.toSorted((a, b) => b.lines - a.lines).slice(0, count)
  return first.map(({ at, lines }) => `${lines} ${at}`).join('\n')
}
