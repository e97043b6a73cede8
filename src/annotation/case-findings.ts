// What is amiss between annotations and the files of their test cases, and how each is put right: neither is ever thrown away.
import { entryCheckRange, checkEntry } from './entry-check.ts'
import type { EntryCheck, TestCaseFile } from '../contract/annotations.ts'
import { marketOf } from '../contract/market-name.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { messageOf } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import { setAside } from '../core/set-aside.ts'
import { epochMs } from '../core/time.ts'
import type { Workspace } from '../core/workspace.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import { shortfallAt } from '../market-state/availability.ts'
import { AnnotationStore } from './annotation-store.ts'
import { CaseBuilder } from './case-builder.ts'
import { testCaseId } from './case-content.ts'
import { CaseFiles } from './case-files.ts'
import { annotationOfCase, differences } from './from-case.ts'
import type { AnnotationRow } from './schema.ts'

export interface CaseFindingsParts {
  readonly database: Database
  readonly workspace: Workspace
  readonly reader: MarketReader
  readonly books?: BookStore
  /** Names what is put aside. */
  readonly clock: Clock
}

const PUT_BACK = 'Put it right, or put it back from a backup; it is left as it is.'

export class CaseFindings {
  readonly #store: AnnotationStore
  readonly #files: CaseFiles
  readonly #builder: CaseBuilder
  readonly #reader: MarketReader
  readonly #clock: Clock

  constructor({ database, workspace, reader, books, clock }: CaseFindingsParts) {
    this.#store = new AnnotationStore(database)
    this.#files = new CaseFiles(workspace.testCases)
    this.#builder = new CaseBuilder(reader, books)
    this.#reader = reader
    this.#clock = clock
  }

  /** One a case that is not as it should be, of annotations first. `onProgress` is told how many of how many have been looked at. */
  async find(onProgress: (done: number, of: number) => void = () => {}): Promise<Finding[]> {
    const rows = await this.#store.all()
    const [known, files] = [new Set(rows.map(({ id }) => id)), await this.#files.ids()]
    const strays = files.filter((id) => !known.has(id))
    const present = new Set(files)
    const found: (Finding | null)[] = []
    for (const row of rows) {
      found.push(await this.#ofRow(row, present.has(row.id)))
      onProgress(found.length, rows.length + strays.length)
    }
    for (const id of strays) {
      found.push(await this.#ofStray(id))
      onProgress(found.length, rows.length + strays.length)
    }
    return found.filter((finding) => finding !== null)
  }

  async #ofRow(row: AnnotationRow, isPresent: boolean): Promise<Finding | null> {
    if (row.file_pending === 1) return this.#cutOff(row)
    if (row.deleted_at !== null) return isPresent ? this.#leftOver(row) : null
    if (!isPresent) return this.#missing(row)
    try {
      const content = await this.#files.read(row.id)
      return content === null ? this.#missing(row) : contradiction(row, content)
    } catch (error) {
      return this.#broken(row, messageOf(error))
    }
  }

  /** The server does the same whenever it starts. */
  #cutOff(row: AnnotationRow): Finding {
    return {
      ...about(row.id),
      fault: 'a write of it was cut off half-way',
      advice: 'The next start of the server finishes it, or --repair.',
      repair: async () => {
        if (row.deleted_at === null) await this.#write(row)
        else await this.#files.remove(row.id)
        await this.#store.update(row.id, row.deleted_at === null ? SETTLED : { file_pending: 0 })
        return 'the write is finished'
      },
    }
  }

  #leftOver(row: AnnotationRow): Finding {
    return {
      ...about(row.id),
      fault: 'its annotation is deleted, and the file is still there',
      advice: '--repair sets the file aside; restoring the annotation brings its case back.',
      repair: async () => `the file is now ${await this.#setAside(row.id, 'deleted')}`,
    }
  }

  #missing(row: AnnotationRow): Finding {
    return {
      ...about(row.id),
      fault: 'the file is missing',
      advice:
        'Put it back from a backup, or let --repair make it anew of the annotation and the stored market.',
      repair: async () => {
        await this.#write(row)
        return 'made anew of the annotation and the stored market'
      },
    }
  }

  /** Made anew first: where that is not possible, the file stays in its place. */
  #broken(row: AnnotationRow, fault: string): Finding {
    return {
      ...about(row.id),
      fault,
      advice: 'Put it back from a backup, or let --repair set it aside and make it anew of the annotation.',
      repair: async () => {
        const { text } = await this.#builder.build(row)
        const aside = await this.#setAside(row.id, 'damaged')
        await this.#files.write(row.id, text)
        return `made anew of the annotation and the stored market; what was there is now ${aside}`
      },
    }
  }

  async #ofStray(id: string): Promise<Finding> {
    try {
      const content = await this.#files.read(id)
      if (content !== null) return this.#orphan(id, content)
      return { ...about(id), fault: 'the file went away while it was looked at', advice: PUT_BACK }
    } catch (error) {
      const fault = `its annotation is not in the database, and ${messageOf(error)}`
      return { ...about(id), fault, advice: PUT_BACK }
    }
  }

  #orphan(id: string, content: TestCaseFile): Finding {
    return {
      part: 'annotation',
      name: id,
      fault: 'its test case is there, and the annotation is not in the database',
      advice: '--repair makes it anew of its test case.',
      repair: async () => {
        await this.#store.insert(annotationOfCase(content, await this.#entryCheck(content)))
        return 'made anew of its test case'
      },
    }
  }

  /** By what is stored, where that reaches back to the entry; undefined where it does not. */
  async #entryCheck(content: TestCaseFile): Promise<EntryCheck | undefined> {
    const entry = epochMs(Date.parse(content.timestamp))
    const slice = await this.#reader.slice(marketOf(content), entryCheckRange(entry))
    if (shortfallAt(slice, entry) !== null) return undefined
    return checkEntry(slice, entry, content.expected_outcome.entry_price)
  }

  async #write(row: AnnotationRow): Promise<void> {
    await this.#files.write(row.id, row.removed_case ?? (await this.#builder.build(row)).text)
  }

  async #setAside(id: string, why: string): Promise<string> {
    return setAside(this.#files.pathOf(id), why, this.#clock.now())
  }
}

const SETTLED = { file_pending: 0, removed_case: null } as const

function about(id: string): Pick<Finding, 'part' | 'name'> {
  return { part: 'test_case', name: testCaseId(id) }
}

function contradiction(row: AnnotationRow, content: TestCaseFile): Finding | null {
  const fields = differences(row, content)
  if (fields.length === 0) return null
  return {
    ...about(row.id),
    fault: `it says otherwise than its annotation: ${fields.join(', ')}`,
    advice: `Save the annotation again as it should be (annotate test-cases --save-again ${row.id} takes the database's word), which writes the case anew.`,
  }
}
