// Whether too many rows of a file were refused, and why: a cause that most of them share is the file's, not the rows'.
import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Tally } from './report.ts'

/** More than this share of refused rows ends the command with exit code 3. */
const TOO_MANY = 0.1

/** What rows were refused for most. */
export interface Verdict {
  readonly share: number
  readonly why: string
  /** Half of the refused rows, or more, were refused for something else. */
  readonly isOneOfSeveral: boolean
}

/** Null where few rows were refused. A last candle that still forms is no fault of the file. */
export function verdictOf(tally: Tally): Verdict | null {
  const main = tally.mainReason
  if (main === null) return null
  const forming = tally.refusedCount === 1 && FORMING.test(main.reason) ? 1 : 0
  const share = (tally.refusedCount - forming) / tally.rows
  const sameCause = tally.refused.filter(({ reason }) => causeOf(reason) === causeOf(main.reason))
  const isOneOfSeveral = tally.refused.length > 1 && sameCause.length * 2 <= tally.refused.length
  return share > TOO_MANY ? { share, why: main.reason, isOneOfSeveral } : null
}

/** What a reason says behind the column and its value, whatever the numbers. */
function causeOf(reason: string): string {
  const [head = '', ...rest] = reason.split(': ')
  return (rest.length > 0 ? rest.join(': ') : head).replaceAll(/\S*\d\S*/g, '#')
}

const FORMING = /has not closed yet$/

/** The words of it, for reports and errors. */
export function wordsOf({ share, why, isOneOfSeveral }: Verdict, tally: Tally): string {
  const many =
    share > 0.5 ? 'most rows were refused' : `${tally.refusedCount} of ${tally.rows} rows were refused`
  return isOneOfSeveral ? `${many}, because of several faults, such as: ${why}` : `${many}, because ${why}`
}

/**
 * The refusal of a file as a whole: no row of it can be used, or more than half for one reason. Null where it can be imported.
 * `advice`: what explains the rows, where something does.
 */
export function refusalOf(path: string, tally: Tally, advice: string | null): AppError | null {
  const main = tally.mainReason
  if (tally.rows === 0)
    return refusal(
      'no_usable_rows',
      `${basename(path)} has no row that can be used. It holds no rows.`,
      tally,
    )
  if (main === null) return null
  const why = `${advice === null ? '' : `${sentence(advice)} `}Line ${main.line}: ${main.reason}`
  if (tally.refusedCount === tally.rows)
    return refusal(
      'no_usable_rows',
      `${basename(path)} has no row that can be used: all ${tally.rows} were refused. ${ended(why)}`,
      tally,
    )
  if (main.count * 2 <= tally.rows) return null
  return refusal(
    'mostly_refused',
    `${basename(path)}: most rows were refused (${tally.refusedCount} of ${tally.rows}), because ${ended(advice ?? `${main.reason}, and so on`)} First: line ${main.line}, ${ended(main.reason)}`,
    tally,
  )
}

/** With its full stop, unless it ends a sentence already. */
function ended(words: string): string {
  return /[.?!]$/.test(words) ? words : `${words}.`
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

function refusal(code: string, message: string, tally: Tally): AppError {
  return new AppError(code, `${message} Nothing was stored.`, {
    field: 'file',
    details: { refused: tally.refused, refused_count: tally.refusedCount },
  })
}
