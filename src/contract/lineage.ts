// Where a checkpoint comes from and what came of it, in counts; its test cases a page at a time.
import Type, { type Static } from 'typebox'
import { CheckpointFigures, CheckpointState } from './checkpoint.ts'
import { LARGEST_PAGE } from './pages.ts'
import { PromotionOut } from './promotions.ts'
import { Direction, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'
import { RunStatus } from './training.ts'

export const LineageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 50, description: 'test cases of a page' }),
    ),
    after: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: '`next` of the page before this one' }),
    ),
  },
  { additionalProperties: false },
)
export type LineageQuery = Static<typeof LineageQuery>

/** A test case that it learnt from. `changed`: its file is another now; `gone`: there is none, the annotation was deleted. */
export const LineageCase = Type.Object({
  test_case_id: Type.String(),
  annotation_id: Type.String(),
  state: Type.Union([Type.Literal('same'), Type.Literal('changed'), Type.Literal('gone')]),
  symbol: Nullable(SymbolName),
  venue: Nullable(VenueName),
  direction: Nullable(Direction),
  timestamp: Nullable(IsoOut),
})
export type LineageCase = Static<typeof LineageCase>

/** What went live with it. Counting ends at a bound: `is_more` says that there are more. */
export const CheckpointUse = Type.Object({
  sessions: Type.Object({ count: Type.Integer(), is_more: Type.Boolean(), running: Type.Integer() }),
  calls: Type.Object({
    count: Type.Integer(),
    is_more: Type.Boolean(),
    right: Type.Integer(),
    wrong: Type.Integer(),
    expired: Type.Integer(),
    open: Type.Integer(),
  }),
})
export type CheckpointUse = Static<typeof CheckpointUse>

export const LineageOut = Type.Object({
  model: Type.String(),
  checkpoint: Type.String(),
  state: CheckpointState,
  /** The checkpoint that its weights began from, and those that began from it, newest first. */
  parent: Nullable(Type.String()),
  children: Type.Array(Type.String()),
  /** `page` in the order in which it learnt them. */
  test_cases: Type.Object({
    count: Type.Integer(),
    left_out: Type.Integer(),
    holds: Type.Integer(),
    page: Type.Array(LineageCase),
    /** `after` of the page behind it; null where there is none. */
    next: Nullable(Type.String()),
  }),
  /** Null where no run of it is known here: what a user brings. */
  run: Nullable(
    Type.Object({
      id: Type.String(),
      status: RunStatus,
      created_at: IsoOut,
      duration_seconds: Type.Number(),
    }),
  ),
  figures: Nullable(CheckpointFigures),
  /** When it was the promoted one, newest first. */
  promotions: Type.Array(PromotionOut),
  ...CheckpointUse.properties,
})
export type LineageOut = Static<typeof LineageOut>
