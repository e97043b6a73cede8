// Lines as fields by name: the header found or assumed, quoted fields read by csv-parse.
import { parse } from 'csv-parse/sync'
import { AppError } from '../../core/errors.ts'

/** A column: the names under which files have it, best first, and whether a file must have it. */
export interface Column {
  readonly names: readonly string[]
  readonly required: boolean
}

export type Layout<Name extends string> = Readonly<Record<Name, Column>>

/** Where each column stands; -1 where the file has none. */
export type Places<Name extends string> = Record<Name, number>

const DELIMITERS = [',', ';', '\t']

/** Reads rows of one file: `begin` with its first line that is not blank. */
export class Table<Name extends string> {
  readonly #layout: Layout<Name>
  readonly #kind: string
  #delimiter = ','
  places: Places<Name>

  /** `kind` names the file in errors: "trades", "candles". Without a header the columns stand in the layout's order. */
  constructor(kind: string, layout: Layout<Name>) {
    this.#kind = kind
    this.#layout = layout
    this.places = this.#inOrder()
  }

  /**
   * True where `line` is a header, false where it is a row already.
   * @throws AppError `bad_header` where a needed column is missing.
   */
  begin(line: string): boolean {
    this.#delimiter = DELIMITERS.find((delimiter) => line.includes(delimiter)) ?? ','
    const names = this.fields(line).map((name) => name.trim().toLowerCase())
    if (/^[+-]?[\d.]/.test(names[0] ?? '')) return false
    for (const name of this.#names()) this.places[name] = this.#find(name, names)
    return true
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
      `The header of this ${this.#kind} file (${header.join(', ')}) has no column ${names.join(' or ')}. Rename the column, or leave the header out and give the columns as ${this.#names().join(', ')}.`,
      { field: 'file' },
    )
  }

  #inOrder(): Places<Name> {
    return Object.fromEntries(this.#names().map((name, index) => [name, index])) as Places<Name>
  }

  #names(): Name[] {
    return Object.keys(this.#layout) as Name[]
  }
}
