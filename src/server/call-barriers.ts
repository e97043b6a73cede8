// What calls of a checkpoint are measured by: the marks it was trained on, as they stand now; else those of the market.
import { testCaseId } from '../annotation/case-content.ts'
import { DEFAULT_FEE_PCT_PER_SIDE, type Annotations } from '../annotation/annotations.ts'
import { stopPctOf } from '../annotation/plan.ts'
import type { Market } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { barriersOf, type Barriers } from '../signals/barriers.ts'

/** Null where nothing is marked. */
export async function barriersFor(
  annotations: Annotations,
  { metadata }: LoadedCheckpoint,
  market: Market,
  feePctPerSide = DEFAULT_FEE_PCT_PER_SIDE,
): Promise<Barriers | null> {
  const cases = new Set(metadata.data.test_cases.map(({ test_case_id }) => test_case_id))
  const all = await annotations.list()
  const trained = all.filter(({ id }) => cases.has(testCaseId(id)))
  const own = all.filter(({ venue, symbol }) => venue === market.venue && symbol === market.symbol)
  const movesOf = (marks: typeof all) =>
    marks.map((mark) => ({
      profit_loss_pct: mark.profit_loss_pct,
      holding_seconds: mark.holding_period_seconds,
      stop_pct: stopPctOf(mark.entry.price, mark.stop_price),
    }))
  return barriersOf(movesOf(trained), feePctPerSide) ?? barriersOf(movesOf(own), feePctPerSide)
}
