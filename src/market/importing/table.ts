// Lines as fields by name: the header found or assumed, quoted fields read by csv-parse.
import { parse } from 'csv-parse/sync'
import { AppError } from '../../core/errors.ts'
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

/** Where each column stands; -1 where the file has none. */
export type Places<Name extends string> = Record<Name, number>

const DELIMITERS = [',', ';', '\t']

/** Reads rows of one file: `begin` with its first line that is not blank. */
export class Table<Name extends string> {
  readonly #layout: Layout<Name>
  readonly #kind: TableKind
  #delimiter = ','
  places: Places<Name>

  /** Without a header the columns stand in the layout's order, or as in the preset that the first row looks like. */
  constructor(kind: TableKind, layout: Layout<Name>) {
    this.#kind = kind
    this.#layout = layout
    this.places = this.#inOrder()
  }

  /**
   * True where `line` is a header, false where it is a row already.
   * @throws AppError `bad_header` where a needed column is missing, `wrong_kind` where the row is of another kind.
   */
  begin(line: string): boolean {
    this.#delimiter = DELIMITERS.find((delimiter) => line.includes(delimiter)) ?? ','
    const fields = this.fields(line)
    if (/^\s*[+-]?[\d.]/.test(fields[0] ?? '')) this.beginRow(fields)
    else {
      this.beginNamed(fields)
      return true
    }
    return false
  }

  /** @throws AppError `bad_header` where a needed column is missing. */
  beginNamed(header: readonly string[]): void {
    const names = header.map((name) => name.trim().toLowerCase())
    for (const name of this.#names()) this.places[name] = this.#find(name, names)
  }

  /** Begins with a row without a header above it. @throws AppError `wrong_kind` where it is known as another kind. */
  beginRow(fields: readonly string[]): void {
    const preset = PRESETS.find(({ matches }) => matches(fields))
    if (preset === undefined) return
    if (preset.kind !== this.#kind) throw wrongKind(preset.name, preset.kind, this.#kind)
    this.beginNamed(preset.columns)
  }

  /** True where a column of that lower-case name may be read. */
  knows(name: string): boolean {
    return this.#names().some((column) => this.#layout[column].names.includes(name))
  }

  fields(line: string): string[] {
    if (!line.includes('"')) return line.split(this.#delimiter)
    const options = { delimiter: this.#delimiter, relax_column_count: true, relax_quotes: true }
    return parse(line, options)[0] ?? []
  }

  #find(name: Name, header: readonly string[]): number {
    const { names, required } = this.#layout[name]
    const found = names.map((known) => header.indexOf(known)).find((place) => place >= 0)
    if (found !== undefined || !required) return found ?? -1
    throw new AppError(
      'bad_header',
      `The header of this ${this.#kind} file (${header.join(', ')}) has no column ${names.join(' or ')}. Rename the column, or leave the header out and give the columns as ${this.#ordered().join(', ')}.`,
      { field: 'file' },
    )
  }

  #inOrder(): Places<Name> {
    const ordered = this.#ordered()
    return Object.fromEntries(this.#names().map((name) => [name, ordered.indexOf(name)])) as Places<Name>
  }

  #ordered(): Name[] {
    return this.#names().filter((name) => this.#layout[name].named !== true)
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
