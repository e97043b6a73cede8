// What the table of routes says of a call.
import type { TSchema } from 'typebox'

export type Tag =
  | 'health'
  | 'market'
  | 'annotations'
  | 'reviewed spans'
  | 'test cases'
  | 'models'
  | 'training'
  | 'backtests'
  | 'inference'
  | 'alerts'
  | 'events'

export interface Route {
  /** What it does, in a line. */
  readonly summary: string
  readonly description?: string
  readonly tag: Tag
  readonly query?: TSchema
  readonly body?: TSchema
  /** A body of bytes, in place of one of JSON; at most so many. */
  readonly upload?: { readonly mediaType: string; readonly largest: number }
  /** By status. */
  readonly answers: Readonly<Record<number, TSchema>>
  /** Media type of the answers; JSON by default. */
  readonly answersAs?: string
  /** Codes of refusals beside those that any call of its form may get. */
  readonly errors?: readonly string[]
  /** By status from 500 on, codes of failures beside those that any call may get: a process or an exchange that it asks. */
  readonly failures?: Readonly<Record<number, readonly string[]>>
}
