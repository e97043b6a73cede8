// The lines of the validation's table: each a figure of a scorecard, with its name and what it means. Pure.
import type { CallFigures, Scorecard } from '../../contract/validation.ts'
import { cellOf, spreadCellOf, type Form } from './figure-text.ts'

export type Side = 'all' | 'BUY' | 'SELL'

export interface Cell {
  readonly text: string
  readonly about: string
  /** False where n is too small for the figure. */
  readonly isSaid: boolean
}

export interface ScoreRow {
  readonly name: string
  readonly about: string
  /** Null where this caller has no such figure. */
  cell(card: Scorecard, side: Side): Cell | null
}

export interface RowGroup {
  readonly title: string
  readonly rows: readonly ScoreRow[]
}

function ofCalls(
  name: string,
  about: string,
  key: 'precision' | 'recall' | 'weighted_recall' | 'f1' | 'false_calls_per_hour' | 'move_left',
  form: Form,
): ScoreRow {
  return { name, about, cell: (card, side) => cellOf(card.calls[side][key], form) }
}

function ofSeconds(
  name: string,
  about: string,
  key: 'accuracy' | 'log_loss' | 'brier',
  form: Form,
): ScoreRow {
  return { name, about, cell: ({ seconds }) => (seconds === null ? null : cellOf(seconds[key], form)) }
}

function ofTrading(
  name: string,
  about: string,
  key: 'hit_rate' | 'expectancy_pct' | 'profit_factor' | 'max_drawdown_pct',
  form: Form,
): ScoreRow {
  return { name, about, cell: ({ trading }) => cellOf(trading[key], form) }
}

export const GROUPS: readonly RowGroup[] = [
  {
    title: 'Calls against annotations',
    rows: [
      {
        name: 'hits · false · missed',
        about: 'Calls that matched an annotation, those that did not, and annotations without a call',
        cell: (card, side) => ({ text: countsText(card.calls[side]), about: '', isSaid: true }),
      },
      ofCalls('precision', 'Share of the calls that matched an annotation', 'precision', 'share'),
      ofCalls('recall', 'Share of the annotations that were called', 'recall', 'share'),
      ofCalls(
        'weighted recall',
        'Recall in which overlapping annotations weigh less',
        'weighted_recall',
        'share',
      ),
      ofCalls('F1', 'Harmonic mean of precision and recall', 'f1', 'ratio'),
      ofCalls('false calls an hour', 'Of reviewed time', 'false_calls_per_hour', 'ratio'),
      {
        name: 'delay',
        about: 'Seconds from the annotated entry to the call, median; negative where the call came first',
        cell: (card, side) => spreadCellOf(card.calls[side].delay_seconds),
      },
      ofCalls(
        'move left',
        'Share of the marked move still to come when the call opened',
        'move_left',
        'share',
      ),
    ],
  },
  {
    title: 'Every second scored',
    rows: [
      ofSeconds('accuracy', 'Share of seconds classified right', 'accuracy', 'share'),
      ofSeconds('log loss', 'Less is better', 'log_loss', 'number'),
      ofSeconds('Brier', 'Squared error of the probabilities, 0 to 2; less is better', 'brier', 'number'),
    ],
  },
  {
    title: 'Calls as trades, after fees',
    rows: [
      ofTrading('hit rate', 'Share of calls that end above their fees', 'hit_rate', 'share'),
      ofTrading('expectancy', 'Mean net P&L of a call', 'expectancy_pct', 'percent'),
      ofTrading('profit factor', 'Net gains divided by net losses', 'profit_factor', 'ratio'),
      ofTrading(
        'max drawdown',
        'Largest fall of the summed net P&L from its peak',
        'max_drawdown_pct',
        'percent',
      ),
    ],
  },
]

function countsText({ hits, false_calls: wrong, missed }: CallFigures): string {
  return [hits, wrong, missed].map((count) => String(Number(count.toFixed(1)))).join(' · ')
}
