// What the tests of the recipes share: a copy of the tree, the recipe's own blocks put into it, and a look at the copy's source.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A new folder with these parts of the tree and what every program of it needs. */
export function copyOf(parts: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'annotate-recipe-'))
  for (const part of ['src', 'bin', 'package.json', 'tsconfig.json', 'tsconfig.base.json', ...parts])
    cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

interface Block {
  /** What stands after the backticks: `diff`, or `ts` and the path of a new file. */
  readonly info: string
  /** Without the indentation of the recipe's list. */
  readonly text: string
}

function blocksOf(markdown: string): Block[] {
  const blocks = [...markdown.matchAll(/^( *)```([^\n]+)\n(.*?)^ *```$/gms)]
  return blocks.map(([, indent = '', info = '', text = '']) => {
    return { info, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
  })
}

interface Blocks {
  readonly diffs: number
  readonly files: number
}

/** Applies the recipe's diffs to the copy and writes the files that its blocks name. @throws Error where it has not as many as `expected` */
export function follow(copy: string, recipe: string, expected: Blocks): void {
  const found = { diffs: 0, files: 0 }
  for (const { info, text } of blocksOf(readFileSync(join(root, 'docs/recipes', recipe), 'utf8'))) {
    const [language, path] = info.split(' ')
    if (language === 'diff') {
      execFileSync('git', ['apply', '--recount', '-'], { cwd: copy, input: text })
      found.diffs += 1
    } else if (path !== undefined) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), text, { flag: 'wx' })
      found.files += 1
    }
  }
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${recipe} has ${JSON.stringify(found)}, not ${JSON.stringify(expected)}.`)
}

/** Runs a program of the copy in a process of its own; what it printed. */
export function runIn(copy: string, ...program: string[]): string {
  const hook = pathToFileURL(join(copy, 'bin/typescript.js')).href
  const env = { ...process.env, NODE_OPTIONS: '' }
  return execFileSync(process.execPath, ['--import', hook, ...program], { cwd: copy, encoding: 'utf8', env })
}

/** What `script`, a module in the copy's root, prints as JSON. */
export function look(copy: string, script: string): unknown {
  writeFileSync(join(copy, 'look.mts'), script)
  return JSON.parse(runIn(copy, 'look.mts'))
}

/** What TypeScript finds wrong with a project of the copy; '' where nothing is. */
export function typeErrors(copy: string, project: string): string {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return execFileSync(process.execPath, [tsc, '-p', project], { cwd: copy, encoding: 'utf8' })
}
