// What the health of the data set lists, as rows of words: which mark, which other, what is the matter. Pure.
import type {
  AlikePair,
  BesideGap,
  DataSetHealth,
  DoubtfulMark,
  LabelledMoment,
  SameMove,
  SecondOpinion,
  SelfAgreement,
} from '../../contract/data-set-health.ts'
import { duration, share } from '../state/format.ts'

export type FindingKind = 'doubtful' | 'opposite' | 'same' | 'double' | 'gap' | 'second'

export interface Finding {
  readonly key: string
  readonly mark: LabelledMoment
  readonly other: LabelledMoment | null
  /** In one or two words. */
  readonly what: string
  /** Its figure, as far as there is one. */
  readonly figure: string
  /** Said of the figure in place. */
  readonly hint: string
}

export interface FindingList {
  readonly kind: FindingKind
  readonly title: string
  /** What it is, and from what on a row stands there. */
  readonly about: string
  readonly rows: readonly Finding[]
  /** That there are, also beyond the rows. */
  readonly total: number
  /** Why there is nothing, where that is no good news. */
  readonly reason: string | null
}

/** In the order in which they are worth a look. */
export function findingLists(health: DataSetHealth): FindingList[] {
  const { doubtful, alike, same_moves: moves, beside_gaps: gaps } = health
  const [opposite, double] = [pairsOf(alike.rows, 'opposite'), pairsOf(alike.rows, 'double')]
  // The list of pairs is cut at its end, where the doubles are.
  const beyond = alike.total - alike.rows.length
  return [
    {
      kind: 'doubtful',
      title: 'Look wrong',
      about: `Scored by the instant model, each mark by one that did not see it: ${doubtful.scored} marks beside ${doubtful.ordinary} ordinary moments of what was reviewed. A hint, not a verdict.`,
      rows: doubtful.rows.map(doubtRow),
      total: doubtful.total,
      reason:
        doubtful.reasons.length === 0
          ? null
          : doubtful.reasons.map((words) => `Not scored: ${words}`).join('; '),
    },
    {
      kind: 'opposite',
      title: 'Alike, other label',
      about: `The labelled moment that looks most like it, from a likeness of ${alike.opposite_from} on, says otherwise. ${alike.compared} marks and HOLDs, each compared with each.`,
      rows: opposite.map(pairRow),
      total: opposite.length + (double.length === 0 ? beyond : 0),
      reason: alike.reason,
    },
    {
      kind: 'same',
      title: 'Same move',
      about: 'Entered within ten seconds of each other, or held at the same time: they count as one episode.',
      rows: moves.rows.map(moveRow),
      total: moves.total,
      reason: null,
    },
    {
      kind: 'double',
      title: 'Doubles',
      about: `The same label, and a likeness of ${alike.double_from} and more: little is learnt of the second.`,
      rows: double.map(pairRow),
      total: double.length + (double.length === 0 ? 0 : beyond),
      reason: alike.reason,
    },
    {
      kind: 'gap',
      title: 'Beside gaps',
      about: 'Seconds of which nothing is known, in the 100 before an entry or while it is held.',
      rows: gaps.rows.map(gapRow),
      total: gaps.total,
      reason: null,
    },
    {
      kind: 'second',
      title: 'Second look',
      about: agreementText(health.agreement),
      rows: health.agreement.rows.map(secondRow),
      total: health.agreement.total,
      reason: null,
    },
  ]
}

/** “8 of 10 blind second looks agree with what stands: 80 % (49 to 94 %); beyond chance κ 0.60 (0.10 to 0.91).” */
export function agreementText({
  looks,
  agreed,
  share: part,
  interval,
  kappa,
  kappa_interval: around,
}: SelfAgreement): string {
  if (interval === null)
    return 'Moments that you labelled are shown again, their future hidden; how far your answers agree with what stands tells how sharp your own labels are.'
  const range = `${share(interval[0])} to ${share(interval[1])}`
  const beyond =
    kappa === null || around === null
      ? ''
      : `; beyond chance κ ${kappa.toFixed(2)} (${around[0].toFixed(2)} to ${around[1].toFixed(2)})`
  return `${agreed} of ${looks} blind second looks agree with what stands: ${share(part)} (${range})${beyond}. Below: those that do not.`
}

function secondRow({ mark, answer }: SecondOpinion): Finding {
  return {
    key: keyOf('second', mark, null),
    mark,
    other: null,
    what: `then you said ${answer}`,
    figure: '',
    hint: '',
  }
}

function pairsOf(rows: readonly AlikePair[], kind: AlikePair['kind']): AlikePair[] {
  return rows.filter((row) => row.kind === kind)
}

function doubtRow({
  mark,
  looks,
  score,
  other_side_score: other,
  as_ordinary: ordinary,
}: DoubtfulMark): Finding {
  const isTurned = looks === 'other_side'
  return {
    key: keyOf('doubtful', mark, null),
    mark,
    other: null,
    what: isTurned ? `looks like ${mark.label === 'LONG' ? 'SHORT' : 'LONG'}` : 'looks like HOLD',
    figure: isTurned ? `${score.toFixed(2)} ∶ ${other.toFixed(2)}` : share(ordinary),
    hint: isTurned ? 'score of its own side and of the other' : 'of ordinary moments score at least as high',
  }
}

function pairRow(pair: AlikePair): Finding {
  const { kind, mark, other, similarity, is_turned: isTurned } = pair
  return {
    key: keyOf(kind, mark, other),
    mark,
    other,
    what: isTurned ? 'upside down' : 'as it is',
    figure: similarity.toFixed(3),
    hint: 'likeness, 1 the same',
  }
}

function moveRow({
  kind,
  mark,
  other,
  entries_apart_seconds: apart,
  shared_seconds: shared,
}: SameMove): Finding {
  return {
    key: keyOf('same', mark, other),
    mark,
    other,
    what: kind === 'same_entry' ? 'same entry' : 'overlap',
    figure: kind === 'same_entry' ? `${apart} s apart` : duration(shared),
    hint: kind === 'same_entry' ? 'between the entries' : 'held together',
  }
}

function gapRow({ mark, where, missing_seconds: missing }: BesideGap): Finding {
  return {
    key: `${where} ${keyOf('gap', mark, null)}`,
    mark,
    other: null,
    what: where === 'before' ? 'before the entry' : 'while held',
    figure: duration(missing),
    hint: 'missing',
  }
}

function keyOf(kind: FindingKind, mark: LabelledMoment, other: LabelledMoment | null): string {
  return [kind, nameOf(mark), other === null ? '' : nameOf(other)].join(' ')
}

/** One text of a moment. */
export function nameOf({ annotation_id: id, venue, symbol, timestamp }: LabelledMoment): string {
  return id ?? `${venue} ${symbol} ${timestamp}`
}
