// A table to be written for other programs: named columns of one type each. The writers of its formats stand beside it.

/** `instant` is UTC ms; `integer` is whole, up to 2⁵³; null is a missing value. */
export type OutColumn = { readonly name: string } & (
  | { readonly kind: 'instant' | 'number' | 'integer'; readonly values: ArrayLike<number | null> }
  | { readonly kind: 'text'; readonly values: ArrayLike<string | null> }
  | { readonly kind: 'boolean'; readonly values: ArrayLike<boolean | null> }
)

export interface OutTable {
  readonly columns: readonly OutColumn[]
  /** What the table is of: kept in the file's own key-value metadata. */
  readonly about: Readonly<Record<string, string>>
}
