// Test cases as they lie on disk: listed with their state, read one by one, put right at the start.
import type { TestCaseFile, TestCaseOut, TestCaseState } from '../contract/annotations.ts'
import type { Database } from '../core/database.ts'
import { AppError, messageOf, unknownThing } from '../core/errors.ts'
import type { Workspace } from '../core/workspace.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import { AnnotationStore, type AnnotationFilter } from './annotation-store.ts'
import { CaseBuilder } from './case-builder.ts'
import { testCaseId } from './case-content.ts'
import { CaseFiles } from './case-files.ts'
import { differences } from './from-case.ts'
import { revisionOf, stateOfFile, stateOfStray } from './case-state.ts'
import { KnownCases } from './known-cases.ts'
import type { Page, PageWanted } from './pages.ts'
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

const STRAY =
  'No annotation of this database has this id: stop the server, and `annotate doctor --repair` makes it anew of this file.'

export class TestCases {
  readonly #store: AnnotationStore
  readonly #files: CaseFiles
  readonly #builder: CaseBuilder
  readonly #known: KnownCases

  constructor({ database, workspace, reader, books }: TestCasesParts) {
    this.#store = new AnnotationStore(database)
    this.#files = new CaseFiles(workspace.testCases)
    this.#builder = new CaseBuilder(reader, books)
    this.#known = new KnownCases(database, this.#files, this.#builder)
  }

  /**
   * One entry per annotation and per stray file, ascending by entry time. Cases before whose entry data changed are compared with today's, however
   * many there are; `revisions: false` tells what the files alone say.
   */
  async list(filter: AnnotationFilter = {}, { revisions = true } = {}): Promise<TestCaseState[]> {
    const rows = await this.#store.list({ ...filter, deleted: false })
    const states = revisions
      ? (await this.#known.states(rows, Number.POSITIVE_INFINITY)).states
      : await this.#known.filesAlone(rows)
    return Object.keys(filter).length > 0 ? states : [...states, ...(await this.#strayStates())]
  }

  /**
   * The same for whoever cannot wait: at most `comparisons` cases are compared with today's data (a market state each). The others are told as they
   * were known, and `pending` counts them; `compareNext` gets on with them.
   */
  async glance(
    comparisons: number,
    filter: AnnotationFilter = {},
  ): Promise<{ states: TestCaseState[]; pending: number }> {
    const rows = await this.#store.list({ ...filter, deleted: false })
    const { states, pending } = await this.#known.states(rows, comparisons)
    if (Object.keys(filter).length > 0) return { states, pending }
    return { states: [...states, ...(await this.#strayStates())], pending }
  }

  /** A page of those of annotations that stand, in their order; comparisons as `glance` makes them. */
  async page(
    filter: AnnotationFilter,
    wanted: PageWanted,
    comparisons: number,
  ): Promise<Page<TestCaseState>> {
    const { rows, next } = await this.#store.page({ ...filter, deleted: false }, wanted)
    return { rows: (await this.#known.states(rows, comparisons)).states, next }
  }

  /** Of one annotation that stands; null where none does. */
  async stateOf(annotationId: string): Promise<TestCaseState | null> {
    const row = await this.#store.find(annotationId)
    if (row === undefined || row.deleted_at !== null) return null
    const { states } = await this.#known.states([row], 1)
    return states[0] ?? null
  }

  /** Compares one case before whose entry data changed; false where none is left. Tells `onChanged` what it is now, where that is new. */
  async compareNext(onChanged: (state: TestCaseState) => void): Promise<boolean> {
    const compared = await this.#known.compareNext()
    if (compared?.changed != null) onChanged(compared.changed)
    return compared !== null
  }

  /** @throws AppError 404 `unknown_test_case`; 422 `broken_test_case` */
  async get(testCaseIdentifier: string): Promise<TestCaseOut> {
    const { row, content } = await this.#standing(testCaseIdentifier)
    const revision = revisionOf(content, await this.#builder.state(row), this.#builder.readsBooks)
    const { annotation_id, state, gap_share_pct, left_out, detail } = stateOfFile(content, revision)
    return { ...content, annotation_id, state, gap_share_pct, left_out, detail }
  }

  /** The file alone. @throws AppError as `get` */
  async file(testCaseIdentifier: string): Promise<TestCaseFile> {
    return (await this.#standing(testCaseIdentifier)).content
  }

  /** Of the file as it lies there, SHA-256 in hex; null where there is none. */
  async hash(annotationId: string): Promise<string | null> {
    return this.#files.hash(annotationId)
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
    return this.#files.count()
  }

  /**
   * At the start, before anything else writes: writes missing and half-done files anew, takes away those of deleted annotations, and names what
   * can not be used and leaves it alone.
   * @param isShared other machines change annotations, too: files that say something else than their annotation are of before, and written anew
   */
  async repair({ isShared = false } = {}): Promise<RepairReport> {
    const report = {
      rebuilt: [] as string[],
      removed: [] as string[],
      faults: [] as RepairReport['faults'][number][],
    }
    await this.#files.removeLeftovers()
    await this.#known.sweep()
    const present = new Set(await this.#files.ids())
    for (const row of await this.#store.all()) {
      try {
        await this.#repairOne(row, { present: present.has(row.id), isShared }, report)
      } catch (error) {
        report.faults.push({ test_case_id: testCaseId(row.id), detail: messageOf(error) })
      }
    }
    for (const id of await this.strays()) report.faults.push({ test_case_id: testCaseId(id), detail: STRAY })
    return report
  }

  async #repairOne(
    row: AnnotationRow,
    { present, isShared }: { readonly present: boolean; readonly isShared: boolean },
    report: { rebuilt: string[]; removed: string[] },
  ): Promise<void> {
    if (row.deleted_at !== null) {
      if (present) report.removed.push(testCaseId(row.id))
      await this.#files.remove(row.id)
    } else if (row.file_pending === 1 || !present || (isShared && (await this.#isOfBefore(row)))) {
      await this.#files.write(row.id, row.removed_case ?? (await this.#builder.build(row)).text)
      report.rebuilt.push(testCaseId(row.id))
    } else {
      await this.#files.read(row.id)
    }
    if (row.file_pending === 1) await this.#store.update(row.id, settled(row))
  }

  async #isOfBefore(row: AnnotationRow): Promise<boolean> {
    const content = await this.#files.read(row.id)
    return content !== null && differences(row, content).length > 0
  }

  /** Annotation ids of files whose annotation the database does not have. */
  async strays(): Promise<string[]> {
    // Files first: a mark is in the database before its file is there.
    const ids = await this.#files.ids()
    const known = new Set((await this.#store.all()).map(({ id }) => id))
    return ids.filter((id) => !known.has(id))
  }

  async #strayStates(): Promise<TestCaseState[]> {
    return Promise.all((await this.strays()).map(async (id) => this.#strayState(id)))
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
