// What a session says against trusting its signals: its checkpoint was trained on other markets, the clock was set back.
import type { SetBack } from '../core/clock.ts'
import { SECOND, toIso, type EpochMs } from '../core/time.ts'
import { isSimulated, sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import type { CallRule } from '../signals/signal.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'

export function warningsOf({ version, metadata }: LoadedCheckpoint, market: Market): string[] {
  const markets = marketsOf(metadata)
  if (markets.length === 0 || markets.some((known) => sameMarket(known, market))) return []
  const trained = markets.map(nameOf).join(', ')
  const kinds = new Set(markets.map(isSimulated))
  const otherKind = !kinds.has(isSimulated(market))
  const why = otherKind
    ? isSimulated(market)
      ? 'it learnt from real markets, and this one is simulated'
      : 'it learnt from a simulated market, and this one is real'
    : 'what pays on one market need not pay on another'
  return [`Checkpoint ${version} was trained on ${trained}, and runs on ${nameOf(market)}: ${why}.`]
}

export function setBackWarning({ at, by }: SetBack): string {
  return `clock_went_back: This machine’s clock was set back by ${Math.round(by / SECOND)} s at ${toIso(at)}. That second was left unanswered; seconds go on in order.`
}

/** `second`: the first one that goes by the new thresholds. */
export function restatedWarning(version: string, second: EpochMs, before: CallRule, now: CallRule): string {
  const on = `calls open at ${now.on.toFixed(2)}, where it was ${before.on.toFixed(2)}`
  return `Checkpoint ${version} is validated: from ${toIso(second)} on ${on}.`
}

/** `second`: the first one that goes by it. `before`: the version that answered until then; null where none did. */
export function promotedWarning(
  pattern: string,
  second: EpochMs,
  now: string,
  before: string | null,
): string {
  const until = before === null ? 'It was not among the patterns before.' : `Until then it went by ${before}.`
  return `Pattern "${pattern}" goes by checkpoint ${now} from ${toIso(second)} on. ${until}`
}

/** Of a session of all patterns: one that takes no part, and why, in words. */
export function absentWarning(pattern: string, version: string, why: string): string {
  return `Pattern "${pattern}" is not answered: checkpoint ${version} could not be opened. ${why}`
}

/** `place`: the first number that differs. */
export function mismatchWarning(session: string, second: EpochMs, place: string): string {
  return `live_differs: What is stored of ${toIso(second)} is not what the model was shown live (${place}). Both sides are kept: GET /api/inference-sessions/${session}/mismatches.`
}

/** Checkpoints of before there was a list name one market, or none. */
function marketsOf({ markets, venue, symbol }: LoadedCheckpoint['metadata']): readonly Market[] {
  if (markets !== undefined) return markets
  return venue === null || symbol === null ? [] : [{ venue, symbol }]
}

function nameOf({ venue, symbol }: Market): string {
  return `${venue} ${symbol}`
}
