// Doing again what lost a race with another transaction: the sum is as if one had come after the other, as SQLite's one writer has it.
import { setTimeout } from 'node:timers/promises'
import {
  HandleEmptyInListsPlugin,
  Kysely,
  replaceWithNoncontingentExpression,
  type KyselyConfig,
  type Transaction,
  type TransactionBuilder,
} from 'kysely'
import { busy, isRace } from './fault.ts'

/** With ever longer pauses, two seconds and a half altogether. */
const TURNS = 12
const STEP_MS = 40

/**
 * `work` writes all or nothing.
 * @throws AppError `database_busy` (503) where others were faster each time; whatever else `work` throws, at once
 */
export async function again<T>(name: string, work: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isRace(error)) throw error
      if (turn === TURNS) throw busy(error, name, 'others changed the same rows each time')
    }
    await setTimeout(turn * STEP_MS)
  }
}

/** A builder whose transactions are serializable, and done again where that is all that stood in their way. */
export class SerializableTables<Tables> extends Kysely<Tables> {
  readonly #name: string

  /** None is in an empty list, as SQLite says; PostgreSQL refuses to be asked. */
  constructor(config: KyselyConfig, name: string) {
    const strategy = replaceWithNoncontingentExpression
    super({ ...config, plugins: [new HandleEmptyInListsPlugin({ strategy })] })
    this.#name = name
  }

  override transaction(): TransactionBuilder<Tables> {
    const builder = super.transaction().setIsolationLevel('serializable')
    const once = builder.execute.bind(builder)
    const execute = <T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
      again(this.#name, () => once(work))
    return Object.assign(builder, { execute })
  }
}
