// What a file says of itself besides its rows: its name, in the ways that are known, and its metadata.
import { basename } from 'node:path'
import { AppError } from '../../../core/errors.ts'
import type { Timeframe } from '../../timeframe.ts'
import type { Market } from '../../types.ts'
import { CONVENTIONS, type Named } from './file-names.ts'
import { sameSymbol } from './symbols.ts'
import { sameVenue } from './venues.ts'

export interface Claim extends Named {
  /** Where it says so: `its name`, `its metadata`. */
  readonly where: string
}

/** What is asked of it; `timeframe` null: trades. */
export interface Asked {
  readonly market: Market
  readonly timeframe: Timeframe | null
}

const ENDING = /(\.(csv|txt|json|jsonl|ndjson|parquet|feather|arrow|gz|zip))+$/i
/** What a file's name says; null where it is in none of the known ways. */
export function claimOfName(path: string): Claim | null {
  const name = basename(path).replace(ENDING, '')
  for (const { pattern, claim } of CONVENTIONS) {
    const found = pattern.exec(name)
    if (found !== null) return { where: 'its name', ...claim(found) }
  }
  return null
}

/** @throws AppError `contradicts_file`, which names both */
export function checkClaim(path: string, claim: Claim, { market, timeframe }: Asked): void {
  const name = basename(path)
  const { symbol, venue, timeframe: span, where } = claim
  if (symbol !== undefined && !sameSymbol(symbol, market.symbol)) {
    throw contradicts(
      `${name} is of ${symbol}, as ${where} says, and --symbol is ${market.symbol}.`,
      'symbol',
    )
  }
  if (venue !== undefined && !sameVenue(venue, market.venue)) {
    throw contradicts(`${name} is from ${venue}, as ${where} says, and --venue is ${market.venue}.`, 'venue')
  }
  if (timeframe === null || span === undefined || span === timeframe) return
  throw contradicts(
    `${name} holds ${/trades/i.test(span) ? span : `${span} candles`}, as ${where} says, and --timeframe is ${timeframe}.`,
    'timeframe',
  )
}

const ADVICE = 'Import it as what it is; where the file is wrong about itself, correct it there.'

/** The refusal of a file that says otherwise than what it is imported as; nothing was stored. */
export function contradicts(what: string, field: string, advice = ADVICE): AppError {
  return new AppError('contradicts_file', `${what} ${advice} Nothing was stored.`, { field })
}
