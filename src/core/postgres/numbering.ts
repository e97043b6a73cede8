// After rows came with their numbers: the next one that PostgreSQL numbers by itself comes after them, as in SQLite.
import { sql } from 'kysely'
import type { RoomsDatabase } from '../database.ts'

/** Of every table here whose rows may bring their own numbers. */
export async function continueNumbers({ tables }: Pick<RoomsDatabase, 'tables'>): Promise<void> {
  const db = tables<Record<string, object>>()
  const { rows } = await sql<{ name: string; number: string }>`
    SELECT table_name AS name, column_name AS number FROM information_schema.columns
    WHERE table_schema = current_schema() AND identity_generation = 'BY DEFAULT'`.execute(db)
  for (const { name, number } of rows)
    await sql`SELECT setval(pg_get_serial_sequence(${sql.lit(`"${name}"`)}, ${sql.lit(number)}),
      (SELECT coalesce(max(${sql.ref(number)}), 0) + 1 FROM ${sql.table(name)}), false)`.execute(db)
}
