// Playing the past with the future hidden: the cursor goes on by itself, and the whole page with it.
import { board } from '../charts/board.ts'
import { SPEEDS, dueAfter, speedBeside } from '../marking/pace.ts'
import { say, store } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { createStore } from '../state/store.ts'
import { SECOND } from '../state/timeframes.ts'
import { walk } from './step-mark.ts'

interface Playing {
  readonly isPlaying: boolean
  /** Seconds of the market in one of the trader's. */
  readonly speed: number
}

export const playing = createStore<Playing>({ isPlaying: false, speed: SPEEDS[0] })

/** So often the cursor is moved at most: from 10× on by several seconds at once. */
const EVERY = 100

let timer: ReturnType<typeof setInterval> | undefined

/** Space: plays from the cursor on, or stops. */
export function togglePlay(): void {
  if (playing.get().isPlaying) return stopPlaying()
  let looked = performance.now()
  let owed = 0
  let isWalking = false
  playing.set({ isPlaying: true })
  timer = setInterval(() => {
    const now = performance.now()
    const due = dueAfter(owed, now - looked, playing.get().speed)
    looked = now
    if (!isBlind(store.get().cursor)) return stopPlaying()
    owed = due.owed
    // What the page still reads is not overtaken.
    if (due.seconds === 0 || isWalking) return
    isWalking = true
    void goOn(due.seconds * SECOND).finally(() => (isWalking = false))
  }, EVERY)
}

async function goOn(ms: number): Promise<void> {
  const { time } = store.get().cursor
  if (time === null || time < board.latest) return walk(ms)
  stopPlaying()
  say('The newest second is reached: there is nothing more to play.')
}

/** The cursor stays where it is. */
export function stopPlaying(): void {
  clearInterval(timer)
  playing.set({ isPlaying: false })
}

/** The next faster or slower speed. */
export function changeSpeed(delta: 1 | -1): void {
  playing.set({ speed: speedBeside(playing.get().speed, delta) })
}
