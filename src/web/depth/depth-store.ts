// The order book's panel: open or not, and the books of the last seconds as of the cursor, read from the server or sent by it.
import { sameMarket } from '../../contract/market-name.ts'
import type { ConsolidatedBookOut, OrderBookOut } from '../../contract/order-book.ts'
import { api } from '../state/api.ts'
import { isShown, say, store, type AppState } from '../state/app-state.ts'
import { horizonOf } from '../state/horizon.ts'
import { createStore, useSelected } from '../state/store.ts'
import { STRIP_SECONDS, timeOf, withBook, type Books } from './books.ts'

interface DepthState {
  readonly isOpen: boolean
  /** Ascending; the last one is the book as of the cursor. */
  readonly books: Books
  /** Whether the books of all venues of the symbol are shown as one. */
  readonly isMerged: boolean
  /** That one as of the cursor; null until it is read. */
  readonly merged: ConsolidatedBookOut | null
  /** Why there is none, in the server's words; '' while it is being read. */
  readonly problem: string | null
}

const KEY = 'annotate.depth'
/** A moving cursor is followed once it rests. */
const REST = 120
/** With no book sent for this long, the server is asked why; again after as long. */
const SILENCE = 4000

const depth = createStore<DepthState>({
  isOpen: false,
  books: [],
  isMerged: false,
  merged: null,
  problem: '',
})

export function useDepth<T>(select: (state: DepthState) => T): T {
  return useSelected(depth, select)
}

/** D: opens or closes the panel; the browser remembers. */
export function toggleDepth(): void {
  const isOpen = !depth.get().isOpen
  depth.set({ isOpen, books: [], problem: '' })
  localStorage.setItem(KEY, isOpen ? 'open' : 'closed')
  if (isOpen) void read()
}

/** Shift D: one venue's book, or that of all venues of the symbol. */
export function toggleMerged(): void {
  const { isOpen, isMerged } = depth.get()
  if (!isOpen) toggleDepth()
  else if (!hasOtherVenues(store.get())) return say('No other venue of this symbol is here.')
  depth.set({ isMerged: isOpen ? !isMerged : true, merged: null })
  void readMerged()
}

/** Whether the symbol that is shown has other venues; simulated and real ones never meet. */
export function hasOtherVenues({ market, markets }: AppState): boolean {
  if (market === null) return false
  const alike = markets.filter((one) => one.symbol === market.symbol && one.simulated === market.simulated)
  return alike.length > 1
}

/** SSE `order_book`. */
export function keepOrderBook(book: OrderBookOut): void {
  const { market, cursor } = store.get()
  if (!depth.get().isOpen || !cursor.follows) return
  if (market === null || !sameMarket(book, market)) return
  const books = withBook(depth.get().books, book)
  if (books === null) void read()
  else depth.set({ books, problem: null })
  void readMerged()
}

/** Starts following the cursor, once. */
export function wireDepth(): void {
  depth.set({ isOpen: localStorage.getItem(KEY) === 'open' })
  let resting: ReturnType<typeof setTimeout> | undefined
  store.watch(({ market, cursor }, previous) => {
    if (!depth.get().isOpen || market === null) return
    if (horizonOf(cursor) < horizonOf(previous.cursor)) hideLater(horizonOf(cursor))
    const wasOther = previous.market === null || !sameMarket(market, previous.market)
    if (wasOther) depth.set({ books: [], merged: null, isMerged: false, problem: '' })
    const isOther = wasOther || cursor.follows !== previous.cursor.follows
    if (cursor.follows && !isOther) return askAfterSilence(cursor.time)
    if (!isOther && cursor.time === previous.cursor.time) return
    clearTimeout(resting)
    resting = setTimeout(() => void read(), REST)
  })
}

/** What is of later seconds goes at once; what is of the cursor is read when it rests. */
function hideLater(horizon: number): void {
  const { books, merged } = depth.get()
  const isLater = merged !== null && Date.parse(merged.timestamp) > horizon
  depth.set({ books: books.filter((book) => timeOf(book) <= horizon), merged: isLater ? null : merged })
}

let asked = 0

function askAfterSilence(now: number | null): void {
  const last = depth.get().books.at(-1)
  const isSilent = now !== null && (last === undefined || now - timeOf(last) > SILENCE)
  if (isSilent && performance.now() - asked > SILENCE) void read()
}

let reading = 0

/** Reads the strip's seconds as of the cursor; of the newest known where it goes along. The last call wins. */
async function read(): Promise<void> {
  const { market, cursor } = store.get()
  if (market === null) return
  const turn = ++reading
  asked = performance.now()
  const at = cursor.follows || cursor.time === null ? {} : { at: cursor.time }
  const { symbol, venue } = market
  const found = await api.orderBooks({ symbol, venue, seconds: STRIP_SECONDS, ...at }).then(
    (books) => ({ books, problem: null }),
    (error: unknown) => ({ books: [], problem: error instanceof Error ? error.message : String(error) }),
  )
  if (turn === reading && isShown(market) && depth.get().isOpen) depth.set(found)
  void readMerged()
}

let merging = 0

async function readMerged(): Promise<void> {
  const { market, cursor } = store.get()
  if (market === null || !depth.get().isMerged || !depth.get().isOpen) return
  const turn = ++merging
  const at = cursor.follows || cursor.time === null ? {} : { at: cursor.time }
  const found = await api.consolidatedBook({ symbol: market.symbol, ...at }).then(
    (merged) => ({ merged }),
    (error: unknown) => ({ merged: null, problem: error instanceof Error ? error.message : String(error) }),
  )
  if (turn === merging && isShown(market)) depth.set(found)
}
