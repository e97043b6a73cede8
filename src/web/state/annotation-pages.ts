// Annotations as they come a page at a time, newest first, beside what is held already and what events tell meanwhile.
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'

/** By entry, newest first. */
export function sorted(annotations: readonly AnnotationOut[]): AnnotationOut[] {
  return annotations.toSorted((a, b) => entryOf(b) - entryOf(a))
}

/** One reading of a market's annotations, from the newest page to the oldest. What an event tells in the meantime is newer than any page. */
export class Reading {
  readonly #read = new Map<string, AnnotationOut>()
  readonly #told = new Set<string>()
  readonly #toldCases = new Set<string>()

  /** An event, or an answer, said what has become of this annotation. */
  noteAnnotation(id: string): void {
    this.#told.add(id)
  }

  /** The same of the test case of this annotation. */
  noteCase(annotationId: string): void {
    this.#toldCases.add(annotationId)
  }

  /**
   * `held` with one more page: of the time that has been read it is as the pages say, older ones stay until their page comes.
   * @param isLast there is no older page
   */
  withPage(held: readonly AnnotationOut[], page: readonly AnnotationOut[], isLast: boolean): AnnotationOut[] {
    for (const one of page) this.#read.set(one.id, one)
    const oldest = isLast ? -Infinity : Math.min(...page.map(entryOf))
    const stay = held.filter(
      (one) => this.#told.has(one.id) || (!this.#read.has(one.id) && entryOf(one) < oldest),
    )
    return sorted([...stay, ...[...this.#read.values()].filter((one) => !this.#told.has(one.id))])
  }

  /** `held` with the states of one more page. */
  withCases(
    held: ReadonlyMap<string, TestCaseState>,
    page: readonly TestCaseState[],
  ): Map<string, TestCaseState> {
    const states = new Map(held)
    for (const one of page) if (!this.#toldCases.has(one.annotation_id)) states.set(one.annotation_id, one)
    return states
  }
}

function entryOf({ entry }: AnnotationOut): number {
  return Date.parse(entry.timestamp)
}
