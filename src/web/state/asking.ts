// What the page asks the trader: suggestions, one after the other, or moments like another. And where the trader stood before.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { BlindMoment, SecondLookBody } from '../../contract/second-looks.ts'
import type { MarketOut } from '../../contract/market.ts'
import type { SimilarMoment } from '../../contract/moments.ts'
import type { SuggestionOut } from '../../contract/suggestions.ts'
import type { Cursor } from './horizon.ts'
import type { Timeframe } from './timeframes.ts'

/** What the charts show, UTC ms. */
export type Views = ReadonlyMap<Timeframe, { readonly from: number; readonly to: number }>

/** Where the trader stood, to come back to. */
export interface Stand {
  readonly market: MarketOut | null
  readonly cursor: Cursor
  readonly maximised: Timeframe | null
  readonly views: Views
}

export type Answer = 'accept' | 'hold' | 'other_side' | 'skip'

/** What the instant model was worth out of fold, when so many labels had been given. */
export interface Worth {
  /** F1, 0–1. */
  readonly f1: number
  readonly labels: number
}

export interface Suggesting {
  /** What is asked; null while the next is being looked for, and where there is none. */
  readonly question: SuggestionOut | null
  /** Why nothing is asked; null while it is being looked for. */
  readonly reason: string | null
  /** Questions that were answered, skipped ones too: as many as there were of each kind decides which comes next. */
  readonly asked: number
  /** Answers that teach: all but skipped ones. */
  readonly labels: number
  /** Page clock, ms: when it began, when the last label was given, when the question was shown. */
  readonly beganAt: number
  readonly labelledAt: number
  readonly shownAt: number
  /** The latest instant whose market could be seen since the question was shown, UTC ms. */
  readonly seen: number
  readonly before: Worth | null
  /** What became of the answer before. */
  readonly last: { readonly answer: Answer; readonly annotation: AnnotationOut | null } | null
  readonly stand: Stand
}

/** Moments that look like one, to step through. */
export interface Likeness {
  /** What they look like, and its as-of instant, UTC ms. */
  readonly of: { readonly what: 'mark' | 'call' | 'second'; readonly at: number }
  /** Nearest first; null while they are looked for. */
  readonly found: readonly SimilarMoment[] | null
  /** Why there are none; null where there are, or while they are looked for. */
  readonly reason: string | null
  /** Which one the charts stand at; −1 before the first step. */
  readonly index: number
  /** Those said to be HOLD: by `keyOfMoment` the id to take it back by. */
  readonly holds: ReadonlyMap<string, string>
  readonly stand: Stand
}

/** A moment's name on the page. */
export function keyOfMoment({ venue, symbol, timestamp }: SimilarMoment): string {
  return `${venue} ${symbol} ${timestamp}`
}

/** The one that the charts stand at. */
export function momentOf(like: Likeness | null): SimilarMoment | null {
  return like?.found?.[like.index] ?? null
}

export type SecondAnswer = SecondLookBody['answer']

/** A blind second look at moments that were labelled. */
export interface SecondLooking {
  readonly moments: readonly BlindMoment[]
  /** Which one the charts stand at. */
  readonly index: number
  readonly answered: number
  /** Page clock, ms, when it was shown. */
  readonly shownAt: number
  /** What came after it was seen: it is blind no longer. */
  readonly isSeen: boolean
  readonly stand: Stand
}

/** The one that is asked about. */
export function blindMomentOf(looking: SecondLooking | null): BlindMoment | null {
  return looking?.moments[looking.index] ?? null
}
