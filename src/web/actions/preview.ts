// What the instant model would call, out of fold, as of the marks now: kept up to date while it is shown.
import type { PreviewOut } from '../../contract/preview.ts'
import { api } from '../state/api.ts'
import { isShown, say, store } from '../state/app-state.ts'
import { reread } from '../state/reread.ts'

const KEY = 'annotate.preview'

/** Whether the trader wants it; yes until it was switched off. */
export function recallPreview(storage: Pick<Storage, 'getItem'>): boolean {
  return storage.getItem(KEY) !== 'off'
}

export function keepPreview(preview: PreviewOut): void {
  if (isShown(preview) && preview.pattern === null) store.set({ preview, isPreviewOld: false })
}

/** A mark or a reviewed span changed: what is shown is of before. */
export function agePreview(): void {
  if (store.get().preview !== null) store.set({ isPreviewOld: true })
}

export function refreshPreview(): void {
  const { market, showsPreview } = store.get()
  if (market === null || !showsPreview) return
  reread('preview of the instant model', async () => keepPreview(await api.preview(market)))
}

export function togglePreview(): void {
  const showsPreview = !store.get().showsPreview
  localStorage.setItem(KEY, showsPreview ? 'on' : 'off')
  store.set({ showsPreview, preview: null })
  say(
    showsPreview
      ? 'What instant has learnt is shown after every mark.'
      : 'What instant has learnt is hidden; the server does not make it either.',
  )
  refreshPreview()
}
