// Stop and target as they are typed or proposed: of the mark in hand at once, of a saved annotation by one request.
import { levelAt, typedLevel, type LevelName } from '../../contract/levels.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { directionOf, type Mark } from '../state/mark.ts'
import { heldOf, withLevel } from '../marking/dragged.ts'
import { bodyOfSaved, keepAnnotation } from './annotations.ts'
import { replacing, withStep } from './awaited-steps.ts'

/** The mark in hand, else the selected annotation as one; null without either. */
export function plannedMark(): Mark | null {
  const { mark, selected, annotations } = store.get()
  if (mark !== null) return mark
  const saved = annotations.find(({ id }) => id === selected)
  return saved === undefined ? null : heldOf(saved, performance.now())
}

/** Takes what was typed: a price, a distance such as `0.4 %`, or nothing for none. False where it is none of these; why is said. */
export async function setLevel(name: LevelName, text: string): Promise<boolean> {
  const mark = plannedMark()
  const direction = mark === null ? null : directionOf(mark)
  if (mark === null) return false
  if (direction === null) return refuse('Choose the exit first: it says whether this is a long or a short.')
  const price = text.trim() === '' ? null : rounded(typedLevel(text, name, direction, mark.entry.price))
  if (Number.isNaN(price))
    return refuse(`“${text}” is no ${name}: type a price, or its distance from the entry, such as 0.4 %.`)
  return keepLevel(name, price, mark)
}

/** Where there is none yet: a stop half the move away, a target where the exit is. */
export async function proposeLevel(name: LevelName): Promise<boolean> {
  const mark = plannedMark()
  const direction = mark === null ? null : directionOf(mark)
  const exit = mark?.exit ?? mark?.preview ?? null
  if (mark === null || direction === null || exit === null)
    return refuse('Choose the exit first: stop and target are measured by the move.')
  const move = (Math.abs(exit.price - mark.entry.price) / mark.entry.price) * 100
  const pct = (name === 'stop' ? move / 2 : move) || 0.1
  return keepLevel(name, rounded(levelAt(name, direction, mark.entry.price, pct)), mark)
}

async function keepLevel(name: LevelName, price: number | null, mark: Mark): Promise<boolean> {
  const { mark: next, fault } = withLevel(mark, name, price)
  if (fault !== null) return refuse(fault)
  const { editing } = mark
  if (store.get().mark === mark) {
    store.set({ mark: next })
    return true
  }
  if (editing === null || editing[`${name}_price`] === price) return true
  return attempt(async () => {
    const body = { ...bodyOfSaved(editing), [`${name}_price`]: price }
    await withStep(replacing('annotation adjusted', editing, bodyOfSaved), async () =>
      keepAnnotation(await api.replaceAnnotation(editing.id, body)),
    )
  })
}

function refuse(words: string): false {
  say(words, 'warn')
  return false
}

/** To the market's decimals. */
function rounded(price: number): number {
  return Number(price.toFixed(store.get().digits))
}
