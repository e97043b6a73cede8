// Rows of a list of closed trades (our own export, freqtrade, MetaTrader, a broker's or a journal's) as labels: one row, one trade.
import type { AnnotationBody } from '../../contract/annotations.ts'
import { labelInstant, RefusedLabelError, requireOrder, type Zone } from './label-times.ts'
import type { Direction } from '../../contract/direction.ts'
import { labelOf, type Label } from './label.ts'
import type { Row, Rows } from './rows.ts'

/** By what is read, the columns that hold it, best first. */
const COLUMNS = {
  entryTime: [
    'entry_timestamp',
    'open_timestamp',
    'entry_time',
    'entry_date',
    'entry_datetime',
    'open_time',
    'open_date',
    'opened_at',
    'opened',
    'date_opened',
    'opening_time',
    'time',
  ],
  exitTime: [
    'exit_timestamp',
    'close_timestamp',
    'exit_time',
    'exit_date',
    'exit_datetime',
    'close_time',
    'close_date',
    'closed_at',
    'closed',
    'date_closed',
    'closing_time',
    'time_1',
  ],
  entryPrice: [
    'entry_price',
    'open_rate',
    'open_price',
    'avg_entry_price',
    'opening_price',
    'entry',
    'price',
  ],
  exitPrice: [
    'exit_price',
    'close_rate',
    'close_price',
    'avg_exit_price',
    'closing_price',
    'exit',
    'price_1',
  ],
  short: ['is_short'],
  direction: ['direction', 'side', 'type', 'trade_type', 'position_side', 'action', 'trade_direction'],
  symbol: ['symbol', 'pair', 'item', 'instrument', 'ticker'],
  venue: ['venue'],
  tags: ['tags', 'tag', 'enter_tag', 'entry_tag', 'setup', 'pattern'],
  notes: ['notes', 'note', 'comment', 'comments'],
  annotator: ['annotator', 'provenance_annotator'],
  mode: ['provenance_mode'],
  until: ['provenance_visible_until', 'visible_until'],
  spent: ['provenance_seconds_spent', 'seconds_spent'],
  stop: ['stop_price'],
  target: ['target_price'],
  deleted: ['deleted_at'],
  own: ['test_case_id'],
} as const
type Name = keyof typeof COLUMNS

const NEEDED: readonly Name[] = ['entryTime', 'exitTime', 'entryPrice', 'exitPrice']

/** What a cell of a trade is; empty where the row has none. */
export type Cell = (name: Name) => string

/** Null where the columns are not those of closed trades. */
export function tradeColumns({ header }: Rows): Record<Name, number> | null {
  const places = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, names]) => [name, placeOf(names, header)]),
  ) as Record<Name, number>
  const whole = NEEDED.every((name) => places[name] >= 0) && (places.short >= 0 || places.direction >= 0)
  return whole ? places : null
}

function placeOf(names: readonly string[], header: readonly string[]): number {
  return names.map((name) => header.indexOf(name)).find((place) => place >= 0) ?? -1
}

export function cellOf(row: Row, places: Readonly<Record<Name, number>>): Cell {
  return (name) => row.cells[places[name]]?.trim() ?? ''
}

/** @throws RefusedLabelError */
export function tradeLabel(row: Row, cell: Cell, decimalComma: boolean, zone: Zone): Label {
  const own = cell('own') !== ''
  if (cell('exitTime') === '') throw new RefusedLabelError('it has no exit: the trade is still open')
  const from = labelInstant(cell('entryTime'), 'entry', zone)
  const to = labelInstant(cell('exitTime'), 'exit', zone)
  requireOrder(from, to)
  return labelOf({
    line: row.line,
    names: [],
    direction: directionIn(cell),
    from,
    to,
    entryPrice: priceIn(cell('entryPrice'), 'entry price', decimalComma),
    exitPrice: signedPriceIn(cell('exitPrice'), 'exit price', decimalComma),
    stopPrice: own ? levelIn(cell('stop'), 'stop price') : null,
    targetPrice: own ? levelIn(cell('target'), 'target price') : null,
    foreign: !own,
    tags: tagsIn(cell('tags')),
    notes: cell('notes'),
    annotator: cell('annotator') === '' ? null : cell('annotator'),
    provenance: own ? provenanceIn(cell) : undefined,
  })
}

const LONG = new Set(['long', 'buy', 'b', 'bought', 'l'])
const SHORT = new Set(['short', 'sell', 's', 'sold'])

function directionIn(cell: Cell): Direction {
  const short = cell('short').toLowerCase()
  if (short !== '') return ['true', '1'].includes(short) ? 'SHORT' : 'LONG'
  return directionOf(cell('direction'))
}

/** Of one word alone: "buy limit" is an order, no trade. @throws RefusedLabelError */
export function directionOf(text: string): Direction {
  const word = text.toLowerCase()
  if (LONG.has(word)) return 'LONG'
  if (SHORT.has(word)) return 'SHORT'
  throw new RefusedLabelError(
    text === ''
      ? 'it has no direction'
      : `"${text}" is no direction of a trade: expected LONG, BUY, SHORT or SELL`,
  )
}

const NUMBER = /^[+-]?\d*\.?\d+(e[+-]?\d+)?$/i

/** @throws RefusedLabelError unless it is above 0 */
export function priceIn(text: string, name: string, decimalComma: boolean): number {
  const value = signedPriceIn(text, name, decimalComma)
  if (value > 0) return value
  throw new RefusedLabelError(`${name} is "${text}": expected a number above 0`)
}

/** None is empty, or no number in a table of numbers. @throws RefusedLabelError */
function levelIn(text: string, name: string): number | null {
  return text === '' || text === 'NaN' || text === 'null' ? null : priceIn(text, name, false)
}

/** An exit may be at 0 and below, where the market has such prices. @throws RefusedLabelError */
function signedPriceIn(text: string, name: string, decimalComma: boolean): number {
  const bare = text.replaceAll(/[\s\u00A0'$€£]/g, '')
  const continental = decimalComma && bare.includes(',')
  const plain = continental ? bare.replaceAll('.', '').replace(',', '.') : bare.replaceAll(',', '')
  const value = NUMBER.test(plain) ? Number(plain) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new RefusedLabelError(`${name} is ${text === '' ? 'missing' : `"${text}"`}: expected a number`)
}

/** Tags are a JSON list, or stand behind each other with semicolons. */
export function tagsIn(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text)
      if (Array.isArray(list)) return list.filter((tag) => typeof tag === 'string' && tag !== '') as string[]
    } catch {
      // A tag that begins with a bracket.
    }
  }
  return text
    .split(';')
    .map((tag) => tag.trim())
    .filter(Boolean)
}

const MODES = ['hindsight', 'replay', 'live', 'proposal'] as const

function provenanceIn(cell: Cell): AnnotationBody['provenance'] {
  const mode = MODES.find((known) => known === cell('mode'))
  const until = cell('until')
  const spent = cell('spent')
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(until === '' ? {} : { visible_until: /^\d+$/.test(until) ? Number(until) : until }),
    ...(spent === '' || !(Number(spent) >= 0) ? {} : { seconds_spent: Number(spent) }),
  }
}
