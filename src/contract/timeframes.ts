// The state's vocabulary, said once for every room and the page: the timeframes of a market, those of a test case, and a case's shape.

/** Finest first. Each is composed of the one before it, so its length is a multiple of that one's. Open times are multiples since the epoch, UTC. */
export const TIMEFRAMES = ['1s', '1m', '1h', '1d'] as const
export type Timeframe = (typeof TIMEFRAMES)[number]

/** Length of one candle, ms. */
export const LENGTHS: Readonly<Record<Timeframe, number>> = {
  '1s': 1_000,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

/** Those of a market state, finest first: what a test case holds, what models read, what the page charts. Fixed: files and checkpoints name them. */
export const CASE_TIMEFRAMES = ['1s', '1m', '1h', '1d'] as const satisfies readonly Timeframe[]
export type CaseTimeframe = (typeof CASE_TIMEFRAMES)[number]

/** Candles of each timeframe in a market state. */
export const WINDOW = 100

/** What is told of a candle, in the order of the tensors. */
export const CANDLE_FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const
export const FIELDS = CANDLE_FIELDS.length

/** The name of a timeframe's candles in a test case and in the ONNX interface: [WINDOW, FIELDS] a state. */
export function tensorOf<T extends CaseTimeframe>(timeframe: T): `ohlcv_${T}` {
  return `ohlcv_${timeframe}`
}

export type TensorName = `ohlcv_${CaseTimeframe}`
/** In the order of the ONNX interface. */
export const TENSOR_NAMES: readonly TensorName[] = CASE_TIMEFRAMES.map((timeframe) => tensorOf(timeframe))

/** A table with what `make` says of each name. */
export function tableOf<K extends string, T>(names: readonly K[], make: (name: K) => T): Record<K, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>
}
