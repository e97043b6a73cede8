// One schema, two databases: every table, column, key and index of the rooms is the same in PostgreSQL as in SQLite.
import { expect, it } from 'vitest'
import { alertMigrations } from '../../../src/alerts/schema.ts'
import { annotationMigrations } from '../../../src/annotation/schema.ts'
import { backtestMigrations } from '../../../src/backtest/schema.ts'
import { openDatabase } from '../../../src/core/database.ts'
import { openPostgres } from '../../../src/core/postgres/open.ts'
import { inferenceMigrations } from '../../../src/inference/schema.ts'
import { orchestratorMigrations } from '../../../src/orchestrator/schema.ts'
import { trainingMigrations } from '../../../src/training/runs/schema.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'

const MIGRATIONS = [
  ...annotationMigrations,
  ...orchestratorMigrations,
  ...trainingMigrations,
  ...inferenceMigrations,
  ...alertMigrations,
  ...backtestMigrations,
]
/** Of a column: `table.name type [not null] [order of letters]`. */
const TYPES: Record<string, string> = {
  INTEGER: 'bigint',
  REAL: 'double precision',
  TEXT: 'text C',
  BLOB: 'bytea',
}

function inSqlite(): { columns: string[]; indexes: string[] } {
  const { sqlite, close } = openDatabase(':memory:', MIGRATIONS)
  const all = <Row>(sql: string): Row[] => sqlite.prepare(sql).all() as Row[]
  const columns = all<{ place: string; type: string; required: number; pk: number }>(
    `SELECT m.name || '.' || c.name AS place, c.type AS type, c."notnull" AS required, c.pk AS pk FROM sqlite_master m
     JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
  )
  const indexes = all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger') AND name NOT LIKE 'sqlite_%'",
  )
  void close()
  return {
    columns: columns
      .map(
        ({ place, type, required, pk }) =>
          `${place} ${TYPES[type]}${required === 1 || pk > 0 ? ' not null' : ''}`,
      )
      .toSorted(),
    indexes: indexes.map(({ name }) => name).toSorted(),
  }
}

async function inPostgres({ ask, schema }: Place): Promise<{ columns: string[]; indexes: string[] }> {
  const columns = await ask(
    `SELECT table_name || '.' || column_name AS place, data_type AS type, is_nullable AS nullable, collation_name AS letters
     FROM information_schema.columns WHERE table_schema = '${schema}' AND column_name <> 'rowid'`,
  )
  const indexes = await ask(
    `SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema}' AND indexname !~ '_(pkey|key)$'
     UNION SELECT DISTINCT trigger_name FROM information_schema.triggers WHERE trigger_schema = '${schema}'`,
  )
  return {
    columns: columns
      .map(({ place, type, nullable, letters }) => {
        const order = letters === null ? '' : ` ${letters}`
        return `${place} ${type}${order}${nullable === 'NO' ? ' not null' : ''}`
      })
      .toSorted(),
    indexes: indexes.map(({ name }) => name ?? '').toSorted(),
  }
}

onPostgresAlone((newPlace) => {
  it('has the rooms’ tables, indexes and triggers as SQLite has them', async () => {
    const place = await newPlace()
    const { close } = await openPostgres(place.url, MIGRATIONS)
    const [ours, theirs] = [inSqlite(), await inPostgres(place)]
    expect(theirs.columns).toEqual(ours.columns)
    expect(theirs.indexes).toEqual(ours.indexes)
    expect(ours.columns.length).toBeGreaterThan(150)
    await close()
    await place.remove()
  })
})
