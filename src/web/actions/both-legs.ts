// Moving a mark whole by the arrow keys.
import { say, store, attempt } from '../state/app-state.ts'
import { refusalOf, withBoth, withBothLegs } from '../state/mark.ts'
import { knownUntil, standAt } from './cursor.ts'
import { priceSeenAt } from './price-seen.ts'

/** Both legs by `delta` ms, as far as there are seconds. */
export async function stepBoth(delta: number): Promise<void> {
  const { mark } = store.get()
  if (mark === null || mark.exit === null) return
  const known = knownUntil() || Infinity
  const by = Math.min(delta, known - mark.exit.time)
  const [from, to] = [mark.entry.time + by, mark.exit.time + by]
  await attempt(async () => {
    const [entry, exit] = [await priceSeenAt(from), await priceSeenAt(to)]
    if (entry === null || exit === null) return say('No 1s candles are stored there.', 'warn')
    const now = store.get().mark
    if (now?.entry !== mark.entry || now.exit !== mark.exit) return
    const legs = [
      { time: from, price: entry },
      { time: to, price: exit },
    ] as const
    const refusal = refusalOf(null, 'entry', legs[0])
    if (refusal !== null) return say(refusal, 'warn')
    store.set({ mark: withBoth(now, ...legs) })
    void attempt(() => standAt(from))
  })
}

/** Shift E: the arrow keys move both legs, or the entry alone. */
export function moveBoth(): void {
  const { mark } = store.get()
  if (mark === null) return
  if (mark.exit === null) return say('Choose the exit first: then both can be moved.')
  store.set({ mark: withBothLegs(mark) })
  void standAt(mark.entry.time)
}
