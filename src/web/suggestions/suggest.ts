// Asking about moments worth an answer: the charts stand at the next one with its future hidden, until it is answered or left.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { SuggestionBody, SuggestionOut } from '../../contract/suggestions.ts'
import { keepAnnotation } from '../actions/annotations.ts'
import { showAsOf } from '../actions/as-of.ts'
import { returnTo, standNow } from '../actions/stand.ts'
import { remember } from '../actions/undo-steps.ts'
import { board } from '../charts/board.ts'
import { api } from '../state/api.ts'
import { say, store, type AppState } from '../state/app-state.ts'
import type { Answer, Suggesting } from '../state/asking.ts'
import { horizonOf } from '../state/horizon.ts'
import { beginEdit } from '../state/mark.ts'
import { ApiError } from '../state/request.ts'
import { nextOf, worthOf } from './words.ts'

/** Enough for one that the model is in doubt about. */
const LISTED = 3
/** The server has the answer already, or knows the question no more: another is asked. */
const SETTLED: ReadonlySet<string> = new Set(['already_answered', 'unknown_suggestion'])

/** Begins asking; where something is asked already, the charts go back to it. */
export function suggest(): void {
  const { suggesting, preview, like } = store.get()
  if (suggesting?.question != null) return void showQuestion(suggesting.question)
  const now = performance.now()
  store.set({
    like: null,
    suggesting: {
      asked: 0,
      labels: 0,
      before: worthOf(preview, 0),
      last: null,
      beganAt: now,
      labelledAt: now,
      stand: like?.stand ?? standNow(),
      ...suggesting,
      question: null,
      reason: null,
      shownAt: now,
      seen: 0,
    },
  })
  void askNext()
}

let asking = 0

/** Of all that was answered so far. Where the trader left meanwhile, nothing is asked. */
async function askNext(): Promise<void> {
  const turn = ++asking
  const { market } = store.get()
  if (market === null) return
  const found = await api.suggestions(market, LISTED).then(
    ({ suggestions, reason }) => ({ suggestions, reason }),
    (error: unknown) => ({ suggestions: [], reason: wordsOf(error) }),
  )
  const { suggesting } = store.get()
  if (turn !== asking || suggesting === null) return
  const question = nextOf(found.suggestions, suggesting.asked)
  if (question === null) return change({ reason: found.reason ?? 'There is nothing to suggest now.' })
  await showQuestion(question)
}

async function showQuestion(question: SuggestionOut): Promise<void> {
  const time = Date.parse(question.entry.timestamp)
  const { suggesting } = store.get()
  const isSame = suggesting?.question?.id === question.id
  if (!isSame) change({ question, shownAt: performance.now(), seen: time })
  await showAsOf(time)
}

/** Answers what is asked, and asks the next. Not asked about what is being answered. */
export async function answer(given: Answer): Promise<void> {
  const { suggesting } = store.get()
  if (suggesting?.question == null) return
  const { question } = suggesting
  change({ question: null })
  if (await isTold(question, suggesting, given)) return askNext()
  // What could not be stored is asked again.
  change({ question })
  if (store.get().suggesting !== null) await showQuestion(question)
}

/** The mark of the answer before, as it stands; null where it left none, or it was deleted. */
export function lastMark(): AnnotationOut | null {
  const { suggesting, annotations } = store.get()
  const id = suggesting?.last?.annotation?.id
  return annotations.find((one) => one.id === id) ?? null
}

/** M: takes it in hand with the future hidden from its exit on; once it is saved or dropped, the charts go back to what is asked. */
export function adjustAnswered(): void {
  const annotation = lastMark()
  if (annotation === null) return
  const mark = beginEdit(annotation, performance.now())
  store.set({ selected: annotation.id, mark })
  void showAsOf(Date.parse(annotation.exit.timestamp))
}

/** Esc: what is asked is skipped, and the charts are where they were before. */
export async function leave(): Promise<void> {
  const { suggesting } = store.get()
  if (suggesting === null) return
  asking++
  store.set({ suggesting: null })
  if (suggesting.question !== null) void isTold(suggesting.question, suggesting, 'skip')
  await returnTo(suggesting.stand)
}

/** False where the answer is not with the server; why is said. */
async function isTold(question: SuggestionOut, asked: Suggesting, given: Answer): Promise<boolean> {
  try {
    const body = bodyOf(asked, given)
    const { annotation, rejected_hold_id: hold } = await api.answerSuggestion(question.id, body)
    if (hold !== null) remember({ kind: 'HOLD said', id: hold })
    if (annotation !== null) {
      keepAnnotation(annotation)
      remember({ kind: 'annotation saved', id: annotation.id })
      store.set({ selected: annotation.id })
    }
    count({ answer: given, annotation })
    return true
  } catch (error) {
    if (error instanceof ApiError && SETTLED.has(error.code)) return true
    say(wordsOf(error), 'bad')
    return false
  }
}

function bodyOf({ seen, shownAt }: Suggesting, given: Answer): SuggestionBody {
  if (given === 'hold' || given === 'skip') return { answer: given }
  const spent = Math.round((performance.now() - shownAt) / 100) / 10
  return { answer: given, visible_until: seen, seconds_spent: spent }
}

function count(last: NonNullable<Suggesting['last']>): void {
  const { suggesting } = store.get()
  if (suggesting === null) return
  const isLabel = last.answer !== 'skip'
  change({
    last,
    asked: suggesting.asked + 1,
    labels: suggesting.labels + (isLabel ? 1 : 0),
    labelledAt: isLabel ? performance.now() : suggesting.labelledAt,
  })
}

function change(part: Partial<Suggesting>): void {
  const { suggesting } = store.get()
  if (suggesting !== null) store.set({ suggesting: { ...suggesting, ...part } })
}

/** Notes how far the trader looked while something is asked, and goes back to it after a mark was in hand. */
export function wireSuggestions(): void {
  store.watch((state, before) => {
    const { suggesting, mark, preview } = state
    if (suggesting === null) return
    if (suggesting.before === null && preview !== before.preview)
      change({ before: worthOf(preview, suggesting.labels) })
    if (suggesting.question === null) return
    if (state.cursor !== before.cursor) noteSeen(suggesting, seenUntil(state))
    if (mark === null && before.mark !== null) void showQuestion(suggesting.question)
  })
}

function noteSeen(suggesting: Suggesting, until: number): void {
  if (until > suggesting.seen) change({ seen: until })
}

/** The latest instant whose market can be seen, UTC ms. */
function seenUntil({ cursor }: AppState): number {
  return Math.min(horizonOf(cursor), board.latest)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
