// Which column is which, as a user says it: `open=1,time=date` by position from 1 or by the header's name.
import { AppError } from '../../../core/errors.ts'

/** For each column that is named, its index from 0 or its header. */
export type ColumnChoice = ReadonlyMap<string, number | string>

export const NO_CHOICE: ColumnChoice = new Map()

/** `known`: the columns there are. @throws AppError `invalid_columns` */
export function columnsOf(text: string, known: readonly string[]): ColumnChoice {
  const choice = new Map<string, number | string>()
  for (const part of text.split(',')) {
    const [, name = '', place = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(part) ?? []
    if (!known.includes(name.toLowerCase()) || place === '') throw invalid(part, known)
    const isPosition = /^\d+$/.test(place)
    if (isPosition && Number(place) < 1) throw invalid(part, known)
    choice.set(name.toLowerCase(), isPosition ? Number(place) - 1 : place)
  }
  return choice
}

function invalid(part: string, known: readonly string[]): AppError {
  return new AppError(
    'invalid_columns',
    `--columns has "${part.trim()}": expected a column and its place, such as ${known[0] ?? 'time'}=1 (the first) or ${known[0] ?? 'time'}=date (by its header). Columns are ${known.join(', ')}.`,
    { field: 'columns' },
  )
}
