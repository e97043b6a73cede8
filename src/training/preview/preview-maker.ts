// Makes previews: rows that are kept, a solution a fold, the calls of every reviewed second.
import { actionOf } from '../../contract/direction.ts'
import { availableParallelism } from 'node:os'
import { at } from '../../core/at.ts'
import { SECOND, ceilTo, epochMs, toIso } from '../../core/time.ts'
import { parameterDefaults } from '../../models/defaults.ts'
import { instant as model } from '../../models/instant.ts'
import { ACTIONS } from '../../models/model.ts'
import { ROW_SIZE, TURNING } from '../../models/moment-row.ts'
import { KnownRows } from '../../moments/known-rows.ts'
import { MomentMaker } from '../../moments/moment-rows.ts'
import { float32, Session } from '../../nn/runtime.ts'
import { secondsIn, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import { priceAt } from '../evaluation/call-figures.ts'
import type { Choice } from '../evaluation/choose-rule.ts'
import type { Job, JobResult } from '../learning/job.ts'
import { allSeconds } from '../learning/labelled-rows.ts'
import { lineWeights, RowSummer, type Line } from '../learning/ridge.ts'
import { callTermsOf, jobOptionsOf } from '../runs/parameters.ts'
import { planOptionsOf, planRun } from '../runs/plan.ts'
import { chosenRule } from '../runs/judgement.ts'
import { foldLines } from '../learning/fold-lines.ts'
import type { Preview } from './messages.ts'
import { StretchRows } from '../learning/stretch-rows.ts'
import { sourceOf } from '../learning/views.ts'

/** HOLDs are drawn by it; the same marks give the same preview. */
const SEED = 0
/** A preview is waited for: it takes what the machine has. */
const THREADS = Math.min(4, availableParallelism())
/** Seconds asked about at once. */
const CHUNK = 1024
const ONE_EPISODE =
  'All annotations belong to one episode, so none can be held out: mark another, at another time.'
const NOTHING_SCORED = 'No annotation lies where market states can be made for every second.'

type Made = Omit<Preview, 'symbol' | 'venue' | 'pattern' | 'took_ms'>

export class PreviewMaker {
  readonly #summer: RowSummer
  readonly known: KnownRows

  private constructor(maker: MomentMaker, summer: RowSummer) {
    this.#summer = summer
    this.known = new KnownRows(maker)
  }

  static async open(): Promise<PreviewMaker> {
    return new PreviewMaker(await MomentMaker.open(THREADS), await RowSummer.open(TURNING, THREADS))
  }

  /** @throws AppError `no_hold_examples` */
  async make(data: TrainingData): Promise<Made> {
    const parameters = { ...parameterDefaults(model.defaults), seed: SEED }
    const plan = planRun(data, jobOptionsOf(parameters), planOptionsOf(model))
    if (plan.split === null) return nothing(data, ONE_EPISODE)
    const folds = plan.jobs.slice(1)
    const stretches = new StretchRows(sourceOf(data), this.known)
    const shown = allSeconds(at(plan.jobs, 0).examples)
    const rows = await stretches.ofExamples(shown)
    const lines = await foldLines({ shown, rows }, folds, this.#summer, model.closedForm.ridge)
    const results: JobResult[] = []
    for (const [i, job] of folds.entries()) results.push(await scored(job, at(lines, i), stretches))
    const choice = chosenRule(plan, results, callTermsOf(parameters))
    return choice === null ? nothing(data, NOTHING_SCORED) : said(data, choice)
  }
}

async function scored(job: Job, line: Line, rows: StretchRows): Promise<JobResult> {
  const head = await Session.open(model.closedForm.exportHead(lineWeights(line)), { threads: THREADS })
  const scores: Float32Array[] = []
  for (const range of job.evaluate) scores.push(await scoresOf(head, range, rows))
  await head.close()
  return { number: job.number, epochs: [], mined: [], weights: null, scores }
}

/** Probabilities [seconds, 3] of every second of a range; NaN where the model must abstain. */
async function scoresOf(head: Session, range: SecondsRange, rows: StretchRows): Promise<Float32Array> {
  const first = ceilTo(range.from, SECOND)
  const count = secondsIn(range)
  const scores = new Float32Array(count * ACTIONS.length).fill(Number.NaN)
  for (let from = 0; from < count; from += CHUNK) {
    const size = Math.min(CHUNK, count - from)
    const instants = Array.from({ length: size }, (_, i) => epochMs(first + (from + i) * SECOND))
    const { values, known } = await rows.ofSeconds(range.stretch, instants)
    const { probabilities } = await head.run({ row: float32(values, [size, ROW_SIZE]) })
    for (const [row, isKnown] of known.entries()) {
      const own = (probabilities as Float32Array).subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length)
      if (isKnown) scores.set(own, (from + row) * ACTIONS.length)
    }
  }
  return scores
}

function nothing({ cases }: TrainingData, reason: string): Made {
  return {
    calls: [],
    hits: 0,
    false_calls: 0,
    missed: 0,
    misses: [],
    annotations: cases.length,
    hours: 0,
    reason,
  }
}

function said({ cases, markets }: TrainingData, { report }: Choice): Made {
  const { hits, falseCalls, missed, hours } = report
  const all = [
    ...hits.map(({ call, mark }) => ({ call, id: mark.id })),
    ...falseCalls.map((call) => ({ call, id: null })),
  ].sort((a, b) => a.call.opensAt - b.call.opensAt)
  return {
    calls: all.map(({ call, id }) => ({
      timestamp: toIso(call.opensAt),
      action: call.action,
      score: call.score,
      price: finite(priceAt(markets, call)),
      annotation_id: id,
    })),
    hits: hits.length,
    false_calls: falseCalls.length,
    missed: missed.length,
    misses: missed.map(({ id, direction, entry, entryPrice }) => ({
      timestamp: toIso(entry),
      action: actionOf(direction),
      price: entryPrice,
      annotation_id: id,
    })),
    annotations: cases.length,
    hours,
    reason: null,
  }
}

function finite(price: number): number | null {
  return Number.isFinite(price) ? price : null
}
