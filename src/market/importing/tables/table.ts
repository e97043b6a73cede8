// Lines as fields by name: the header found, chosen or assumed, quoted fields read by csv-parse.
import { parse } from 'csv-parse/sync'
import { AppError } from '../../../core/errors.ts'
import { RefusedRow } from '../fields.ts'
import { NO_CHOICE, type ColumnChoice } from './columns-option.ts'
import { delimiterOf, isYfinance, plainName, sourceOf, zonedName } from './header.ts'
import { PRESETS } from './presets.ts'

/** A column: the names under which files have it, best first, and whether a file must have it. */
export interface Column {
  readonly names: readonly string[]
  readonly required: boolean
  /** Found by its name only: has no place in the order of rows without a header. */
  readonly named?: boolean
}

export type Layout<Name extends string> = Readonly<Record<Name, Column>>

/** What a row is; names the file in errors. */
export type TableKind = 'trades' | 'candles' | 'labels'

/** What a line of a file is: a remark says nothing of its columns. */
export type Line = 'header' | 'row' | 'remark'

/** Where each column stands; -1 where the file has none. */
export type Places<Name extends string> = Record<Name, number>

/** Fewer fields make no row: lines above the header that have fewer are an address or a remark. */
const LEAST_FIELDS: Record<TableKind, number> = { candles: 5, trades: 3, labels: 1 }
/** 18:30, 18:30:00, 183000. */
const CLOCK = /^\s*(\d{1,2}:\d{2}|\d{6}\s*$)/
const STARTS_A_ROW = /^\s*[+-]?[\d.]/

/** Reads rows of one file: `begin` with its first lines that are not blank, until it says what they are. */
export class Table<Name extends string> {
  readonly #layout: Layout<Name>
  readonly #kind: TableKind
  readonly #choice: ColumnChoice
  #delimiter = ','
  #header: readonly string[] = []
  #passedOver: string | null = null
  /** Where the time of day stands beside the day; -1 where they are one. */
  #clock = -1
  places: Places<Name>
  /** Whose files look like this one; null where that is not known. */
  source: string | null = null

  /** Without a header the columns stand in the layout's order, or as in the preset that the first row looks like. */
  constructor(kind: TableKind, layout: Layout<Name>, choice = NO_CHOICE) {
    this.#kind = kind
    this.#layout = layout
    this.#choice = choice
    this.places = this.#inOrder()
  }

  /** Where commas do not part the columns, they stand before decimals. */
  get decimalComma(): boolean {
    return this.#delimiter !== ','
  }

  /** The header's names as they are compared, in order; empty where there is none. */
  get header(): readonly string[] {
    return this.#header
  }

