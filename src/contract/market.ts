// Candles, health and the market's part of the HTTP interface.
import { LiveChecksOut } from './live-checks.ts'
import { MomentsOut } from './moments.ts'
import Type, { type Static } from 'typebox'
import {
  CandleRow,
  GapOut,
  InstantIn,
  IsoOut,
  Nullable,
  SymbolName,
  TimeframeName,
  VenueName,
} from './shapes.ts'

export const CandlesQuery = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    timeframe: TimeframeName,
    from: Type.Optional(InstantIn),
    to: Type.Optional(InstantIn),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 500 })),
    forming: Type.Optional(
      Type.Boolean({ default: false, description: 'add the candle that is still forming' }),
    ),
  },
  { additionalProperties: false },
)
export type CandlesQuery = Static<typeof CandlesQuery>

/** from ≤ open < to, ascending; without `from` the last `limit`. */
export const CandlesOut = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  timeframe: TimeframeName,
  candles: Type.Array(CandleRow),
  gaps: Type.Array(GapOut),
})
export type CandlesOut = Static<typeof CandlesOut>

/** SSE `candle`: the newest candles of one timeframe, last one forming unless `closed`. */
export const CandleEvent = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  timeframe: TimeframeName,
  closed: Type.Boolean(),
  candles: Type.Array(CandleRow),
})
export type CandleEvent = Static<typeof CandleEvent>

const StreamState = Type.Union([
  Type.Literal('connecting'),
  Type.Literal('streaming'),
  Type.Literal('stale'),
  Type.Literal('ended'),
])

export const MarketOut = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  simulated: Type.Boolean(),
  streaming: Type.Boolean({ description: 'followed now, live or as a replay' }),
  primary: Type.Boolean({ description: 'the one that is served: what calls without a venue mean' }),
  /** Of the stream; null where the market is only stored. */
  state: Nullable(StreamState),
  /** Now less the last confirmed second; null in a replay, and before the first. */
  lag_ms: Nullable(Type.Number()),
  /** What is stored, per timeframe: first open and last end; null where nothing is. */
  stored: Type.Record(TimeframeName, Nullable(Type.Object({ from: IsoOut, to: IsoOut }))),
  /** Spans of T in which a test case is possible (100 candles of every timeframe). */
  test_case_spans: Type.Array(Type.Object({ from: IsoOut, to: IsoOut })),
})
export type MarketOut = Static<typeof MarketOut>

/** Of POST: `exchange` and `venue` are the same, ccxt's id; one of them is needed. */
export const StreamBody = Type.Object(
  {
    exchange: Type.Optional(VenueName),
    venue: Type.Optional(VenueName),
    symbol: SymbolName,
  },
  { additionalProperties: false },
)
export type StreamBody = Static<typeof StreamBody>

/** Of DELETE. */
export const StreamQuery = Type.Object(
  { venue: VenueName, symbol: SymbolName },
  { additionalProperties: false },
)
export type StreamQuery = Static<typeof StreamQuery>

export const MarketsOut = Type.Object({ markets: Type.Array(MarketOut) })
export type MarketsOut = Static<typeof MarketsOut>

/** How a live order book does: the same in `order-book` answers of a market that is followed. */
export const BookStreamOut = Type.Object({
  state: Type.Union(
    [Type.Literal('connecting'), Type.Literal('live'), Type.Literal('stale'), Type.Literal('out_of_step')],
    {
      description:
        'live: the venue’s book. stale: nothing is heard. out_of_step: dropped, a new one is under way; nothing is recorded meanwhile',
    },
  ),
  reason: Nullable(Type.String({ description: 'why it is not live, in words' })),
  last_event: Nullable(IsoOut),
  resyncs: Type.Integer({ description: 'how often it was dropped and had to begin anew' }),
  last_resync: Nullable(Type.Object({ reason: Type.String(), message: Type.String(), at: IsoOut })),
  reconnects: Type.Integer(),
  snapshots: Type.Integer({ description: 'whole books fetched, or sent by the venue' }),
  duplicates: Type.Integer(),
  malformed_messages: Type.Integer(),
  missed_seconds: Type.Integer({
    description: 'seconds whose book was not certain when they were decided: they are not recorded',
  }),
})
export type BookStreamOut = Static<typeof BookStreamOut>

