// The folds of a model that is solved at once, several sets of them together: a second's row is made once for all that are scored on it.
import { at } from '../../core/at.ts'
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { joined } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import { ACTIONS, type ClosedFormDefinition } from '../../models/model.ts'
import { ROW_SIZE, TURNING } from '../../models/moment-row.ts'
import { KnownRows } from '../../moments/known-rows.ts'
import { MomentMaker, type Rows } from '../../moments/moment-rows.ts'
import { float32, Session } from '../../nn/runtime.ts'
import { secondsIn, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import { crossEntropyOf } from './cross-entropy.ts'
import { foldLines, rowsAt, type ShownRows } from './fold-lines.ts'
import type { Job, JobResult } from './job.ts'
import type { EpochResult } from './job-training.ts'
import { allSeconds } from './labelled-rows.ts'
import { lineWeights, RowSummer } from './ridge.ts'
import { StretchRows } from './stretch-rows.ts'
import { sourceOf } from './views.ts'

/** Seconds asked about at once. */
const CHUNK = 256
/** Rows kept where several sets share them, 170 MB; one set asks about hardly any twice. */
const MOST_KEPT = 86_400

type Fold = Pick<Job, 'number' | 'options' | 'examples' | 'evaluate'>

/** What a fold scores, and where its scores go. */
interface Scored {
  readonly head: Session
  readonly range: SecondsRange
  readonly scores: Float32Array
}

export interface SolvedOptions {
  /** Of so many sets, from the first on, it is told how well each fold fits its own examples; of none where absent. */
  readonly fitsOf?: number
  readonly signal?: AbortSignal
  /** Rows of the market, where one caller asks about the same seconds again. */
  readonly known?: KnownRows
}

/**
 * What each fold says of the seconds it holds out, without its weights. One thread, so that the scores are the same on any
 * machine; between its pieces other work of the thread goes on.
 * @param sets folds of the same examples each
 * @throws the signal's reason when aborted
 */
export async function solvedFolds(
  model: ClosedFormDefinition,
  data: TrainingData,
  sets: readonly (readonly Fold[])[],
  { fitsOf = 0, signal, known }: SolvedOptions = {},
): Promise<JobResult[]> {
  const kept = known ?? new KnownRows(await MomentMaker.open(), sets.length > 1 ? MOST_KEPT : 0)
  const summer = await RowSummer.open(TURNING)
  const heads: Session[] = []
  try {
    const stretches = new StretchRows(sourceOf(data), kept)
    const results: JobResult[] = []
    const scored: Scored[] = []
    for (const [set, folds] of sets.entries()) {
      const shown = allSeconds([...new Set(folds.flatMap((fold) => fold.examples))])
      const rows = await stretches.ofExamples(shown)
      const ridge = folds[0]?.options.ridge ?? model.closedForm.ridge
      const lines = await foldLines({ shown, rows }, folds, summer, ridge)
      const memory = new Float32Array(rows.length)
      signal?.throwIfAborted()
      for (const [i, { number, examples, evaluate }] of folds.entries()) {
        const head = await Session.open(model.closedForm.exportHead(lineWeights(at(lines, i))), {
          threads: 1,
        })
        heads.push(head)
        const own = evaluate.map((range) => ({ head, range, scores: unsaid(range) }))
        scored.push(...own)
        const scores = own.map((each) => each.scores)
        const epochs = set < fitsOf ? [await fitOf(head, examples, { shown, rows }, memory)] : []
        results.push({ number, epochs, mined: [], weights: null, scores })
      }
    }
    await scoreAll(scored, stretches, signal)
    return results
  } finally {
    const opened = known === undefined ? [kept.maker] : []
    await Promise.all([...opened, summer, ...heads].map((each) => each.close()))
  }
}

/**
 * How well a fold fits the examples it was solved on, as of their first seconds.
 * @param memory for their rows, as large as all rows
 */
async function fitOf(
  head: Session,
  examples: Fold['examples'],
  all: ShownRows,
  memory: Float32Array,
): Promise<EpochResult> {
  const own = new Set(examples)
  const first = [...all.shown.keys()].filter((i) => {
    const { example, second } = at(all.shown, i)
    return second === 0 && own.has(example)
  })
  const row = float32(rowsAt(all.rows, first, memory), [first.length, ROW_SIZE])
  const { probabilities } = await head.run({ row })
  const labels = first.map((i) => at(all.shown, i).example.label)
  return { epoch: 1, ...crossEntropyOf(probabilities as Float32Array, labels) }
}

/** NaN, which is what a model says where it must abstain. */
function unsaid(range: SecondsRange): Float32Array {
  return new Float32Array(secondsIn(range) * ACTIONS.length).fill(Number.NaN)
}

async function scoreAll(all: readonly Scored[], rows: StretchRows, signal?: AbortSignal): Promise<void> {
  const values = new Float32Array(CHUNK * ROW_SIZE)
  for (const stretch of new Set(all.map(({ range }) => range.stretch))) {
    const own = all.filter(({ range }) => range.stretch === stretch)
    for (const piece of joined(own.map(({ range }) => range)).flatMap(pieces)) {
      signal?.throwIfAborted()
      const { known } = await rows.ofSeconds(stretch, secondsOf(piece), values)
      await scorePiece(own, piece, { values, known })
    }
  }
}

/** @param rows of the piece's seconds; there may be more memory than rows */
async function scorePiece(all: readonly Scored[], piece: TimeRange, { values, known }: Rows): Promise<void> {
  for (const { head, range, scores } of all) {
    const from = Math.max(ceilTo(range.from, SECOND), piece.from)
    const count = Math.ceil((Math.min(range.to, piece.to) - from) / SECOND)
    if (count <= 0) continue
    const first = (from - piece.from) / SECOND
    const own = values.subarray(first * ROW_SIZE, (first + count) * ROW_SIZE)
    const { probabilities } = await head.run({ row: float32(own, [count, ROW_SIZE]) })
    const to = (from - ceilTo(range.from, SECOND)) / SECOND
    for (let i = 0; i < count; i++) {
      const said = (probabilities as Float32Array).subarray(i * ACTIONS.length, (i + 1) * ACTIONS.length)
      if (known[first + i] === true) scores.set(said, (to + i) * ACTIONS.length)
    }
  }
}

/** Whole seconds of a range, `CHUNK` at a time. */
function pieces({ from, to }: TimeRange): TimeRange[] {
  const first = ceilTo(from, SECOND)
  const count = Math.ceil((to - first) / SECOND / CHUNK)
  return Array.from({ length: count }, (_, i) => ({
    from: epochMs(first + i * CHUNK * SECOND),
    to: epochMs(Math.min(to, first + (i + 1) * CHUNK * SECOND)),
  }))
}

function secondsOf(range: TimeRange): EpochMs[] {
  return Array.from({ length: secondsIn(range) }, (_, i) => epochMs(range.from + i * SECOND))
}
