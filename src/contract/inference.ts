// Inference sessions and signals: bodies and answers.
import Type, { type Static } from 'typebox'
import { ANY_PATTERN } from './pattern.ts'
import { NewestFirstQuery } from './pages.ts'
import {
  ActionName,
  ConfidenceBandName,
  IsoOut,
  Nullable,
  ScoresOut,
  SymbolName,
  VenueName,
} from './shapes.ts'

export const SessionBody = Type.Object(
  {
    model: Type.String({ description: 'cnn; cnn@0002 or cnn@challenger names the checkpoint, too' }),
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    checkpoint: Type.Optional(
      Type.String({ description: 'a version, champion or challenger; the promoted one by default' }),
    ),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: `of this pattern alone, the first tag of what a checkpoint was trained on; "${ANY_PATTERN}" every pattern of which one is promoted, together; by default of the model as a whole`,
        examples: ['breakout', ANY_PATTERN],
      }),
    ),
  },
  { additionalProperties: false },
)
export type SessionBody = Static<typeof SessionBody>

export const Percentiles = Type.Object({ p50: Nullable(Type.Number()), p99: Nullable(Type.Number()) })
export type Percentiles = Static<typeof Percentiles>

/** What a position-aware agent holds on paper, filled at the next second's open ± half the spread, fees taken off. */
export const PaperPosition = Type.Object({
  side: Type.Union([Type.Literal('LONG'), Type.Literal('SHORT'), Type.Literal('FLAT')]),
  /** What it was filled at; null while flat. */
  entry_price: Nullable(Type.Number()),
  opened_at: Nullable(IsoOut),
  /** Since the position was opened, its opening fee included; null while flat. */
  unrealised_pct: Nullable(Type.Number()),
  /** Positions opened and closed again. */
  trades: Type.Integer(),
  /** Of all of them, after fees. */
  realised_pct: Type.Number(),
})
export type PaperPosition = Static<typeof PaperPosition>

export const IntentName = Type.Union([
  Type.Literal('open_long'),
  Type.Literal('open_short'),
  Type.Literal('close_long'),
  Type.Literal('close_short'),
  Type.Literal('hold'),
])

/** What the calls of a session are measured by, fixed when it began; percents are of a call's price. */
export const BarriersOut = Type.Object({
  target_pct: Type.Number(),
  stop_pct: Type.Number(),
  /** True where no trader said so: half the target. */
  stop_assumed: Type.Boolean(),
  seconds: Type.Integer(),
  fee_pct_per_side: Type.Number(),
})

/** How its calls ended. `right_share` 0–1, of those decided, with its 95 % interval. */
export const OutcomesOut = Type.Object({
  right: Type.Integer(),
  wrong: Type.Integer(),
  expired: Type.Integer(),
  open: Type.Integer(),
  right_share: Nullable(Type.Number()),
  right_interval: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
})

/** Seconds in which no server was there to answer: `from` ≤ second < `to`. */
export const SessionGap = Type.Object({ from: IsoOut, to: IsoOut, seconds: Type.Integer() })
export type SessionGap = Static<typeof SessionGap>

/** A session that answers for one pattern of a session of all of them: `from` ≤ instant < `to`; null while it runs. */
export const SessionPart = Type.Object({
  session: Type.String(),
  pattern: Nullable(Type.String()),
  checkpoint: Type.String(),
  from: IsoOut,
  to: Nullable(IsoOut),
})
export type SessionPart = Static<typeof SessionPart>

