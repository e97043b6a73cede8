// Each model's file opens with its hyperparameters, and a line on each says what it is.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const FOLDER = new URL('../../../src/models/', import.meta.url)

it.each(['cnn', 'transformer', 'dqn', 'cob-rl', 'instant'])(
  '%s says of every hyperparameter what it is',
  (name) => {
    const text = readFileSync(new URL(`${name}.ts`, FOLDER), 'utf8')
    const block = /const hyperparameters = \{\n([^}]+)\}/.exec(text)![1]!
    const lines = block.split('\n')
    const properties = lines.flatMap((line, i) => (/^ {2}\w+: /.test(line) ? [i] : []))
    expect(properties.length).toBeGreaterThan(name === 'instant' ? 2 : 10)
    const silent = properties.filter((i) => !/^ {2}\/\*\* .+ \*\/$/.test(lines[i - 1] ?? ''))
    expect(silent.map((i) => lines[i]!.trim())).toEqual([])
  },
)
