// What a backtest and the processes that score for it tell each other. Both are started from the same files.
import type { ChangeMark } from '../market/store/changes-since.ts'
import type { TimeRange } from '../market/types.ts'
import type { BacktestOrder } from './order.ts'

export type ToScorer =
  | { readonly kind: 'order'; readonly order: BacktestOrder }
  | { readonly kind: 'score'; readonly block: TimeRange }

/** Its networks are open: what it is handed from now on is begun at once. */
interface ScorerReady {
  readonly kind: 'ready'
}

/** A block is scored: `bytes` of `KnownParts`; `mark`: how far the market had changed before it was read. */
export interface Scored {
  readonly kind: 'scored'
  readonly block: TimeRange
  readonly mark: ChangeMark
  readonly bytes: Uint8Array
}

export type FromScorer = ScorerReady | Scored

const TO: readonly string[] = ['order', 'score'] satisfies readonly ToScorer['kind'][]
const FROM: readonly string[] = ['ready', 'scored'] satisfies readonly FromScorer['kind'][]

/** @throws TypeError when it is none of ours */
export function parseToScorer(message: unknown): ToScorer {
  if (TO.includes(kindOf(message))) return message as ToScorer
  throw new TypeError(`unknown message to a scoring process: ${kindOf(message)}`)
}

/** @throws TypeError when it is none of ours */
export function parseFromScorer(message: unknown): FromScorer {
  if (FROM.includes(kindOf(message))) return message as FromScorer
  throw new TypeError(`unknown message of a scoring process: ${kindOf(message)}`)
}

function kindOf(message: unknown): string {
  return typeof message === 'object' && message !== null && 'kind' in message
    ? String(message.kind)
    : 'of no kind'
}