export const SessionOut = Type.Object({
  id: Type.String(),
  model: Type.String(),
  /** A version; `*` of a session of all patterns. */
  checkpoint: Type.String(),
  symbol: SymbolName,
  venue: VenueName,
  state: Type.Union([Type.Literal('running'), Type.Literal('stopped')]),
  /**
   * `stopped_by_user`, `end_of_data`, `server_restarted`, …; of one that could not go on after a restart the code of what stood in its way,
   * such as `unknown_checkpoint`; null while running.
   */
  stop_reason: Nullable(Type.String()),
  started_at: IsoOut,
  stopped_at: Nullable(IsoOut),
  signals: Type.Integer(),
  missed_seconds: Type.Integer(),
  /** Seconds that were made again of the store and compared, and those of them that it tells otherwise than they were seen. */
  checked_seconds: Type.Integer(),
  mismatched_seconds: Type.Integer(),
  /** Over restarts of the server, counted in `missed_seconds` too; the newest 20, oldest first. */
  gaps: Type.Array(SessionGap),
  calls: Type.Integer(),
  /** Null where nothing was marked when it began: its calls stay open. */
  barriers: Nullable(BarriersOut),
  outcomes: OutcomesOut,
  /** From the end of a second to its signal. */
  latency_ms: Percentiles,
  /** Of the model alone, of its newest 600 answers in this process; null before the first. */
  model_latency_ms: Percentiles,
  signals_per_minute: Nullable(Type.Number()),
  /** Share of the calls that hit an annotation, of those that annotations and reviewed spans can judge; null where there are none. */
  accuracy: Nullable(Type.Number()),
  confidence_n: Type.Integer(),
  /** First tag of what its checkpoint was trained on; null where there was none, or several together. */
  pattern: Nullable(Type.String()),
  /** Oddness past which its checkpoint abstains, for `unlike_training`; absent where that is not known, or switched off. */
  unlike_past: Type.Optional(Type.Number()),
  /** What speaks against trusting its signals, in words: a market that the checkpoint was not trained on; `clock_went_back: …` where this machine's clock was set back. */
  warnings: Type.Array(Type.String()),
  /** Of agents alone. */
  position: Type.Optional(PaperPosition),
  /** Of a session of all patterns alone: what answers for each of them, and did before. */
  parts: Type.Optional(Type.Array(SessionPart)),
  /** Of such a part alone: the session of all patterns that it begins and ends with. */
  part_of: Type.Optional(Type.String()),
})
export type SessionOut = Static<typeof SessionOut>
export const SessionsOut = Type.Object({ inference_sessions: Type.Array(SessionOut) })
export const SessionsQuery = Type.Object(
  {
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    state: Type.Optional(SessionOut.properties.state),
    model: Type.Optional(Type.String()),
    checkpoint: Type.Optional(Type.String()),
    ...NewestFirstQuery,
  },
  { additionalProperties: false },
)
export type SessionsQuery = Static<typeof SessionsQuery>

/** What one pattern said in a second of a session of all patterns. */
export const SignalPart = Type.Object({
  session: Type.String(),
  pattern: Nullable(Type.String()),
  checkpoint: Type.String(),
  action: ActionName,
  scores: Nullable(ScoresOut),
  confidence: Nullable(Type.Number()),
  confidence_n: Type.Integer(),
  call_id: Nullable(Type.String()),
  reason: Nullable(Type.String()),
})
export type SignalPart = Static<typeof SignalPart>

export const SignalOut = Type.Object({
  id: Type.Integer(),
  session: Type.String(),
  /** The as-of second, by the source's clock. */
  timestamp: IsoOut,
  /** When it left the model, by the same clock. */
  emitted_at: IsoOut,
  symbol: SymbolName,
  venue: VenueName,
  model: Type.String(),
  /** Of its session; in a session of all patterns of the pattern that calls, `*` while none does. */
  checkpoint: Type.String(),
  /** As `checkpoint`; null while none calls. */
  pattern: Nullable(Type.String()),
  action: ActionName,
  /** The network's probabilities; null while abstaining, and in a session of all patterns while none calls. */
  scores: Nullable(ScoresOut),
  /** 0–100; null for HOLD, for abstentions and while not calibrated. */
  confidence: Nullable(Type.Number()),
  confidence_n: Type.Integer(),
  confidence_interval: Nullable(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  /** Over 70, 50–70, under 50; null unless the whole interval lies in one. */
  confidence_band: Nullable(ConfidenceBandName),
  /** The bands that the interval spans, `little evidence` under 30 calls; `not calibrated yet` under 5; null for HOLD. */
  confidence_words: Nullable(Type.String()),
  price: Nullable(Type.Number()),
  /** From the end of the second to the signal: grace, state and network. */
  latency_ms: Type.Number(),
  call_id: Nullable(Type.String()),
  call_opens: Type.Boolean(),
  /** Of agents alone: what the action means to their paper position. One that closes it is no call. */
  intent: Type.Optional(IntentName),
  /** How unlike what its checkpoint learnt from the second is: 1 is an ordinary second. Absent where that is not known. */
  oddness: Type.Optional(Type.Number({ minimum: 0 })),
  /** Why it abstains: `clock_went_back`, `stale_data`, `not_enough_candles`, `non_positive_price`, `no_order_book`, `gaps`, `unlike_training`, `patterns_disagree`, …; null when it does not. */
  reason: Nullable(Type.String()),
  /** Of a session of all patterns alone: what each said in this second. */
  parts: Type.Optional(Type.Array(SignalPart)),
})
export type SignalOut = Static<typeof SignalOut>
export const SignalsOut = Type.Object({ signals: Type.Array(SignalOut) })
export const SignalsQuery = Type.Object(
  {
    session: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    calls: Type.Optional(Type.Boolean({ description: 'only the signals that open a call' })),
    before: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'only ids below this: the next page goes on from the last id',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 50 })),
  },
  { additionalProperties: false },
)
export type SignalsQuery = Static<typeof SignalsQuery>
