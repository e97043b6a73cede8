// Why nothing is trained: no case that could be, or markets that are not trained together.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { isSimulated } from '../../contract/market-name.ts'
import { AppError } from '../../core/errors.ts'

/** @param leftOut the cases that were asked for, each with what is wrong with it */
export function noTestCases(leftOut: readonly { test_case_id: string; reason: string }[]): AppError {
  const [first] = leftOut
  if (first === undefined) {
    return new AppError(
      'no_test_cases',
      'No test cases found: create annotations first. Click an entry and an exit on a chart and save with Enter; each one becomes a test case.',
    )
  }
  return new AppError(
    'no_test_cases',
    `None of the ${leftOut.length} test cases can be trained on. ${first.test_case_id}: ${sentence(first.reason)} Put them right, or create more annotations.`,
  )
}

/** A reason that names a file already ends with a full stop. */
function sentence(reason: string): string {
  return reason.endsWith('.') ? reason : `${reason}.`
}

/** @throws AppError `mixed_sources` where simulated and recorded markets are among them */
export function refuseMixture(annotations: readonly AnnotationOut[]): void {
  const simulated = annotations.find(isSimulated)
  const recorded = annotations.find((annotation) => !isSimulated(annotation))
  if (simulated === undefined || recorded === undefined) return
  throw new AppError(
    'mixed_sources',
    `The annotations are of a simulated market (${simulated.venue}) and of a recorded one (${recorded.venue}), which are not trained together. Name the venue to train on, or ask for both with mixed_sources.`,
    { field: 'venue' },
  )
}
