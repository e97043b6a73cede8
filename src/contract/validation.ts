// What the held-out seconds of a run say of its model: figures by call, the floors beside them, and what it got wrong.
import Type, { type Static } from 'typebox'
import { GateVerdict } from './promotions.ts'
import { ActionName, IsoOut, Nullable } from './shapes.ts'

/** A second of a held-out reviewed span where the out-of-fold model was wrong: to step through on the page. */
export const Miss = Type.Object({
  kind: Type.Union([Type.Literal('missed_annotation'), Type.Literal('false_call')]),
  timestamp: IsoOut,
  action: ActionName,
  score: Nullable(Type.Number()),
  annotation_id: Nullable(Type.String()),
})
export type Miss = Static<typeof Miss>

/** One figure that may say nothing: `value` is null where n is too small for it, and `reason` says so in words. */
export const Figure = Type.Object({
  value: Nullable(Type.Number()),
  /** What it rests on: annotations, calls or seconds. */
  n: Type.Number(),
  /** 95 %, where the figure is a share. */
  interval: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
  /** Why there is no value; null where there is one. */
  reason: Nullable(Type.String()),
})
export type Figure = Static<typeof Figure>

/** Median and quartiles of some measure. */
export const Spread = Type.Object({
  median: Nullable(Type.Number()),
  lower_quartile: Nullable(Type.Number()),
  upper_quartile: Nullable(Type.Number()),
  n: Type.Integer(),
  reason: Nullable(Type.String()),
})
export type Spread = Static<typeof Spread>

/** Calls against annotations, of both directions or of one. Counts are means over draws for the random caller. */
export const CallFigures = Type.Object({
  annotations: Type.Number(),
  calls: Type.Number(),
  hits: Type.Number(),
  false_calls: Type.Number(),
  missed: Type.Number(),
  precision: Figure,
  recall: Figure,
  /** Recall in which annotations that share their label spans weigh less (López de Prado 2018, section 4.4). */
  weighted_recall: Figure,
  f1: Figure,
  false_calls_per_hour: Figure,
  /** Seconds from the annotated entry to the call, over hits; negative where the call came first. */
  delay_seconds: Spread,
  /** Share of the marked move that was still to come when the call opened, mean over hits. */
  move_left: Figure,
})
export type CallFigures = Static<typeof CallFigures>

/** Probabilities of every scored second, entry zones and HOLDs at their natural rate. */
export const SecondFigures = Type.Object({
  accuracy: Figure,
  log_loss: Figure,
  /** Σ over the classes of (probability − outcome)², mean over seconds: 0 to 2. */
  brier: Figure,
})
export type SecondFigures = Static<typeof SecondFigures>

/** Each call entered at its last close, left after the median holding time of the annotations; one unit a call. */
export const TradingFigures = Type.Object({
  calls: Type.Number(),
  holding_seconds: Type.Number(),
  fee_pct_per_side: Type.Number(),
  /** Share of calls that end above their fees. */
  hit_rate: Figure,
  /** Mean net P&L of a call, percent. */
  expectancy_pct: Figure,
  /** Net gains divided by net losses. */
  profit_factor: Figure,
  /** Largest fall of the summed net P&L from its peak, percent points. */
  max_drawdown_pct: Figure,
})
export type TradingFigures = Static<typeof TradingFigures>

/** One caller's figures: the model's, or a floor's. Null where the caller has none of the kind. */
export const Scorecard = Type.Object({
  calls: Type.Object({ all: CallFigures, BUY: CallFigures, SELL: CallFigures }),
  seconds: Nullable(SecondFigures),
  trading: TradingFigures,
})
export type Scorecard = Static<typeof Scorecard>

export const FloorName = Type.Union([
  Type.Literal('majority'),
  Type.Literal('random'),
  Type.Literal('plain_rule'),
  Type.Literal('logistic_regression'),
  Type.Literal('instant'),
])
export type FloorName = Static<typeof FloorName>

/** What a model has to beat, scored like it. */
export const Floor = Type.Object({
  id: FloorName,
  name: Type.String(),
  /** How it calls, in a sentence. */
  about: Type.String(),
  scores: Scorecard,
})
export type Floor = Static<typeof Floor>

/** Whether the model beats the instant model: F1 of both on the same held-out episodes, in pairs. */
export const AgainstInstant = Type.Object({
  verdict: GateVerdict,
  episodes: Type.Integer(),
  /** F1 of the model less that of the instant model, and its 95 % interval by a bootstrap of the episodes. */
  difference: Nullable(Type.Number()),
  interval: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
  /** The same in a sentence. */
  words: Type.String(),
})
export type AgainstInstant = Static<typeof AgainstInstant>

export const ReliabilityBin = Type.Object({
  from: Type.Number(),
  to: Type.Number(),
  n: Type.Integer(),
  mean_score: Nullable(Type.Number()),
  /** Share of the bin's calls that matched an annotation. */
  hit_share: Nullable(Type.Number()),
  /** Wilson's 95 % interval of that share. */
  interval: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
})
export type ReliabilityBin = Static<typeof ReliabilityBin>

