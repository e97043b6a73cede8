// Whether a value is as a schema says: the check is compiled when it is first asked for.
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

export type Fault = ReturnType<ReturnType<typeof Compile>['Errors']>[number]

/**
 * The check of one schema. To compile it takes up to a third of a second of a core, and a process that begins knows
 * many more schemas than it is ever given values of.
 */
export class Checker<Type extends TSchema> {
  readonly #schema: Type
  #compiled: ReturnType<typeof Compile> | undefined

  constructor(schema: Type) {
    this.#schema = schema
  }

  check(value: unknown): value is Static<Type> {
    return this.#made().Check(value)
  }

  /** What is wrong with `value`, first things first; empty where nothing is. */
  faults(value: unknown): Fault[] {
    return this.#made().Errors(value)
  }

  #made(): ReturnType<typeof Compile> {
    return (this.#compiled ??= Compile(this.#schema))
  }
}
