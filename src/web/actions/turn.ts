// To the seconds at which the price turns, for the cursor or what of the mark the arrow keys move.
import { board } from '../charts/board.ts'
import { AROUND, turnBeside } from '../marking/turns.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { movedLeg } from '../state/mark.ts'
import { MINUTE, SECOND } from '../state/timeframes.ts'
import { knownUntil } from './cursor.ts'
import { step } from './step-mark.ts'

/** How far a turn is looked for, ms. */
const REACH = 15 * MINUTE

/** 7 and 8: to the turn of the price before, or to the next, as a step of so many seconds. */
export async function stepToTurn(direction: 1 | -1): Promise<void> {
  const { mark, cursor } = store.get()
  const leg = mark === null ? null : movedLeg(mark)
  const from = leg?.time ?? cursor.time
  if (from === null) return
  await attempt(async () => {
    const around = AROUND * SECOND
    const [first, last] = direction === 1 ? [from - around, from + REACH] : [from - REACH, from + around]
    const rows = await board.read('1s', first - SECOND, Math.min(last, knownUntil() || Infinity))
    const turn = turnBeside(rows, from, direction)
    if (turn === null) return say(nothing(direction), 'warn')
    await step(turn - from)
  })
}

function nothing(direction: 1 | -1): string {
  const { cursor } = store.get()
  if (direction === 1 && isBlind(cursor))
    return 'No turn of the price is known after this second: the future is hidden.'
  return `The price does not turn in the quarter of an hour ${direction === 1 ? 'after' : 'before'} this second, as far as it is stored.`
}
