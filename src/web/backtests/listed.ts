// The list of backtests: newest first, each once; and which of them can be held against one another. Pure.
import type { BacktestOut } from '../../contract/backtests.ts'

/** The list with `news` in it, in place of what was known of them. */
export function placed(list: readonly BacktestOut[], news: readonly BacktestOut[]): readonly BacktestOut[] {
  const ids = new Set(news.map(({ id }) => id))
  const places = new Map(list.map(({ id }, place) => [id, place]))
  if (news.length === 1 && news[0] !== undefined && places.has(news[0].id))
    return list.with(places.get(news[0].id) ?? 0, news[0])
  return [...list.filter(({ id }) => !ids.has(id)), ...news].toSorted(
    (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at),
  )
}

/** Others that are done, over the same span of the same market at the same costs: their figures stand beside those of `one`. */
export function besides(list: readonly BacktestOut[], one: BacktestOut): readonly BacktestOut[] {
  const terms = termsOf(one)
  const name = nameOf(one)
  const seen = new Set([name])
  return list.filter((other) => {
    const isOther = other.figures !== null && termsOf(other) === terms && !seen.has(nameOf(other))
    if (isOther) seen.add(nameOf(other))
    return isOther
  })
}

/** In what another one differs that stands beside it; null where it does not. */
export function differenceText(one: BacktestOut, other: BacktestOut): string | null {
  const differing = [
    one.seconds === other.seconds ? '' : 'seconds',
    JSON.stringify(one.barriers) === JSON.stringify(other.barriers) ? '' : 'targets',
  ].filter((word) => word !== '')
  return differing.length === 0 ? null : `other ${differing.join(' and ')}`
}

function nameOf({ model, checkpoint, include_trained: included }: BacktestOut): string {
  return `${model}@${checkpoint} ${included}`
}

function termsOf({ symbol, venue, from, to, fee_pct, slippage_pct }: BacktestOut): string {
  return JSON.stringify([symbol, venue, from, to, fee_pct, slippage_pct])
}
