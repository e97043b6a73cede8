// What Ctrl+Z takes back and Ctrl+Shift+Z does again, newest last. Kept by the browser for all its tabs: they change the same store, so they share one past.
import type { AnnotationBody } from '../../contract/annotations.ts'
import type { MarketName } from '../../contract/market-name.ts'

/** What was done, and what it takes to undo it. `kind` is how the page calls it. */
export type Step =
  | { readonly kind: 'annotation saved' | 'annotation deleted'; readonly id: string }
  | {
      readonly kind: 'annotation adjusted' | 'notes changed'
      readonly id: string
      readonly before: AnnotationBody
      /** As it was left: where it is otherwise by now, somebody else changed it. */
      readonly after: AnnotationBody
    }
  | {
      readonly kind: 'annotations tagged'
      readonly befores: readonly { readonly id: string; readonly before: AnnotationBody }[]
    }
  | { readonly kind: 'annotations deleted' | 'annotations restored'; readonly ids: readonly string[] }
  | { readonly kind: 'reviewed span added' | 'HOLD said'; readonly id: string }
  | {
      readonly kind: 'reviewed span deleted'
      readonly market: MarketName
      readonly from: number
      readonly to: number
    }

/** A step, and what the trader did at first: undone and done again it is still called so. */
export interface Kept {
  readonly title: Step['kind']
  readonly step: Step
}

/** `done`: what can be undone; `undone`: what can be done again. */
export type Side = 'done' | 'undone'

const KEY = 'annotate.steps'
const VERSION = 1
const MOST = 100

/** The kinds that a kept step may have: one of another version of the page is passed over. */
const KINDS: ReadonlySet<unknown> = new Set<Step['kind']>([
  'annotation saved',
  'annotation deleted',
  'annotation adjusted',
  'notes changed',
  'annotations tagged',
  'annotations deleted',
  'annotations restored',
  'reviewed span added',
  'reviewed span deleted',
  'HOLD said',
])

/** Remembers how to take back what was done. What was undone before it cannot be done again any more. */
export function remember(step: Step, storage: Storage = localStorage): void {
  const { done } = read(storage)
  write(storage, { done: [...done, { title: step.kind, step }], undone: [] })
}

/** The step done, or undone, last, no longer remembered; null where there is none. */
export function takeLast(side: Side, storage: Storage = localStorage): Kept | null {
  const kept = read(storage)
  const last = kept[side].at(-1) ?? null
  write(storage, { ...kept, [side]: kept[side].slice(0, -1) })
  return last
}

/** Puts a step on the other side, to be gone back by. */
export function keepStep(side: Side, step: Kept, storage: Storage = localStorage): void {
  const kept = read(storage)
  write(storage, { ...kept, [side]: [...kept[side], step] })
}

type Steps = Readonly<Record<Side, readonly Kept[]>>

function write(storage: Storage, { done, undone }: Steps): void {
  const kept = { version: VERSION, done: done.slice(-MOST), undone: undone.slice(-MOST) }
  storage.setItem(KEY, JSON.stringify(kept))
}

function read(storage: Storage): Steps {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? 'null')
    const isOurs = isRecord(value) && value['version'] === VERSION
    return isOurs ? { done: stepsIn(value['done']), undone: stepsIn(value['undone']) } : NONE
  } catch {
    return NONE
  }
}

const NONE: Steps = { done: [], undone: [] }

function stepsIn(value: unknown): Kept[] {
  return Array.isArray(value) ? value.filter(isKept) : []
}

function isKept(value: unknown): value is Kept {
  return (
    isRecord(value) &&
    KINDS.has(value['title']) &&
    isRecord(value['step']) &&
    KINDS.has(value['step']['kind'])
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
