// How calls of live sessions ended, counted by what one asks for, with the doubt that their number leaves.
import Type, { type Static } from 'typebox'
import { OutcomesOut } from './inference.ts'
import { CallsQuery } from './live-calls.ts'
import { HoursOfIn, Nullable } from './shapes.ts'

/**
 * `confidence`: ten bins of the confidence that was said, `70-80`; `band`: the band that its whole interval lay in, else `several`; `hour`: of the
 * zone that is asked for, `00` to `23`; `pattern`: the checkpoint's, else `none`; `market`: `ETH/USDT binance`. Without a confidence `not_calibrated`.
 */
export const CallCountsBy = Type.Union([
  Type.Literal('confidence'),
  Type.Literal('band'),
  Type.Literal('hour'),
  Type.Literal('pattern'),
  Type.Literal('market'),
])
export type CallCountsBy = Static<typeof CallCountsBy>

const { outcome: _outcome, before: _before, limit: _limit, ...filters } = CallsQuery.properties

export const CallCountsQuery = Type.Object(
  {
    ...filters,
    by: CallCountsBy,
    timezone: Type.Optional(HoursOfIn),
  },
  { additionalProperties: false },
)
export type CallCountsQuery = Static<typeof CallCountsQuery>

export const CallCount = Type.Object({
  name: Type.String(),
  /** The share is null where fewer than five ended. */
  ...OutcomesOut.properties,
  /** Mean of the confidence that was said of those that ended, 0–100; null where none had one. */
  mean_confidence: Nullable(Type.Number()),
})
export type CallCount = Static<typeof CallCount>

export const CallCountsOut = Type.Object({
  by: CallCountsBy,
  counts: Type.Array(CallCount),
  /** All of them together. */
  all: CallCount,
  /** There are older ones, which are not counted: the newest 10,000 are. */
  is_more: Type.Boolean(),
})
export type CallCountsOut = Static<typeof CallCountsOut>