/** Whether calls scored 0.7 match an annotation seven times in ten. */
export const Reliability = Type.Object({
  /** Out-of-fold calls. */
  n: Type.Integer(),
  /** Expected calibration error: |mean score − hit share| over ten bins, weighted by their calls. */
  ece: Figure,
  /** (score − outcome)², mean over calls. */
  brier: Figure,
  bins: Type.Array(ReliabilityBin),
  /** How confidence is made of scores. */
  method: Type.Union([Type.Literal('none'), Type.Literal('logistic'), Type.Literal('isotonic')]),
})
export type Reliability = Static<typeof Reliability>

/** The same figure with several seeds. */
export const SeedFigure = Type.Object({
  name: Type.String(),
  mean: Nullable(Type.Number()),
  /** Sample standard deviation; null with one seed. */
  sd: Nullable(Type.Number()),
  /** By seed; null where that seed has no such figure. */
  values: Type.Array(Nullable(Type.Number())),
})
export type SeedFigure = Static<typeof SeedFigure>

/** The model retrained on entries placed at random, as often as stated. */
export const PermutationTest = Type.Object({
  placements: Type.Integer(),
  /** Which figure is compared. */
  score: Type.Literal('f1'),
  observed: Type.Number(),
  permuted: Type.Array(Type.Number()),
  /** (1 + placements that score at least as high) / (1 + placements) (Phipson & Smyth 2010). */
  p: Type.Number(),
})
export type PermutationTest = Static<typeof PermutationTest>

/** One held-out episode: what the calls of the model that never saw it made of it. For comparing two runs in pairs. */
export const HeldOutEpisode = Type.Object({
  venue: Type.String(),
  symbol: Type.String(),
  /** Of its annotations that were scored. */
  annotation_ids: Type.Array(Type.String()),
  hits: Type.Integer(),
  /** Those nearer to it than to any other, up to half an hour away. */
  false_calls: Type.Integer(),
})
export type HeldOutEpisode = Static<typeof HeldOutEpisode>

/**
 * Out-of-fold scores by call (design, section 5). The plain numbers are null only where there is nothing to divide by; the figures of
 * `model` and `floors` also say where n is too small for them, and are the ones to show.
 */
export const Validation = Type.Object({
  /** `last_20_percent` stands in runs of before there was a walk-forward. */
  method: Type.Union([
    Type.Literal('leave_one_episode_out'),
    Type.Literal('leave_one_day_out'),
    Type.Literal('walk_forward'),
    Type.Literal('walk_forward_days'),
    Type.Literal('last_20_percent'),
  ]),
  /** Share of scored entry-zone and HOLD seconds classified right. */
  accuracy: Nullable(Type.Number()),
  /** Share that always saying the most frequent class would get. */
  majority_floor: Nullable(Type.Number()),
  /** What that share could be by chance: Wilson's 95 %, with each episode as one draw, as seconds of one resemble each other. Absent in older runs. */
  majority_floor_interval: Type.Optional(Nullable(Type.Tuple([Type.Number(), Type.Number()]))),
  n: Type.Integer(),
  loss: Nullable(Type.Number()),
  episodes: Type.Integer(),
  folds: Type.Integer(),
  seconds_scored: Type.Integer(),
  calls: Type.Integer(),
  hits: Type.Integer(),
  false_calls: Type.Integer(),
  missed: Type.Integer(),
  precision: Nullable(Type.Number()),
  recall: Nullable(Type.Number()),
  f1: Nullable(Type.Number()),
  false_calls_per_hour: Nullable(Type.Number()),
  misses: Type.Array(Miss),
  /** Absent in runs of before promotions had a gate. */
  held_out: Type.Optional(Type.Array(HeldOutEpisode)),
  /** Annotations scored, and how many independent ones they are worth: the sum of their uniqueness. */
  annotations: Type.Optional(Type.Integer()),
  effective_n: Type.Optional(Type.Number()),
  /** Mean share of an annotation's 1s window (100 s before its entry) that another annotation's covers too. */
  window_overlap: Type.Optional(Nullable(Type.Number())),
  /** Seconds kept clear around what is held out. */
  embargo_seconds: Type.Optional(Type.Integer()),
  model: Type.Optional(Scorecard),
  floors: Type.Optional(Type.Array(Floor)),
  /** Of every model but the instant one itself. */
  against_instant: Type.Optional(Nullable(AgainstInstant)),
  reliability: Type.Optional(Reliability),
  /** With `seeds` over 1. The rest of the validation is the first seed's. */
  seeds: Type.Optional(Nullable(Type.Object({ count: Type.Integer(), figures: Type.Array(SeedFigure) }))),
  /** With `permutation_test`. */
  permutation: Type.Optional(Nullable(PermutationTest)),
})
export type Validation = Static<typeof Validation>
