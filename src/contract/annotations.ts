// Annotations, reviewed spans and test cases: bodies, answers and the file on disk (design, sections 4 and 6).
import Type, { type Static } from 'typebox'
import { OrderBookPart } from './case-order-book.ts'
import { Next, PageQuery } from './pages.ts'
import { ANY_PATTERN } from './pattern.ts'
import {
  ActionName,
  Direction,
  GapOut,
  InstantIn,
  IsoOut,
  Nullable,
  Provenance,
  SymbolName,
  VenueName,
} from './shapes.ts'
import { tableOf, TENSOR_NAMES, WINDOW } from './timeframes.ts'

/** Within what returns in per cent can be told of, with room on both sides of any real price. */
const PriceIn = Type.Number({
  minimum: 1e-20,
  maximum: 1e20,
  description: 'above 0: profits are in percent of it',
})
/** Of 0 and below only in markets that have such prices. */
const ExitPriceIn = Type.Number({ minimum: -1e20, maximum: 1e20 })
const LevelIn = Type.Union([PriceIn, Type.Null()], {
  description:
    'where the trader would leave at a loss (stop) or with the gain that was aimed at (target), on its side of the entry; null: none; left out of a PUT it stays',
})
const TAG = { minLength: 1, maxLength: 64 }
const MOST_TAGS = { maxItems: 32 }
const TagIn = Type.String({
  ...TAG,
  not: { const: ANY_PATTERN },
  description: `a name of its own: "${ANY_PATTERN}" means all patterns together`,
})
/** Marks that were made before may have any. */
const Tags = Type.Array(Type.String(TAG), MOST_TAGS)

