// Ties the charts to the page: clicks become marks, state becomes a scene.
import { runningHere } from '../actions/live.ts'
import { select } from '../actions/annotations.ts'
import { dragTo, dropAt, letGo, takeHold } from '../actions/drag-mark.ts'
import { drawTo, dropStroke, finishDrawing, goWhereDrawing } from '../actions/draw-mark.ts'
import { lookUnder } from '../actions/loupe.ts'
import { clickCandle } from '../actions/place-mark.ts'
import { previewExit } from '../actions/step-mark.ts'
import { noteShown } from '../actions/shown.ts'
import { board } from '../charts/board.ts'
import { chartStore, noteChange } from '../charts/chart-state.ts'
import { watchFonts } from '../charts/stamps.ts'
import { lookSoon } from '../history/history-store.ts'
import { price as priceText } from '../state/format.ts'
import { say, store, type AppState } from '../state/app-state.ts'
import { horizonOf } from '../state/horizon.ts'
import { asSeen } from '../state/seen.ts'
import { sceneOf } from './scene-of.ts'

/** Connects the board and the store, once. */
export function wire(): void {
  board.events = {
    clicked: (timeframe, row, price) => {
      store.set({ focused: timeframe })
      if (!goWhereDrawing(timeframe, row)) clickCandle(timeframe, row, price)
    },
    missed: () => {
      if (store.get().market !== null) say('There is no candle here to mark.')
    },
    picked: (id) => void select(id),
    gripped: takeHold,
    dragged: dragTo,
    dropped: (timeframe, at) => void dropAt(timeframe, at),
    drawn: drawTo,
    finished: (timeframe, from, to) => void finishDrawing(timeframe, from, to),
    letGo: () => {
      if (!dropStroke()) letGo()
    },
    pointed: (at) => {
      chartStore.set({ pointer: at?.time ?? null, pointed: at?.timeframe ?? null })
      if (store.get().held === null) previewExit(at)
      lookUnder(at)
    },
    changed: (timeframe) => {
      noteChange(timeframe, undefined)
      lookSoon(timeframe)
    },
    painted: noteShown,
    failed: (timeframe, error) => {
      const text = error === null ? null : error instanceof Error ? error.message : 'Unknown error.'
      noteChange(timeframe, text)
    },
  }
  watchFonts()
  store.watch(titlePage)
  let isPlanned = false
  store.watch((state, before) => {
    // What may no longer be seen is gone before anything else is drawn.
    if (horizonOf(state.cursor) < horizonOf(before.cursor)) return hide(state)
    if (isPlanned) return
    isPlanned = true
    requestAnimationFrame(() => {
      isPlanned = false
      board.setScene(sceneOf(store.get()))
    })
  })
}

/** What was said before may be of what is hidden now. */
function hide(state: AppState): void {
  board.setScene(sceneOf(state))
  store.set({ notices: [] })
}

/** The tab's title: the price and what the model says, for when the page is behind others. */
function titlePage(whole: AppState): void {
  const seen = asSeen(whole)
  const { market, priceNow, digits, signals } = seen
  if (market === null) return
  const live = runningHere(seen)
  const signal = signals.find(({ session }) => session === live?.id)
  const call = signal === undefined ? '' : `${signal.action} `
  const now = priceNow === null ? '' : `${priceText(priceNow, digits)} `
  const title = `${call}${now}${market.symbol} · ANNOTATE`
  if (document.title !== title) document.title = title
}
