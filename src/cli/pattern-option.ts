// `--pattern` of the verbs that ask for a checkpoint: of one pattern alone.
import { Option } from 'commander'
import type { CommonOptions } from './verb.ts'

export interface PatternFlags extends CommonOptions {
  pattern?: string
}

/** @param more what else may be said there */
export function patternOption(more = ''): Option {
  return new Option(
    '--pattern <tag>',
    `of this pattern alone, the first tag of what a checkpoint was trained on${more}`,
  )
}
