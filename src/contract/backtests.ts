// Backtests: a checkpoint over a stored span by the code that runs live; what is asked, and what came of it.
import Type, { type Static } from 'typebox'
import { NewestFirstQuery } from './pages.ts'
import { ANY_PATTERN, PatternIn } from './pattern.ts'
import { HoursOfIn, InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'
import { RunStatus } from './training.ts'
import { Figure } from './validation.ts'

const Cost = Type.Number({ minimum: 0, maximum: 10 })
const Move = Type.Number({ exclusiveMinimum: 0, maximum: 100 })
const Hold = Type.Integer({ minimum: 1, maximum: 86_400 })
const listOf = <T extends Type.TSchema>(values: T) => Type.Array(values, { minItems: 1, maxItems: 20 })

/** What else is tried on the same scores; what is not named stays as it is. Every combination is one row of the answer. */
export const BacktestSweepBody = Type.Object(
  {
    on: Type.Optional(listOf(Type.Number({ minimum: 0, maximum: 1 }))),
    fee_pct: Type.Optional(listOf(Cost)),
    target_pct: Type.Optional(listOf(Move)),
    stop_pct: Type.Optional(listOf(Move)),
    hold_seconds: Type.Optional(listOf(Hold)),
  },
  { additionalProperties: false },
)
export type BacktestSweepBody = Static<typeof BacktestSweepBody>

export const BacktestBody = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 64 }),
    checkpoint: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'the promoted one by default' }),
    ),
    pattern: Type.Optional({
      ...PatternIn,
      description: `of this pattern alone, the first tag of what a checkpoint was trained on; "${ANY_PATTERN}" every pattern of which one is promoted, together, as a session of them calls; by default of the model as a whole`,
      examples: ['breakout', ANY_PATTERN],
    }),
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    from: InstantIn,
    to: InstantIn,
    fee_pct: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10,
        description:
          "percent of the price, at entry and again at exit; by default what annotations pay, and an agent's own",
      }),
    ),
    slippage_pct: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10,
        description: "percent of the price that each fill is worse; by default 0, and an agent's own",
      }),
    ),
    target_pct: Type.Optional(Move),
    stop_pct: Type.Optional(Move),
    hold_seconds: Type.Optional(Hold),
    include_trained: Type.Optional(
      Type.Boolean({
        description:
          'also the seconds that the checkpoint was trained on, of which its figures say nothing about other seconds; false by default',
      }),
    ),
    sweep: Type.Optional(BacktestSweepBody),
    processes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description:
          'that score at once, at most; by default its share of the cores, fewer for a short span. Changes no result.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type BacktestBody = Static<typeof BacktestBody>

const Side = Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])

export const BacktestCall = Type.Object({
  /** As a live session numbers its calls, without the session. */
  id: Type.String(),
  timestamp: IsoOut,
  action: Side,
  score: Type.Number(),
  /** The last close before its second. */
  price: Type.Number(),
  matched_annotation: Nullable(Type.String()),
  /** Of all patterns alone: whose call it is, which is told from this second on. */
  pattern: Type.Optional(Type.String()),
  checkpoint: Type.Optional(Type.String()),
})
export type BacktestCall = Static<typeof BacktestCall>

export const BacktestTrade = Type.Object({
  /** Null of an agent's, which opens and closes by its own account. */
  call_id: Nullable(Type.String()),
  action: Side,
  entered_at: IsoOut,
  entry_price: Type.Number(),
  exited_at: Nullable(IsoOut),
  /** `closed`: by an agent. `open`: the stored market, or what is scored of it, ends before it does. */
  outcome: Type.Union([
    Type.Literal('right'),
    Type.Literal('wrong'),
    Type.Literal('expired'),
    Type.Literal('closed'),
    Type.Literal('open'),
  ]),
  /** After fees and slippage, percent of the entry price; null while open. */
  net_pct: Nullable(Type.Number()),
})
export type BacktestTrade = Static<typeof BacktestTrade>

/** Of trades that ended, one unit each: returns are added up, never compounded. Counts are means over draws for random entries. */
export const TradeFigures = Type.Object({
  trades: Type.Number(),
  /** Share of trades that ended above their costs. */
  hit_share: Figure,
  net_return_pct: Type.Number(),
  mean_net_pct: Nullable(Type.Number()),
  /** Largest fall of the added-up net return from its peak, percent points. */
  max_drawdown_pct: Type.Number(),
})
export type TradeFigures = Static<typeof TradeFigures>

export const BacktestFigures = Type.Object({
  ...TradeFigures.properties,
  calls: Type.Integer(),
  open_trades: Type.Integer(),
  /** Seconds with an answer. */
  seconds_scored: Type.Integer(),
  /** Seconds without one, by reason, as live signals say it. */
  abstained: Type.Record(Type.String(), Type.Integer()),
  /** Calls that match an annotation, and those that annotations or reviewed spans speak against. */
  matched_calls: Type.Integer(),
  false_calls: Type.Integer(),
  reviewed_hours: Type.Number(),
  /** False calls inside reviewed spans, per hour of them. */
  false_calls_per_hour: Figure,
})
export type BacktestFigures = Static<typeof BacktestFigures>

