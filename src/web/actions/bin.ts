// The bin: deleted annotations of the shown market, which stay in the store and come back whole.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { MarketName } from '../../contract/market-name.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { keepAnnotation } from './annotations.ts'
import { withStep } from './awaited-steps.ts'

/** So many of the newest entries are listed. */
export const BIN_PAGE = 200

/** By entry, newest first; and whether there are older ones. */
export interface Bin {
  readonly deleted: readonly AnnotationOut[]
  readonly hasMore: boolean
}

/** What lies in the bin of a market. @throws ApiError */
export async function readBin(market: MarketName | null): Promise<Bin> {
  if (market === null) return { deleted: [], hasMore: false }
  const { annotations, next } = await api.deletedAnnotations(market, BIN_PAGE)
  return { deleted: annotations.toReversed(), hasMore: next !== null && next !== undefined }
}

/** Brings one back with its test case, byte for byte, and selects it; Ctrl+Z deletes it again. */
export async function restore(id: string): Promise<void> {
  await attempt(async () => {
    const stepOf = (told: AnnotationOut) =>
      told.id === id && told.deleted_at === null
        ? ({ kind: 'annotations restored', ids: [id] } as const)
        : null
    await withStep(stepOf, async () => keepAnnotation(await api.restoreAnnotation(id)))
    store.set({ selected: id })
    say('Annotation restored, with its test case.', 'good')
  })
}
