// Reads the files of the test cases that a run is trained on, each once, while annotations may be deleted.
import { CaseFiles } from '../../annotation/case-files.ts'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { AppError } from '../../core/errors.ts'
import type { CaseFile } from './training-data.ts'

export interface ReadCase {
  readonly file: CaseFile
  readonly content: TestCaseFile
}

/** @throws CaseGone where one that was listed is no longer there; AppError `broken_test_case` */
export async function readCases(folder: string, annotations: readonly AnnotationOut[]): Promise<ReadCase[]> {
  const files = new CaseFiles(folder)
  return Promise.all(
    annotations.map(async ({ id, test_case_id }) => {
      const found = await files.readHashed(id)
      if (found === null) throw new CaseGone(id)
      const { content, sha256 } = found
      return { file: { markId: id, testCaseId: test_case_id, sha256 }, content }
    }),
  )
}

/** A case that was listed is no longer there: its annotation was deleted between the two looks. */
export class CaseGone extends AppError {
  constructor(id: string) {
    super(
      'unreadable_test_case',
      `The test case of annotation ${id} can no longer be read. Save the annotation again, and start the run again.`,
      { status: 409 },
    )
  }
}
