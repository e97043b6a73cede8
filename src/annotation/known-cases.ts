// What is known of each test case, kept in a table: a file is read again when it changed, and compared with the market when that did.
import type { Kysely } from 'kysely'
import type { TestCaseFile, TestCaseState } from '../contract/annotations.ts'
import { LARGEST_PAGE } from '../contract/pages.ts'
import type { Database } from '../core/database.ts'
import { messageOf } from '../core/errors.ts'
import { epochMs } from '../core/time.ts'
import type { CaseBuilder } from './case-builder.ts'
import type { CaseFiles } from './case-files.ts'
import { revisionOf, stateOfFile, stateOfRow, withRevision } from './case-state.ts'
import { CaseWatch } from './case-watch.ts'
import type { AnnotationRow, AnnotationTables, CaseStateRow } from './schema.ts'

export class KnownCases {
  readonly #db: Kysely<AnnotationTables>
  readonly #files: CaseFiles
  readonly #builder: CaseBuilder
  readonly #watch: CaseWatch

  constructor(database: Database, files: CaseFiles, builder: CaseBuilder) {
    this.#db = database.tables<AnnotationTables>()
    this.#files = files
    this.#builder = builder
    this.#watch = new CaseWatch(database, builder.readsBooks)
  }

  /**
   * States of `rows`, in their order. Files that changed are read again; at most `comparisons` cases are compared with today's data (a market
   * state each). `pending`: how many are still to be compared, and told as they were known before.
   */
  async states(
    rows: readonly AnnotationRow[],
    comparisons: number,
  ): Promise<{ states: TestCaseState[]; pending: number }> {
    await this.#watch.advance()
    const known = await this.#knownOf(rows)
    const states: TestCaseState[] = []
    let compared = 0
    let pending = 0
    for (const row of rows) {
      let now = await this.#read(row, known.get(row.id))
      if (now.due === 1 && compared < comparisons) {
        now = await this.#compare(row, now)
        compared += 1
      }
      pending += now.due
      states.push(withRevision(stateIn(now), now.revision))
    }
    if (compared > 0) await this.#watch.save()
    return { states, pending }
  }

  /** States of `rows` as their files say, in their order. */
  async filesAlone(rows: readonly AnnotationRow[]): Promise<TestCaseState[]> {
    const known = await this.#knownOf(rows)
    const states: TestCaseState[] = []
    for (const row of rows) states.push(stateIn(await this.#read(row, known.get(row.id))))
    return states
  }

  /** Compares one case that is due; null where none is. Its state, when that is another than before. */
  async compareNext(): Promise<{ changed: TestCaseState | null } | null> {
    await this.#watch.advance()
    const row = await this.#db
      .selectFrom('annotation')
      .selectAll('annotation')
      .innerJoin('case_state', 'annotation_id', 'id')
      .where('due', '=', 1)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (row === undefined) return null
    const before = (await this.#knownOf([row])).get(row.id)
    const now = await this.#compare(row, await this.#read(row, before))
    await this.#watch.save()
    const isSame = before?.state === now.state && before.revision === now.revision
    return {
      changed: isSame ? null : withRevision(stateIn(now), now.revision),
    }
  }

  /** Forgets what was known of annotations that are gone. */
  async sweep(): Promise<void> {
    const standing = this.#db.selectFrom('annotation').select('id').where('deleted_at', 'is', null)
    await this.#db.deleteFrom('case_state').where('annotation_id', 'not in', standing).execute()
  }

  async #knownOf(rows: readonly AnnotationRow[]): Promise<Map<string, CaseStateRow>> {
    const query = this.#db.selectFrom('case_state').selectAll()
    const ids = rows.map(({ id }) => id)
    // SQLite takes so many in one statement; of more, all are read.
    const found = await (
      ids.length <= LARGEST_PAGE ? query.where('annotation_id', 'in', ids) : query
    ).execute()
    return new Map(found.map((row) => [row.annotation_id, row]))
  }

  /** What is known of a case whose file did not change; else what the file says now. */
  async #read(row: AnnotationRow, known: CaseStateRow | undefined): Promise<CaseStateRow> {
    const stamp = await this.#files.stamp(row.id)
    if (known?.stamp === stamp) return known
    const { state, isReadable } = await this.#stateOf(row)
    return this.#keep({
      annotation_id: row.id,
      stamp,
      state: JSON.stringify(state),
      revision: null,
      due: isReadable ? 1 : 0,
    })
  }

  async #stateOf(row: AnnotationRow): Promise<{ state: TestCaseState; isReadable: boolean }> {
    try {
      const content = await this.#files.read(row.id)
      if (content !== null) return { state: stateOfFile(content), isReadable: true }
      const gone = 'The file is gone: start ANNOTATE again, which writes it anew.'
      return { state: stateOfRow(row, 'missing', gone), isReadable: false }
    } catch (error) {
      return { state: stateOfRow(row, 'broken', messageOf(error)), isReadable: false }
    }
  }

  async #compare(row: AnnotationRow, known: CaseStateRow): Promise<CaseStateRow> {
    if (known.due === 0) return known
    const content = await this.#files.read(row.id).catch(() => null)
    const revision = content === null ? null : await this.#revisionOf(row, content)
    return this.#keep({ ...known, revision, due: 0 })
  }

  async #revisionOf(row: AnnotationRow, content: TestCaseFile): Promise<string | null> {
    const entry_time = epochMs(Date.parse(content.timestamp))
    return revisionOf(content, await this.#builder.state({ ...row, entry_time }), this.#builder.readsBooks)
  }

  async #keep(row: CaseStateRow): Promise<CaseStateRow> {
    await this.#db
      .insertInto('case_state')
      .values(row)
      .onConflict((conflict) => conflict.column('annotation_id').doUpdateSet(row))
      .execute()
    return row
  }
}

function stateIn({ state }: CaseStateRow): TestCaseState {
  return JSON.parse(state) as TestCaseState
}
