// The time of PostgreSQL's own clock: those of the machines on it may differ.

/** UTC ms, as SQL. Of PostgreSQL 15 and later; within a transaction, too, it is the time of the statement. */
export const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
