// What is exported, as plain values: the same here and at a worker.
import { deserialize, serialize } from 'node:v8'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { marketKey } from '../../contract/market-name.ts'
import type { EpochMs } from '../../core/time.ts'
import type { CandleFormat } from '../../market/exporting/candles.ts'
import type { Gap } from '../../market/gap.ts'
import type { Timeframe } from '../../market/timeframe.ts'
import type { Market } from '../../market/types.ts'
import { packed, unpacked } from '../../training/data/frozen-data.ts'
import type { TrainingData } from '../../training/data/training-data.ts'

export const FORMATS = ['json', 'csv', 'parquet', 'npz', 'label-studio'] as const
export type Format = (typeof FORMATS)[number]

interface Marks {
  readonly what: 'marks'
  /** Of a folder; a file's is said by its name. */
  readonly format: Format
  readonly annotations: readonly AnnotationOut[]
  /** Of these annotations, where the file or folder holds any. */
  readonly cases: readonly TestCaseFile[]
}

interface Candles {
  readonly what: 'candles'
  readonly format: CandleFormat
  readonly market: Market
  readonly timeframe: Timeframe
  /** Candles that close later are left out. */
  readonly asOf: EpochMs
  readonly from?: EpochMs
  readonly to?: EpochMs
}

interface TrainingSet {
  readonly what: 'training-set'
  readonly seed: number
  readonly data: TrainingData
}

export type Export = Marks | Candles | TrainingSet

/** What there is to tell of it; of marks nothing that was not known before. */
export interface ExportReport {
  readonly rows?: number
  readonly gaps?: readonly Gap[]
}

/** Markets that are read for it. */
export function marketsOf(one: Export): Market[] {
  if (one.what === 'candles') return [one.market]
  if (one.what !== 'marks' || one.format !== 'label-studio') return []
  const markets = one.annotations.map(({ venue, symbol }) => ({ venue, symbol }))
  return [...new Map(markets.map((market) => [marketKey(market), market])).values()]
}

export function pack(one: Export): Buffer {
  return serialize(one.what === 'training-set' ? { ...one, data: packed(one.data) } : one)
}

/** What `pack` gave. */
export function unpack(bytes: Uint8Array): Export {
  const one = deserialize(bytes) as Marks | Candles | (Omit<TrainingSet, 'data'> & { data: Uint8Array })
  return one.what === 'training-set' ? { ...one, data: unpacked(one.data) } : one
}
