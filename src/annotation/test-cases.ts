// Test cases as they lie on disk: listed with their state, read one by one, put right at the start.
import type { TestCaseFile, TestCaseOut, TestCaseState } from '../contract/annotations.ts'
import type { Database } from '../core/database.ts'
import { AppError, messageOf, unknownThing } from '../core/errors.ts'
import { epochMs } from '../core/time.ts'
import type { Workspace } from '../core/workspace.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { MarketState } from '../market-state/state.ts'
import { AnnotationStore, type AnnotationFilter } from './annotation-store.ts'
import { CaseBuilder } from './case-builder.ts'
import { testCaseId } from './case-content.ts'
import { CaseFiles } from './case-files.ts'
import { stateOfFile, stateOfRow, stateOfStray } from './case-state.ts'
import type { AnnotationRow } from './schema.ts'

/** What `repair` did; test-case ids. */
export interface RepairReport {
  /** Written anew: the file was missing, or a write was cut off. */
  readonly rebuilt: readonly string[]
  /** Files of deleted annotations that a crash had left. */
  readonly removed: readonly string[]
  /** Left alone: why each can not be used or could not be rebuilt. */
  readonly faults: readonly { readonly test_case_id: string; readonly detail: string }[]
}

export interface TestCasesParts {
  readonly database: Database
  readonly workspace: Workspace
  readonly reader: MarketReader
  /** Where the order books of cases come from; without it they are left out of account. */
  readonly books?: BookStore
}

const STRAY = 'No annotation has this id: delete the file, or mark the trade again.'

export class TestCases {
  readonly #store: AnnotationStore
  readonly #files: CaseFiles
  readonly #builder: CaseBuilder

  constructor({ database, workspace, reader, books }: TestCasesParts) {
    this.#store = new AnnotationStore(database)
    this.#files = new CaseFiles(workspace.testCases)
    this.#builder = new CaseBuilder(reader, books)
  }

  /**
   * One entry per annotation and per stray file, ascending by entry time. `revisions: false` skips the comparison with today's data (one
   * market state a case).
   */
  async list(filter: AnnotationFilter = {}, { revisions = true } = {}): Promise<TestCaseState[]> {
    const states: TestCaseState[] = []
    for (const row of await this.#store.list({ ...filter, deleted: false }))
      states.push(await this.#stateOf(row, revisions))
    if (Object.keys(filter).length > 0) return states
    for (const id of await this.#strays()) states.push(await this.#strayState(id))
    return states
  }

  /** @throws AppError 404 `unknown_test_case`; 422 `broken_test_case` */
  async get(testCaseIdentifier: string): Promise<TestCaseOut> {
    const { row, content } = await this.#standing(testCaseIdentifier)
    const now = await this.#builder.state(row)
    const { annotation_id, state, gap_share_pct, left_out, detail } = stateOfFile(content, now, this.#builder)
    return { ...content, annotation_id, state, gap_share_pct, left_out, detail }
  }

  /** The file alone. @throws AppError as `get` */
  async file(testCaseIdentifier: string): Promise<TestCaseFile> {
    return (await this.#standing(testCaseIdentifier)).content
  }

  async #standing(testCaseIdentifier: string): Promise<{ row: AnnotationRow; content: TestCaseFile }> {
    const id = annotationIdOf(testCaseIdentifier)
    const row = await this.#store.find(id)
    const content = row === undefined || row.deleted_at !== null ? null : await this.#files.read(id)
    if (row === undefined || content === null) {
      throw unknownThing('test_case', testCaseIdentifier, 'GET /api/test-cases lists those there are.')
    }
    return { row, content }
  }

  /** How many files there are. */
  async count(): Promise<number> {
    return (await this.#files.ids()).length
  }

  /**
   * At the start, before anything else writes: writes missing and half-done files anew, takes away those of deleted annotations, and names what
   * can not be used and leaves it alone.
   */
  async repair(): Promise<RepairReport> {
    const report = {
      rebuilt: [] as string[],
      removed: [] as string[],
      faults: [] as RepairReport['faults'][number][],
    }
    await this.#files.removeLeftovers()
    const present = new Set(await this.#files.ids())
    for (const row of await this.#store.all()) {
      try {
        await this.#repairOne(row, present.has(row.id), report)
      } catch (error) {
        report.faults.push({ test_case_id: testCaseId(row.id), detail: messageOf(error) })
      }
    }
    for (const id of await this.#strays()) report.faults.push({ test_case_id: testCaseId(id), detail: STRAY })
    return report
  }

  async #repairOne(
    row: AnnotationRow,
    present: boolean,
    report: { rebuilt: string[]; removed: string[] },
  ): Promise<void> {
    if (row.deleted_at !== null) {
      if (present) report.removed.push(testCaseId(row.id))
      await this.#files.remove(row.id)
    } else if (row.file_pending === 1 || !present) {
      await this.#files.write(row.id, row.removed_case ?? (await this.#builder.build(row)).text)
      report.rebuilt.push(testCaseId(row.id))
    } else {
      await this.#files.read(row.id)
    }
    if (row.file_pending === 1) await this.#store.update(row.id, settled(row))
  }

  async #stateOf(row: AnnotationRow, revisions: boolean): Promise<TestCaseState> {
    try {
      const content = await this.#files.read(row.id)
      if (content === null) {
        return stateOfRow(row, 'missing', 'The file is gone: start ANNOTATE again, which writes it anew.')
      }
      return stateOfFile(content, revisions ? await this.#now(row, content) : undefined, this.#builder)
    } catch (error) {
      return stateOfRow(row, 'broken', messageOf(error))
    }
  }

  async #now(row: AnnotationRow, { timestamp }: TestCaseFile): Promise<MarketState | null> {
    return this.#builder.state({ ...row, entry_time: epochMs(Date.parse(timestamp)) })
  }

  async #strays(): Promise<string[]> {
    const known = new Set((await this.#store.all()).map(({ id }) => id))
    return (await this.#files.ids()).filter((id) => !known.has(id))
  }

  async #strayState(id: string): Promise<TestCaseState> {
    try {
      return stateOfStray(id, await this.#files.read(id), STRAY)
    } catch (error) {
      return stateOfStray(id, null, messageOf(error))
    }
  }
}

function settled(row: AnnotationRow): Partial<AnnotationRow> {
  return row.deleted_at === null ? { file_pending: 0, removed_case: null } : { file_pending: 0 }
}

function annotationIdOf(testCaseIdentifier: string): string {
  const id = /^annotation_([\w-]+)$/.exec(testCaseIdentifier)?.[1]
  if (id !== undefined) return id
  throw new AppError(
    'unknown_test_case',
    `"${testCaseIdentifier}" is no test case id: they look like annotation_<uuid>, as GET /api/test-cases lists them.`,
    { status: 404 },
  )
}