/** How the connection to an exchange does. */
export const ConnectionOut = Type.Object({
  connected: Type.Boolean(),
  grace_ms: Type.Number({ description: 'after a second, at which it is decided; grows with the lag' }),
  clock_offset_ms: Type.Number({ description: 'the exchange’s clock less this machine’s' }),
  clock_doubted: Type.Boolean({ description: 'the exchange’s answer about the time contradicts its trades' }),
  trade_lag_ms: Nullable(Type.Object({ p50: Type.Number(), p99: Type.Number() })),
  reconnects: Type.Integer(),
  holes_filled: Type.Integer({ description: 'stretches of trade ids that the stream left out and REST had' }),
  gaps: Type.Integer({ description: 'stretches of time that could not be fetched any more' }),
  malformed_messages: Type.Integer(),
  trouble: Nullable(Type.String({ description: 'what is wrong now, in words' })),
  order_book: Nullable(BookStreamOut),
})

/** How one market that is followed does. */
export const DataSourceOut = Type.Object({
  kind: Type.Union([Type.Literal('demo'), Type.Literal('replay'), Type.Literal('exchange')]),
  venue: VenueName,
  symbol: SymbolName,
  simulated: Type.Boolean(),
  server: Nullable(
    Type.String({
      description:
        'machine:folder of the server that follows it, and answers live there; null where none does now, and where one server has all',
    }),
  ),
  state: StreamState,
  speed: Type.Number({ description: 'seconds of data a second; 1 unless replaying' }),
  last_event: Nullable(IsoOut),
  lag_ms: Nullable(Type.Number()),
  late_seconds: Type.Integer({
    description: 'seconds in the last hour with a trade that came after they were decided',
  }),
  book_seconds: Type.Object(
    { recorded: Type.Integer(), late: Type.Integer() },
    {
      description:
        'since the start: order books recorded, and those that came after their second was decided',
    },
  ),
  connection: Nullable(ConnectionOut),
})
export type DataSourceOut = Static<typeof DataSourceOut>

export const HealthOut = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded'), Type.Literal('starting')]),
  version: Type.String(),
  /** The source's clock: the data's time in replay. */
  now: IsoOut,
  /** The primary market's. */
  data_source: DataSourceOut,
  /** One each market that is followed, the primary one first. */
  data_sources: Type.Array(DataSourceOut),
  counts: Type.Object({
    annotations: Type.Integer(),
    test_cases: Type.Integer(),
    reviewed_spans: Type.Integer(),
    training_runs: Type.Integer(),
    active_sessions: Type.Integer(),
    signals: Type.Integer(),
  }),
  /** How far the table of moments has come; null until it has begun. */
  moments: Nullable(MomentsOut),
  live_checks: LiveChecksOut,
  live_processes: Type.Object(
    {
      running: Type.Integer({ description: 'in which live networks answer now' }),
      deaths: Type.Integer({
        description:
          'since the start: that ended of themselves, or were ended because one answer took too long, and were started anew',
      }),
    },
    { description: 'Processes of the server’s own; models of a user have others.' },
  ),
  database: Type.Object(
    {
      kind: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
      name: Nullable(Type.String({ description: 'user@host:port/database; null: the workspace’s own file' })),
      owner: Nullable(
        Type.String({
          description:
            'machine:folder of the server that trains, sends alerts and does all else that is of no followed market; null: the workspace’s own file',
        }),
      ),
      is_owner: Type.Boolean({
        description:
          'whether that is this one; else it stands beside it, and takes over where the other ends',
      }),
    },
    { description: 'which has annotations, runs, sessions and signals' },
  ),
  warnings: Type.Array(Type.String()),
})
export type HealthOut = Static<typeof HealthOut>
