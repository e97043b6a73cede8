// The types of what each operation takes and answers, read from the table of routes.
import type { Static, TSchema } from 'typebox'
import type { Operation, ParamsOf } from './addresses.ts'
import type { routes } from './routes.ts'

type Routes = typeof routes
type AnswersOf<Id extends Operation> = Routes[Id]['answers']

export type QueryOf<Id extends Operation> = Routes[Id] extends { readonly query: infer Q extends TSchema }
  ? Static<Q>
  : unknown

export type BodyOf<Id extends Operation> = Routes[Id] extends { readonly upload: object }
  ? Uint8Array
  : Routes[Id] extends { readonly body: infer B extends TSchema }
    ? Static<B>
    : undefined

/** What a call answers, under whichever status. */
export type AnswerOf<Id extends Operation> = {
  [S in keyof AnswersOf<Id>]: AnswersOf<Id>[S] extends TSchema ? Static<AnswersOf<Id>[S]> : never
}[keyof AnswersOf<Id>]

/** An answer with its status, for routes that have several. */
export type RepliesOf<Id extends Operation> = {
  [S in keyof AnswersOf<Id>]: {
    readonly status: S
    readonly answer: AnswersOf<Id>[S] extends TSchema ? Static<AnswersOf<Id>[S]> : never
  }
}[keyof AnswersOf<Id>]

type IsUnion<T, Each = T> = T extends unknown ? ([Each] extends [T] ? false : true) : never

/** What a handler gives back: the answer, or status and answer where there is a choice. */
export type ReplyOf<Id extends Operation> =
  IsUnion<keyof AnswersOf<Id>> extends true ? RepliesOf<Id> : AnswerOf<Id>

type QueryPart<Q> = unknown extends Q
  ? unknown
  : object extends Q
    ? { readonly query?: Q }
    : { readonly query: Q }
type BodyPart<B> = B extends undefined ? unknown : { readonly body: B }

/** What a caller gives: the parameters of the path by name, `query` and `body`. */
export type InputOf<Id extends Operation> = ParamsOf<Id> & QueryPart<QueryOf<Id>> & BodyPart<BodyOf<Id>>