  /**
   * What the file's next line is, at its beginning: a header, a row already, or a remark that says nothing of the columns.
   * @throws AppError `bad_header` where a needed column is missing, `wrong_kind` where the row is of another kind.
   */
  begin(line: string): Line {
    const text = line.replace(/^\s*(#|\/\/|%)+\s*/, '')
    this.#delimiter = delimiterOf(text)
    const fields = this.#firstFields(text)
    if (text === line && STARTS_A_ROW.test(fields[this.#firstCell()] ?? '')) {
      this.beginRow(fields)
      return 'row'
    }
    if (this.#isRemark(fields, text !== line)) {
      this.#passedOver ??= line
      return 'remark'
    }
    this.beginNamed(fields)
    return 'header'
  }

  /** @throws AppError `bad_header` where a needed column is missing. */
  beginNamed(header: readonly string[]): void {
    this.#header = header.map(plainName)
    this.source = sourceOf(header) ?? this.source
    for (const name of this.#names()) this.places[name] = this.#find(name)
  }

  /** Begins with a row without a header above it. @throws AppError `wrong_kind` where it is known as another kind. */
  beginRow(fields: readonly string[]): void {
    const preset = this.#choice.size > 0 ? undefined : PRESETS.find(({ matches }) => matches(fields))
    if (preset !== undefined && preset.kind !== this.#kind)
      throw wrongKind(preset.name, preset.kind, this.#kind)
    if (preset === undefined) return this.#choose()
    this.beginNamed(preset.columns)
    this.#header = []
    this.source = preset.name
    this.#clock = preset.columns.indexOf('clock')
  }

  /** Looks at the first row below a header: days and times of day may stand in columns of their own. True where it is still of the header. */
  settle(fields: readonly string[], time: Name): boolean {
    if (isYfinance(this.#header) && /^(ticker|date|datetime)$/i.test(fields[0]?.trim() ?? '')) return true
    const day = this.column('date')
    if (day < 0 || day === this.places[time] || !CLOCK.test(fields[this.places[time]] ?? '')) return false
    this.#clock = this.places[time]
    this.places[time] = day
    return false
  }

  /** The zone that the name of the column of times, or of their days, says; null where it says none. */
  zoneOfTimes(time: Name): string | null {
    const names = [this.#header[this.places[time]], this.#header[this.#clock]]
    return (
      names.map((name) => (name === undefined ? null : zonedName(name)?.zone)).find((zone) => zone != null) ??
      null
    )
  }

  /** Index of the header of that plain name; -1 where there is none. */
  column(name: string): number {
    return this.#header.indexOf(name)
  }

  /** The text of a row's time, its day and its time of day together. */
  timeText(fields: readonly string[], place: number): string | undefined {
    return this.#clock < 0 ? fields[place] : `${fields[place]?.trim()} ${fields[this.#clock]?.trim()}`
  }

  /** True where a column of that name may be read. */
  knows(name: string): boolean {
    const plain = plainName(name)
    const chosen = [...this.#choice.values()]
    if (chosen.some((place) => typeof place === 'number' || plainName(place) === plain)) return true
    return (
      /^(vol|turnover|quote)/.test(plain) ||
      this.#names().some((column) => this.#layout[column].names.includes(plain))
    )
  }

  /** @throws RefusedRow where a quote does not close */
  fields(line: string): string[] {
    if (!line.includes('"')) return line.split(this.#delimiter)
    const options = { delimiter: this.#delimiter, relax_column_count: true, relax_quotes: true }
    try {
      return parse(line, options)[0] ?? []
    } catch {
      throw new RefusedRow('a quote in it does not close: expected each field on one line, quotes in pairs')
    }
  }

  #firstFields(line: string): string[] {
    try {
      return this.fields(line)
    } catch {
      throw new AppError(
        'bad_header',
        `The first line of this ${this.#kind} file has a quote that does not close: ${line.slice(0, 80)}. Expected the names of its columns, or a row, quotes in pairs.`,
        { field: 'file' },
      )
    }
  }

  /** Where the time is looked for, to tell a row from a header. */
  #firstCell(): number {
    const chosen = this.#choice.get('time')
    return typeof chosen === 'number' ? chosen : 0
  }

  #isRemark(fields: readonly string[], marked: boolean): boolean {
    const names = new Set(fields.map(plainName))
    const known = this.#names().filter((name) =>
      this.#layout[name].names.some((each) => each !== '' && names.has(each)),
    )
    if (marked) return known.length < 2
    return this.#kind !== 'labels' && known.length === 0 && fields.length < LEAST_FIELDS[this.#kind]
  }

  /** Without a header, what was chosen by position stands there. */
  #choose(): void {
    if (this.#choice.size === 0) return
    for (const name of this.#names()) {
      const place = this.#choice.get(name)
      if (typeof place === 'string') throw this.#noSuch(name, place)
      if (place !== undefined || this.#layout[name].named === true || !this.#layout[name].required)
        this.places[name] = place ?? -1
    }
  }

  #find(name: Name): number {
    const chosen = this.#choice.get(name)
    if (typeof chosen === 'number') return chosen
    const { names, required } = this.#layout[name]
    if (chosen !== undefined) {
      const place = this.#header.indexOf(plainName(chosen))
      if (place < 0) throw this.#noSuch(name, chosen)
      return place
    }
    if (name === 'time' && isYfinance(this.#header)) return 0
    const found = [this.#header, this.#unzoned(name)]
      .flatMap((header) => names.map((known) => header.indexOf(known)))
      .find((place) => place >= 0)
    if (found !== undefined || !required) return found ?? -1
    throw this.#missing(name)
  }

  /** The names without the zone that they say; of times alone. */
  #unzoned(column: Name): readonly string[] {
    return column === 'time' ? this.#header.map((name) => zonedName(name)?.name ?? name) : []
  }

  #missing(name: Name): AppError {
    const names = this.#layout[name].names.filter((each) => each !== '' && !each.startsWith('__')).slice(0, 8)
    const above = this.#passedOver === null ? '' : ' The line above it was passed over.'
    const without = name === 'volume' ? ' A market without volume is imported with --no-volume.' : ''
    return new AppError(
      'bad_header',
      `The header of this ${this.#kind} file (${this.#header.join(', ')}) has no column ${names.join(' or ')}.${above} Say which it is, such as --columns ${name}=2 or ${name}=NAME, or rename it.${without}`,
      { field: 'file' },
    )
  }

  #noSuch(name: string, header: string): AppError {
    const there =
      this.#header.length === 0
        ? 'the file has no header: give its position, from 1'
        : `its header is ${this.#header.join(', ')}`
    return new AppError(
      'bad_header',
      `There is no column ${header} for ${name} in this ${this.#kind} file: ${there}.`,
      {
        field: 'columns',
      },
    )
  }

  #inOrder(): Places<Name> {
    const ordered = this.#names().filter((name) => this.#layout[name].named !== true)
    return Object.fromEntries(this.#names().map((name) => [name, ordered.indexOf(name)])) as Places<Name>
  }

  #names(): Name[] {
    return Object.keys(this.#layout) as Name[]
  }
}

function wrongKind(name: string, found: string, expected: TableKind): AppError {
  return new AppError(
    'wrong_kind',
    `This file holds ${name}: expected ${expected}. Import it with annotate import ${found}.`,
    { field: 'file' },
  )
}
