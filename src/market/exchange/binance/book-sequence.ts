// Binance's own rules for keeping a local order book ("How to manage a local order book correctly"), spot and futures.
import type { BookDiff } from '../../book/message.ts'
import type { SequenceRule } from '../../book/synchronizer.ts'

/**
 * Spot numbers every change, without holes: drop u ≤ lastUpdateId, the first diff has U ≤ lastUpdateId + 1 ≤ u, each next one
 * U = previous u + 1. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 */
export const binanceSpot: SequenceRule = {
  name: 'binance-spot',
  isBefore: (diff, snapshotId) => diff.lastUpdateId <= snapshotId,
  joins: (diff, snapshotId) => diff.firstUpdateId <= snapshotId + 1 && diff.lastUpdateId > snapshotId,
  follows: (diff, previousId) => diff.firstUpdateId === previousId + 1,
}

/**
 * Futures share their numbers among symbols, so that U leaves holes and pu names the diff before: drop u < lastUpdateId, the first diff has
 * U ≤ lastUpdateId ≤ u, or pu = lastUpdateId (the snapshot was taken right after the diff before it); each next one pu = previous u.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
 */
export const binanceFutures: SequenceRule = {
  name: 'binance-futures',
  isBefore: (diff, snapshotId) => diff.lastUpdateId < snapshotId,
  joins: (diff, snapshotId) =>
    (diff.firstUpdateId <= snapshotId && diff.lastUpdateId >= snapshotId) ||
    diff.previousUpdateId === snapshotId,
  follows: (diff, previousId) => diff.previousUpdateId === previousId && diff.lastUpdateId > previousId,
}

/** The rule that a diff's fields belong to: futures send pu, spot does not. */
export function binanceRuleOf(diff: BookDiff): SequenceRule {
  return diff.previousUpdateId === null ? binanceSpot : binanceFutures
}
