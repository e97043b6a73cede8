// What Ctrl+Z takes back, newest last: kept by the tab, so that a reload forgets none of it.
import type { AnnotationBody } from '../../contract/annotations.ts'
import type { MarketName } from '../../contract/market-name.ts'

/** What was done, and what it takes to undo it. `kind` is how the page calls it. */
export type Step =
  | { readonly kind: 'annotation saved' | 'annotation deleted'; readonly id: string }
  | {
      readonly kind: 'annotation adjusted' | 'notes changed'
      readonly id: string
      readonly before: AnnotationBody
    }
  | {
      readonly kind: 'annotations tagged'
      readonly befores: readonly { readonly id: string; readonly before: AnnotationBody }[]
    }
  | { readonly kind: 'annotations deleted'; readonly ids: readonly string[] }
  | { readonly kind: 'reviewed span added' | 'HOLD said'; readonly id: string }
  | {
      readonly kind: 'reviewed span deleted'
      readonly market: MarketName
      readonly from: number
      readonly to: number
    }

const KEY = 'annotate.undo'
const MOST = 100

/** The kinds that a kept step may have: one of another version of the page is passed over. */
const KINDS: ReadonlySet<unknown> = new Set<Step['kind']>([
  'annotation saved',
  'annotation deleted',
  'annotation adjusted',
  'notes changed',
  'annotations tagged',
  'annotations deleted',
  'reviewed span added',
  'reviewed span deleted',
  'HOLD said',
])

/** Remembers how to take back what was done. */
export function remember(step: Step, storage: Storage = sessionStorage): void {
  storage.setItem(KEY, JSON.stringify([...stepsIn(storage), step].slice(-MOST)))
}

/** The step done last, no longer remembered; null where there is none. */
export function takeLast(storage: Storage = sessionStorage): Step | null {
  const steps = stepsIn(storage)
  const last = steps.pop()
  storage.setItem(KEY, JSON.stringify(steps))
  return last ?? null
}

function stepsIn(storage: Storage): Step[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return Array.isArray(value) ? value.filter(isStep) : []
  } catch {
    return []
  }
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(value.kind)
}
