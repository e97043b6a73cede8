// What an ordinary second of what a run learns from looks like: of seconds spread over all that its targets speak of.
import type { TrainingParameters } from '../../contract/training-parameters.ts'
import { SECOND, ceilTo, epochMs } from '../../core/time.ts'
import { clip, joined } from '../../market/ranges.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'
import { learnOddness, type Learnt } from '../../moments/learn-oddness.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import { marketOf, secondsInAll, type TrainingData } from '../data/training-data.ts'
import { labelSpan } from '../data/targets.ts'
import { allStretches } from '../examples/example.ts'

/** Rows that are made: a fifth of a second. */
const MOST_ROWS = 1_500

/**
 * Null where there are too few of them. The same data give the same bits.
 * @param known rows of the same data, which nobody else asks about meanwhile
 */
export async function ordinarySeconds(
  data: TrainingData,
  { unlike_share: share }: Pick<TrainingParameters, 'unlike_share'>,
  known: KnownRows,
): Promise<Learnt | null> {
  return learnOddness(await rowsOf(data, known), share === 'none' ? null : share)
}

/** Of the marks and of the HOLDs around them, stretch after stretch, at most `MOST_ROWS`, evenly apart. */
async function rowsOf({ markets }: TrainingData, rowsAt: KnownRows): Promise<Float32Array> {
  const spoken = allStretches(markets).map((stretch) => {
    const { marks, holdSpans } = marketOf(markets, stretch)
    const spans = joined([...holdSpans, ...marks.filter(({ trained }) => trained).map(labelSpan)])
    return { slice: stretch.slice, ranges: clip(spans, stretch.range) }
  })
  const seconds = secondsInAll(spoken.flatMap(({ ranges }) => ranges))
  const step = apart(Math.max(1, Math.ceil(seconds / MOST_ROWS))) * SECOND
  const rows: Float32Array[] = []
  for (const { slice, ranges } of spoken) {
    const instants = ranges.flatMap(({ from, to }) => {
      const first = ceilTo(from, SECOND)
      return Array.from({ length: Math.max(0, Math.ceil((to - first) / step)) }, (_, i) =>
        epochMs(first + i * step),
      )
    })
    const { values, known } = await rowsAt.rows(slice.market, new StateSweep(slice), instants)
    for (const [i, isKnown] of known.entries())
      if (isKnown) rows.push(values.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE))
  }
  const all = new Float32Array(rows.length * ROW_SIZE)
  for (const [i, row] of rows.entries()) all.set(row, i * ROW_SIZE)
  return all
}

/** The next number of seconds that comes round to every second of the minute. */
function apart(seconds: number): number {
  return [2, 3, 5].some((part) => seconds % part === 0) ? apart(seconds + 1) : seconds
}
