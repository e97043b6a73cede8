// Ctrl+D: a copy of the selected annotation in hand, as long and as far in percent, with its tags: at the cursor, or right after it.
import { SECOND } from '../state/timeframes.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { withBoth } from '../state/mark.ts'
import { heldOf } from '../marking/dragged.ts'
import { board } from '../charts/board.ts'
import { knownUntil, standAt } from './cursor.ts'
import { beginning } from './place-mark.ts'
import { priceSeenAt } from './price-seen.ts'

/** Enter saves it, Esc drops it. Its entry is the cursor's second; where that lies in the one copied, the second after its exit. */
export async function duplicateSelected(): Promise<void> {
  const { selected, annotations, cursor } = store.get()
  const annotation = annotations.find(({ id }) => id === selected)
  if (annotation === undefined) return
  const from = heldOf(annotation, performance.now())
  const [entry, exit] = [from.entry.time, (from.exit ?? from.entry).time]
  const at =
    cursor.time === null || (cursor.time >= entry && cursor.time <= exit) ? exit + SECOND : cursor.time
  const time = Math.ceil(at / SECOND) * SECOND
  const end = time + exit - entry
  if (end > (knownUntil() || Infinity))
    return say(
      'There is no room for the copy before the newest second: put the cursor where it is to go.',
      'warn',
    )
  await attempt(async () => {
    const [first, last] = [await priceSeenAt(time), await priceSeenAt(end)]
    if (first === null || last === null) return say('No 1s candles are stored there.', 'warn')
    const legs = [
      { time, price: first },
      { time: end, price: last },
    ] as const
    const { notes, tags } = annotation
    const copy = { ...withBoth(from, ...legs), ...beginning(legs[0]), editing: null, texts: { notes, tags } }
    store.set({ mark: { ...copy, active: 'whole' }, selected: null })
    await standAt(time, false)
    void attempt(() => board.revealSpan({ from: time, to: end }))
  })
}
