// Reads what a run is trained on from the workspace: annotations, their test cases, reviewed spans, market data.
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import { isSimulated } from '../../contract/market-name.ts'
import { statesOf } from './case-states.ts'
import { loadMarkets, loadUnlabelled } from './load-markets.ts'
import { lacking, lackOf, noOrderBook } from './needs.ts'
import type { Parent } from './parent.ts'
import { CaseGone, readCases } from './read-cases.ts'
import { noTestCases, refuseMixture } from './refusals.ts'
import { isChosen, requireNamed, untaggedWarning, type Selection } from './selection.ts'
import { CANDLES_ALONE, type ModelNeeds, type Sources } from './sources.ts'
import type { TrainingData } from './training-data.ts'
import { oldCasesOf, warmStartData } from './warm-start.ts'

export interface LoadOptions {
  /** The checkpoint that the run begins from. */
  readonly parent?: Parent
  /** Whether what is stored beside the annotations is read, too. */
  readonly pretraining?: boolean
  /** Told before anything is refused, so that a refused run names its cases, too. */
  readonly onLeftOut?: (leftOut: TrainingData['leftOut']) => void
}

/** Annotations may be deleted while they are read; so many times in a row is no accident. */
const MOST_LOOKS = 10

/**
 * As of the annotations that stand when it is done: where one is deleted meanwhile, all is loaded once more.
 * @throws AppError `no_test_cases` where nothing is annotated or nothing of it can be trained on; `unknown_annotation`; `no_order_book` where the model needs one and
 * no case has it; `mixed_sources` where simulated and recorded markets would be trained together; `unreadable_test_case` where cases go again and again
 */
export async function loadTrainingData(
  sources: Sources,
  selection: Selection,
  model = CANDLES_ALONE,
  options: LoadOptions = {},
): Promise<TrainingData> {
  for (let looks = 1; ; looks += 1) {
    try {
      return await loadOnce(sources, selection, model, options)
    } catch (error) {
      if (!(error instanceof CaseGone) || looks === MOST_LOOKS) throw error
    }
  }
}

async function loadOnce(
  sources: Sources,
  selection: Selection,
  model: ModelNeeds,
  { parent, pretraining = false, onLeftOut }: LoadOptions,
): Promise<TrainingData> {
  const market = {
    ...(selection.symbol === undefined ? {} : { symbol: selection.symbol }),
    ...(selection.venue === undefined ? {} : { venue: selection.venue }),
  }
  const annotations = await sources.annotations.list({ market })
  // One of another market is there, and not chosen.
  if (selection.annotation_ids !== undefined) requireNamed(await sources.annotations.list({}), selection)
  const states = await sources.testCases.list({ market }, { revisions: false })
  const chosen = chosenStates(states, annotations, selection)
  const reasons = new Map(chosen.map((state) => [state, reasonOf(state) ?? lackOf(state, model.needs)]))
  const leftOut = chosen.flatMap((state) => {
    const reason = reasons.get(state) ?? null
    return reason === null ? [] : [{ test_case_id: state.test_case_id, reason }]
  })
  onLeftOut?.(leftOut)
  const trained = new Set(
    chosen.filter((state) => reasons.get(state) === null).map((state) => state.annotation_id),
  )
  if (trained.size === 0) {
    if (chosen.some(({ left_out }) => left_out === null)) throw noOrderBook(chosen, model.id)
    throw noTestCases(leftOut)
  }
  const used = annotations.filter(({ id }) => trained.has(id))
  if (selection.mixed_sources !== true) refuseMixture(used)
  const markets = await loadMarkets(sources, annotations, trained, model)
  const files = await readCases(sources.folder, used)
  const old = parent === undefined ? null : await oldCasesOf(parent, files, sources.folder, model)
  const untagged = selection.pattern === undefined ? untaggedWarning(used) : null
  const extra = (old?.kept ?? []).map(({ content }) => content)
  return {
    markets,
    cases: files.map(({ file }) => file),
    states: statesOf([...files.map(({ content }) => content), ...extra], model),
    leftOut,
    warnings: [
      ...lacking(chosen, model.needs),
      ...(untagged === null ? [] : [untagged]),
      ...(new Set(used.map(isSimulated)).size > 1 ? [MIXED] : []),
      ...markets.flatMap(({ targets }) => targets.warnings),
    ],
    ...(pretraining ? { unlabelled: await loadUnlabelled(sources, markets, model) } : {}),
    ...(parent === undefined || old === null ? {} : { warmStart: warmStartData(parent, files, old) }),
  }
}

const MIXED = 'Simulated and recorded markets are trained together, as asked.'

function chosenStates(
  states: readonly TestCaseState[],
  annotations: readonly AnnotationOut[],
  selection: Selection,
): TestCaseState[] {
  const chosen = new Set(
    annotations.filter((annotation) => isChosen(annotation, selection)).map(({ id }) => id),
  )
  return states.filter((state) => chosen.has(state.annotation_id))
}

function reasonOf({ left_out, detail }: TestCaseState): string | null {
  return left_out === null || detail === null ? left_out : `${left_out}: ${detail}`
}
