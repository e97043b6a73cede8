// Shows the market as of one second, its future hidden: for whatever is to be looked at as it was then.
import { board } from '../charts/board.ts'
import { attempt, store } from '../state/app-state.ts'
import { stopPlaying } from './play.ts'

/** All charts at `time`, UTC ms, everything later hidden, and nothing plays on from there. `call`: the id of the one that is looked at, if any. */
export async function showAsOf(time: number, call: string | null = null): Promise<void> {
  stopPlaying()
  store.set({ call, cursor: { time, follows: false, hidesFuture: true } })
  await attempt(() => board.reveal(time))
}
