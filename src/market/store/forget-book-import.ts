// Takes one import of order books out again: the seconds that it alone gave, piece by piece.
import { pacing } from '../../core/busy.ts'
import { BookClaims } from '../book/book-claims.ts'
import { hullOf } from '../ranges.ts'
import type { ForgetOptions, Forgotten } from './forgotten.ts'
import type { ImportRecord } from './import-records.ts'
import { piecesOf } from './pieces.ts'

/** Killed in the middle it is gone on with by calling it again. */
export async function forgetBookImport(
  { id, market, marketId }: ImportRecord,
  { store, books, clock, dryRun = false, onProgress }: ForgetOptions,
): Promise<Forgotten> {
  if (!dryRun) await store.write(() => store.imports.mark(id, 'forgetting_at', clock.now()))
  const leaving = new BookClaims(store.sqlite).leaving(id, marketId)
  const pieces = leaving.flatMap((range) => [...piecesOf(range, '1s')])
  const pause = pacing()
  let seconds = 0
  for (const [index, piece] of pieces.entries()) {
    if (dryRun) seconds += books.range(market, piece).length
    else seconds += await store.write(() => books.remove(market, piece))
    onProgress?.((index + 1) / (pieces.length + 1))
    await pause()
  }
  if (!dryRun) await store.write(() => store.imports.mark(id, 'forgotten_at', clock.now()))
  onProgress?.(1)
  const range = hullOf(leaving)
  const gone = range === null ? null : { seconds, range }
  return { removed: 0, restored: 0, kept: 0, touched: [], books: gone }
}