/** What a checkpoint has to beat, by the same engine over the same seconds. */
export const BacktestFloor = Type.Object({
  ...TradeFigures.properties,
  id: Type.Union([
    Type.Literal('buy_and_hold'),
    Type.Literal('plain_rule'),
    Type.Literal('random'),
    Type.Literal('annotations'),
  ]),
  name: Type.String(),
  about: Type.String(),
})
export type BacktestFloor = Static<typeof BacktestFloor>

/**
 * Trades by when they were entered: hour (`00` to `23`, UTC's where no zone is said), or how much the market moved in the half hour before; of all
 * patterns also by whose call it was.
 */
export const BacktestGroup = Type.Object({
  ...TradeFigures.properties,
  by: Type.Union([Type.Literal('hour'), Type.Literal('regime'), Type.Literal('pattern')]),
  name: Type.String(),
})
export type BacktestGroup = Static<typeof BacktestGroup>

/** Where a trade ends: percents of its price. */
export const BacktestBarriers = Type.Object({
  target_pct: Type.Number(),
  stop_pct: Type.Number(),
  /** True where neither a trader nor who asked said so: half the target. */
  stop_assumed: Type.Boolean(),
  seconds: Type.Number(),
  fee_pct_per_side: Type.Number(),
})

export const BacktestSweepRow = Type.Object({
  ...TradeFigures.properties,
  on: Type.Number(),
  fee_pct: Type.Number(),
  target_pct: Type.Number(),
  stop_pct: Type.Number(),
  hold_seconds: Type.Number(),
  calls: Type.Integer(),
})
export type BacktestSweepRow = Static<typeof BacktestSweepRow>

const EquityPoint = Type.Object({ timestamp: IsoOut, net_return_pct: Type.Number() })
const Lists = {
  calls: Type.Array(BacktestCall),
  trades: Type.Array(BacktestTrade),
  /** Added-up net return after each trade that ended. */
  equity: Type.Array(EquityPoint),
}
const Findings = {
  figures: BacktestFigures,
  floors: Type.Array(BacktestFloor),
  groups: Type.Array(BacktestGroup),
  sweep: Type.Array(BacktestSweepRow),
}

/** What the process works out at the end. */
export const BacktestResult = Type.Object({
  ...Findings,
  ...Lists,
  /** What it met on its way, in words. */
  warnings: Type.Array(Type.String()),
})
export type BacktestResult = Static<typeof BacktestResult>

/** One that answers among all patterns. */
export const BacktestPattern = Type.Object({
  pattern: Type.String(),
  checkpoint: Type.String(),
  /** Of its calls' trades. */
  barriers: Nullable(BacktestBarriers),
  /** Seconds of the span that this checkpoint was trained on; null where that is not known. */
  trained_overlap_seconds: Nullable(Type.Number()),
})
export type BacktestPattern = Static<typeof BacktestPattern>

export const BacktestOut = Type.Object({
  id: Type.String(),
  model: Type.String(),
  /** A version; `*` of all patterns. */
  checkpoint: Type.String(),
  /** Of all patterns alone, by pattern. */
  patterns: Type.Optional(Type.Array(BacktestPattern)),
  symbol: SymbolName,
  venue: VenueName,
  from: IsoOut,
  to: IsoOut,
  /** What trades paid. */
  fee_pct: Type.Number(),
  slippage_pct: Type.Number(),
  barriers: Nullable(BacktestBarriers),
  include_trained: Type.Boolean(),
  /** Seconds of the span that the checkpoint, or any of its patterns', was trained on, where they lie; null where that is not known. */
  trained_overlap_seconds: Nullable(Type.Number()),
  trained_overlap: Type.Array(Type.Object({ from: IsoOut, to: IsoOut })),
  /** Seconds that are asked about: the span without what is left out and what is not stored. */
  seconds: Type.Integer(),
  status: RunStatus,
  /** 0 to 1. */
  progress: Type.Number(),
  /** What has to be read with the figures, the heaviest first. */
  warnings: Type.Array(Type.String()),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  created_at: IsoOut,
  finished_at: Nullable(IsoOut),
  /** Null until it is over; the lists are empty until then. */
  figures: Nullable(BacktestFigures),
  floors: Findings.floors,
  groups: Findings.groups,
  sweep: Findings.sweep,
})
export type BacktestOut = Static<typeof BacktestOut>

/** With its calls and trades. */
export const BacktestDetail = Type.Object({
  ...BacktestOut.properties,
  ...Lists,
  timezone: Type.String({ description: 'whose hours the groups by hour are' }),
})
export type BacktestDetail = Static<typeof BacktestDetail>

export const BacktestQuery = Type.Object(
  { timezone: Type.Optional(HoursOfIn) },
  { additionalProperties: false },
)
export type BacktestQuery = Static<typeof BacktestQuery>

export const BacktestsQuery = Type.Object(NewestFirstQuery, { additionalProperties: false })
export type BacktestsQuery = Static<typeof BacktestsQuery>
export const BacktestsOut = Type.Object({ backtests: Type.Array(BacktestOut) })
