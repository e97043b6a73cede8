// Starting and cancelling a training; the runs come back as events.
import { foundWords } from '../../contract/plain-result.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { api } from '../state/api.ts'
import { ApiError } from '../state/request.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { reread } from '../state/reread.ts'

const ACTIVE = new Set(['QUEUED', 'RUNNING', 'PAUSED'])

export function isActive(run: TrainingRunOut): boolean {
  return ACTIVE.has(run.status)
}

/** What a server without test cases means for the trader. */
export const NO_CASES =
  'No test cases found: create annotations first. Click a candle for the entry, another for the exit, then press Enter.'

/** Starts a training in the background. True when it was taken. */
export async function train(body: TrainingBody): Promise<boolean> {
  try {
    const { id } = await api.train(body)
    keepRun(await api.trainingRun(id))
    store.set({ shownRun: id })
    return true
  } catch (error) {
    const isEmpty =
      error instanceof ApiError && error.code === 'no_test_cases' && store.get().annotations.length === 0
    say(isEmpty ? NO_CASES : error instanceof Error ? error.message : String(error), 'bad')
    return false
  }
}

/** Not over: active, or interrupted and waiting to be resumed. */
export function isOpen(run: TrainingRunOut): boolean {
  return isActive(run) || run.status === 'INTERRUPTED'
}

export function canResume({ status }: TrainingRunOut): boolean {
  return status === 'PAUSED' || status === 'INTERRUPTED'
}

export function canPause({ status }: TrainingRunOut): boolean {
  return status === 'RUNNING'
}

export async function pauseTraining(run: string): Promise<void> {
  await attempt(async () => {
    await api.pauseTraining(run)
    keepRun(await api.trainingRun(run))
  })
}

export async function resumeTraining(run: string): Promise<void> {
  await attempt(async () => {
    await api.resumeTraining(run)
    keepRun(await api.trainingRun(run))
  })
}

export async function cancelTraining(run: string): Promise<void> {
  await attempt(async () => {
    await api.cancelTraining(run)
    keepRun(await api.trainingRun(run))
  })
}

/** Puts one run as the server has it into the list, newest first; says so when it ended. */
export function keepRun(run: TrainingRunOut): void {
  const { runs } = store.get()
  const before = runs.find((one) => one.id === run.id)
  const others = runs.filter((one) => one.id !== run.id)
  store.set({ runs: newestFirst([...others, run]) })
  if (before === undefined || !isActive(before) || isActive(run)) return
  if (run.status === 'COMPLETED') say(finishedWords(run), 'good')
  if (run.status === 'FAILED') say(run.error?.message ?? 'The training failed.', 'bad')
  reread('models', refreshModels)
}

function finishedWords({ checkpoint, validation }: TrainingRunOut): string {
  const words = `Training finished: checkpoint ${checkpoint ?? '–'}.`
  return validation === null ? words : `${words} ${foundWords(validation)}.`
}

/** Runs of one page: a run with its validation is some kilobytes. */
const PAGE = 50

/** Reads the newest runs, and older ones after them; what is held of older ones stays until they are read. */
export async function readRuns(): Promise<void> {
  const turn = ++reading
  const next = await readPage()
  reread('older trainings', () => readOlder(next, () => turn === reading))
}

let reading = 0

async function readOlder(from: string | undefined, isWanted: () => boolean): Promise<void> {
  let next = from
  while (next !== undefined && isWanted()) next = await readPage(next)
}

/** The last id of the page; undefined of the last page. */
async function readPage(before?: string): Promise<string | undefined> {
  const page = await api.trainingRuns({ limit: PAGE, ...(before === undefined ? {} : { before }) })
  const ids = new Set(page.map(({ id }) => id))
  store.set({ runs: newestFirst([...store.get().runs.filter(({ id }) => !ids.has(id)), ...page]) })
  return page.length < PAGE ? undefined : page.at(-1)?.id
}

function newestFirst(runs: readonly TrainingRunOut[]): TrainingRunOut[] {
  return runs.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))
}

export async function refreshModels(): Promise<void> {
  store.set({ models: await api.models() })
}
