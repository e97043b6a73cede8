// What SQLite brings and PostgreSQL does not, under the same names: queries and schemas need not know which one they ask.
import type { Migration } from '../database.ts'

/** `json_extract` of `$.name` alone; `json_each` of a list of texts. */
export const FUNCTIONS: Migration = {
  id: 'postgres-functions-001',
  sql: `
    CREATE FUNCTION json_extract(document text, path text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT document::json ->> substr(path, 3) $$;
    CREATE FUNCTION json_each(document text, OUT value text) RETURNS SETOF text
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT json_array_elements_text(document::json) $$;
    CREATE FUNCTION refuse() RETURNS trigger
      LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;
  `,
}
