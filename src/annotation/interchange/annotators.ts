// Labels of several people: whose are taken, and where they agree and contradict each other.
import { AppError } from '../../core/errors.ts'
import { toIso, type EpochMs } from '../../core/time.ts'
import type { Direction } from '../../contract/direction.ts'
import type { Label } from './label.ts'

/** Every annotator's; or those marked as ground truth. */
export const ALL = 'all'
export const GROUND_TRUTH = 'ground-truth'

/** Two overlapping labels of different annotators and of opposite directions; `lines` are their places in the file. */
export interface Contradiction {
  readonly lines: readonly [number, number]
  readonly annotators: readonly [string, string]
  readonly from: string
  readonly to: string
}

export interface Agreement {
  readonly annotators: readonly {
    readonly annotator: string
    readonly labels: number
    readonly ground_truth: number
  }[]
  /** Pairs of overlapping labels of different annotators: of the same direction, and of opposite ones. */
  readonly agree: number
  readonly contradict: number
  /** The first of them. */
  readonly contradictions: readonly Contradiction[]
}

/** @throws AppError `unknown_annotator`, `no_ground_truth` with who is there */
export function chosen(labels: readonly Label[], annotator: string): readonly Label[] {
  if (annotator === ALL) return labels
  const own = labels.filter((label) =>
    annotator === GROUND_TRUTH ? label.groundTruth : label.annotator === annotator,
  )
  if (own.length > 0) return own
  const names = namesOf(labels)
  const there =
    names.length === 0
      ? 'The file does not say who made its labels.'
      : `Its labels are by ${names.join(', ')}.`
  throw annotator === GROUND_TRUTH
    ? new AppError('no_ground_truth', `No label of the file is marked as ground truth. ${there}`)
    : new AppError(
        'unknown_annotator',
        `No label of the file is by "${annotator}". ${there} Leave --annotator out to take them all.`,
      )
}

export interface Placed {
  readonly label: Label
  readonly direction: Direction
}

const SHOWN = 20

/** Null where no two annotators are named. */
export function agreementOf(labels: readonly Placed[]): Agreement | null {
  const names = namesOf(labels.map(({ label }) => label))
  if (names.length < 2) return null
  let agree = 0
  let contradict = 0
  const contradictions: Contradiction[] = []
  for (const [a, b] of overlapping(labels)) {
    if (a.direction === b.direction) agree += 1
    else {
      contradict += 1
      if (contradictions.length < SHOWN) contradictions.push(contradictionOf(a.label, b.label))
    }
  }
  return { annotators: names.map((name) => countOf(name, labels)), agree, contradict, contradictions }
}

function countOf(annotator: string, labels: readonly Placed[]): Agreement['annotators'][number] {
  const own = labels.filter(({ label }) => label.annotator === annotator)
  return {
    annotator,
    labels: own.length,
    ground_truth: own.filter(({ label }) => label.groundTruth).length,
  }
}

/** Pairs of labels of different annotators that share more than an instant. */
function* overlapping(labels: readonly Placed[]): Generator<[Placed, Placed]> {
  const named = labels.filter(({ label }) => label.annotator !== null)
  let open: Placed[] = []
  for (const next of named.toSorted((a, b) => a.label.from - b.label.from || a.label.line - b.label.line)) {
    open = open.filter(({ label }) => label.to > next.label.from)
    for (const before of open) if (before.label.annotator !== next.label.annotator) yield [before, next]
    open.push(next)
  }
}

function contradictionOf(a: Label, b: Label): Contradiction {
  const from = Math.max(a.from, b.from) as EpochMs
  const to = Math.min(a.to, b.to) as EpochMs
  return {
    lines: [a.line, b.line],
    annotators: [a.annotator ?? '', b.annotator ?? ''],
    from: toIso(from),
    to: toIso(to),
  }
}

function namesOf(labels: readonly Label[]): string[] {
  const names = labels.flatMap(({ annotator }) => (annotator === null ? [] : [annotator]))
  return [...new Set(names)].toSorted()
}