/** POST and PUT; prices in quote units; entry timestamp = T, the as-of instant, a whole second. */
export const AnnotationBody = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    direction: Direction,
    entry: Type.Object({ timestamp: InstantIn, price: PriceIn }, { additionalProperties: false }),
    exit: Type.Object({ timestamp: InstantIn, price: ExitPriceIn }, { additionalProperties: false }),
    stop_price: Type.Optional(LevelIn),
    target_price: Type.Optional(LevelIn),
    notes: Type.Optional(Type.String({ maxLength: 10_000 })),
    tags: Type.Optional(Type.Array(TagIn, MOST_TAGS)),
    provenance: Type.Optional(
      Type.Object(
        {
          mode: Type.Optional(Provenance.properties.mode),
          visible_until: Type.Optional(Nullable(InstantIn)),
          seconds_spent: Type.Optional(Nullable(Type.Number({ minimum: 0 }))),
          annotator: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type AnnotationBody = Static<typeof AnnotationBody>

const Leg = Type.Object({ timestamp: IsoOut, price: Type.Number() })

/** Looks ahead, so it stands with the annotation and never in the case. */
export const EntryCheck = Type.Object({
  last_close: Nullable(Type.Number()),
  next_open: Nullable(Type.Number()),
  deviation_pct: Nullable(Type.Number()),
  reachable: Nullable(Type.Boolean()),
})
export type EntryCheck = Static<typeof EntryCheck>

export const AnnotationOut = Type.Object({
  id: Type.String(),
  test_case_id: Type.String(),
  symbol: SymbolName,
  venue: VenueName,
  direction: Direction,
  entry: Leg,
  exit: Leg,
  /** Quote units; null: none was given. */
  stop_price: Nullable(Type.Number()),
  target_price: Nullable(Type.Number()),
  /** The move to the target, else to the exit, for each unit that the stop risks; null without a stop. */
  reward_to_risk: Nullable(Type.Number()),
  notes: Type.String(),
  tags: Tags,
  profit_loss_pct: Type.Number(),
  net_profit_loss_pct: Type.Number(),
  holding_period_seconds: Type.Number(),
  entry_check: EntryCheck,
  warnings: Type.Array(Type.String()),
  provenance: Provenance,
  created_at: IsoOut,
  updated_at: IsoOut,
  deleted_at: Nullable(IsoOut),
})
export type AnnotationOut = Static<typeof AnnotationOut>
export const AnnotationsOut = Type.Object({ annotations: Type.Array(AnnotationOut), next: Next })

export const AnnotationsQuery = Type.Object(
  {
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    direction: Type.Optional(Direction),
    tag: Type.Optional(Type.String()),
    from: Type.Optional(InstantIn),
    to: Type.Optional(InstantIn),
    deleted: Type.Optional(Type.Boolean({ default: false, description: 'list the deleted ones instead' })),
    ...PageQuery,
  },
  { additionalProperties: false },
)
export type AnnotationsQuery = Static<typeof AnnotationsQuery>

export const ReviewedSpanBody = Type.Object(
  { symbol: SymbolName, venue: Type.Optional(VenueName), from: InstantIn, to: InstantIn },
  { additionalProperties: false },
)
export type ReviewedSpanBody = Static<typeof ReviewedSpanBody>
export const ReviewedSpanOut = Type.Object({
  id: Type.String(),
  symbol: SymbolName,
  venue: VenueName,
  from: IsoOut,
  to: IsoOut,
  created_at: IsoOut,
})
export type ReviewedSpanOut = Static<typeof ReviewedSpanOut>
export const ReviewedSpansOut = Type.Object({ reviewed_spans: Type.Array(ReviewedSpanOut), next: Next })

/** Of which market, without a venue the one that is served; and which page. */
export const MarketPageQuery = Type.Object(
  { symbol: Type.Optional(SymbolName), venue: Type.Optional(VenueName), ...PageQuery },
  { additionalProperties: false },
)
export type MarketPageQuery = Static<typeof MarketPageQuery>

const Numbers = Type.Array(Type.Number(), { minItems: WINDOW, maxItems: WINDOW })
const CandleColumns = Type.Object({
  timestamps: Type.Array(Type.String(), { minItems: WINDOW, maxItems: WINDOW }),
  open: Numbers,
  high: Numbers,
  low: Numbers,
  close: Numbers,
  volume: Numbers,
})

/** `annotation_<id>.json`, also what GET /api/test-cases/:id answers beside its state. */
export const TestCaseFile = Type.Object({
  test_case_id: Type.String(),
  symbol: SymbolName,
  timestamp: Type.String(),
  action: ActionName,
  market_state: Type.Object(tableOf(TENSOR_NAMES, () => CandleColumns)),
  expected_outcome: Type.Object({
    direction: Direction,
    profit_loss_pct: Type.Number(),
    entry_price: Type.Number(),
    exit_price: Type.Number(),
    holding_period_seconds: Type.Number(),
  }),
  schema_version: Type.Integer(),
  venue: VenueName,
  net_profit_loss_pct: Type.Number(),
  fee_pct_per_side: Type.Number(),
  gaps: Type.Array(GapOut),
  provenance: Provenance,
  tags: Tags,
  notes: Type.String(),
  /** Only where the trader gave them. */
  stop_price: Type.Optional(Type.Number()),
  target_price: Type.Optional(Type.Number()),
  order_book: Type.Optional(OrderBookPart),
})
export type TestCaseFile = Static<typeof TestCaseFile>

/** What is on disk of one case; `left_out` is null where the case is trained on. */
export const TestCaseState = Type.Object({
  test_case_id: Type.String(),
  annotation_id: Type.String(),
  symbol: Nullable(SymbolName),
  venue: Nullable(VenueName),
  timestamp: Nullable(Type.String()),
  action: Nullable(ActionName),
  profit_loss_pct: Nullable(Type.Number()),
  net_profit_loss_pct: Nullable(Type.Number()),
  state: Type.Union([
    Type.Literal('complete'),
    Type.Literal('gaps'),
    Type.Literal('revised'),
    Type.Literal('missing'),
    Type.Literal('broken'),
  ]),
  gap_share_pct: Type.Number(),
  /** Percent of the 100 seconds before T whose order book is missing; null where the case has no part `order_book`. */
  order_book_gap_share_pct: Nullable(Type.Number()),
  left_out: Nullable(Type.String()),
  detail: Nullable(Type.String()),
})
export type TestCaseState = Static<typeof TestCaseState>
export type TestCasesOut = Static<typeof TestCasesOut>
export const TestCasesOut = Type.Object({ test_cases: Type.Array(TestCaseState), next: Next })
/** The file's own fields, and beside them what the list says of its state, by the same names. */
export const TestCaseOut = Type.Intersect([
  TestCaseFile,
  Type.Pick(TestCaseState, ['annotation_id', 'state', 'gap_share_pct', 'left_out', 'detail']),
])
export type TestCaseOut = Static<typeof TestCaseOut>
