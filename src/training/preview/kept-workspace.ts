// A workspace as a process that looks at it again and again sees it: rooms to read, slices that are kept, and what is forgotten where data changed.
import { Annotations } from '../../annotation/annotations.ts'
import { RejectedHolds } from '../../annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../annotation/reviewed-spans.ts'
import { SecondLooks } from '../../annotation/second-looks.ts'
import { TestCases } from '../../annotation/test-cases.ts'
import { systemClock } from '../../core/clock.ts'
import type { Database, DatabaseChoice } from '../../core/database.ts'
import { openChosen } from '../../core/open-chosen.ts'
import type { Workspace } from '../../core/workspace.ts'
import { createMarketReader } from '../../market/reader.ts'
import { ChangeReader, type ChangeMark } from '../../market/store/changes-since.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { KeptRows } from '../../moments/kept-rows.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import type { Sources } from '../data/sources.ts'
import type { TrainingData } from '../data/training-data.ts'
import { KeptSlices } from './kept-slices.ts'

/** Not enough to learn from is no fault: what is made says so. */
export const NOTHING_YET: ReadonlySet<string> = new Set(['no_test_cases', 'no_hold_examples'])

export class KeptWorkspace {
  readonly sources: Sources
  readonly secondLooks: SecondLooks
  readonly #slices: KeptSlices
  readonly #changes: ChangeReader
  readonly #moments: string
  #mark: ChangeMark

  static async open(workspace: Workspace, choice: DatabaseChoice): Promise<KeptWorkspace> {
    return new KeptWorkspace(workspace, await openChosen(choice, null))
  }

  private constructor(workspace: Workspace, database: Database) {
    this.#moments = workspace.moments
    this.#changes = new ChangeReader(database.sqlite, ['candles'])
    // Nothing is kept yet that earlier changes could concern.
    this.#mark = this.#changes.since({ candles: 0, books: 0 }).mark
    this.#slices = new KeptSlices(createMarketReader(openMarketStore(database.sqlite)))
    const { reader } = this.#slices
    const parts = { database, workspace, reader, clock: systemClock }
    this.secondLooks = new SecondLooks(parts)
    this.sources = {
      annotations: new Annotations(parts),
      testCases: new TestCases(parts),
      reviewedSpans: new ReviewedSpans(parts),
      rejectedHolds: new RejectedHolds(parts),
      reader,
      folder: workspace.testCases,
    }
  }

  /** Rows and slices that saw data which changed since the last look are made anew. */
  forgetChanged(rows: KnownRows): void {
    const { mark, changes } = this.#changes.since(this.#mark)
    this.#mark = mark
    for (const kept of [rows, this.#slices]) {
      if (changes === null) kept.forgetAll()
      else for (const change of changes) kept.forget(change, change.from)
    }
  }

  /** What `make` makes of data that are read now, with rows that the table of moments has where it has them. */
  async make<T>(
    rows: KnownRows,
    read: () => Promise<TrainingData>,
    make: (data: TrainingData) => Promise<T>,
  ): Promise<T> {
    this.forgetChanged(rows)
    const table = KeptRows.open(this.#moments)
    try {
      const data = await read()
      table?.follow(this.#changes)
      rows.readFrom(table)
      return await make(data)
    } finally {
      rows.readFrom(null)
      table?.close()
    }
  }
}
