// A market's annotations and the states of their test cases onto the page, newest first, a page at a time.
import type { MarketName } from '../../contract/market-name.ts'
import { Reading } from '../state/annotation-pages.ts'
import { api } from '../state/api.ts'
import { isShown, store } from '../state/app-state.ts'
import { ApiError } from '../state/request.ts'
import { sayUnread } from '../state/reread.ts'

/** Annotations of one page. */
const PAGE = 500
const RETRY = 2000

/** The reading under way, or the last one: what events tell is noted in it. */
let reading = new Reading()

export function noteAnnotation(id: string): void {
  reading.noteAnnotation(id)
}

export function noteCase(annotationId: string): void {
  reading.noteCase(annotationId)
}

/** Resolves once the newest page is shown; older ones follow by themselves, and `isReadingOlder` says so until all are here. */
export async function readAnnotations(market: MarketName): Promise<void> {
  const own = new Reading()
  reading = own
  const next = await readPage(own, market, undefined)
  void readOlder(own, market, next)
}

/** Another market, or another reading of this one, ends it. A page that could not be read is tried again. */
async function readOlder(own: Reading, market: MarketName, from: string | null): Promise<void> {
  let next = from
  while (next !== null && isWanted(own, market)) {
    try {
      next = await readPage(own, market, next)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'gone') return
      sayUnread('older annotations', error)
      await new Promise((resolve) => setTimeout(resolve, RETRY))
    }
  }
}

function isWanted(own: Reading, market: MarketName): boolean {
  return reading === own && isShown(market)
}

/** Where the next page goes on; null after the last, or where nobody wants it any more. */
async function readPage(
  own: Reading,
  market: MarketName,
  before: string | undefined,
): Promise<string | null> {
  const page = { limit: PAGE, ...(before === undefined ? {} : { before }) }
  const [marks, cases] = await Promise.all([api.annotations(market, page), api.testCases(market, page)])
  if (!isWanted(own, market)) return null
  const next = marks.next ?? null
  const { annotations, testCases } = store.get()
  store.set({
    annotations: own.withPage(annotations, marks.annotations, next === null),
    testCases: own.withCases(testCases, cases.test_cases),
    isReadingOlder: next !== null,
  })
  return next
}
