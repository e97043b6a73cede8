// What a run is trained on, kept beside its jobs: a run that goes on is trained on what it began with, whatever changed since.
import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { AppError } from '../../core/errors.ts'
import { readOwnFile, writeFileWhole } from '../../core/files.ts'
import { marketData, stretchOf, type MarketData, type Stretch, type TrainingData } from './training-data.ts'

/** Plain values: targets and bars follow from the rest. */
type FrozenStretch = Omit<Stretch, 'bars'>
type FrozenMarket = Omit<MarketData, 'targets' | 'stretches'> & {
  readonly stretches: readonly FrozenStretch[]
}
type Frozen = Omit<TrainingData, 'markets' | 'unlabelled'> & {
  readonly markets: readonly FrozenMarket[]
  readonly unlabelled?: readonly FrozenStretch[]
}

const HASH_BYTES = 32

/** Writes it whole: the hash of what follows, then the values as V8 serializes them. */
export async function freeze(path: string, data: TrainingData): Promise<void> {
  const body = packed(data)
  await writeFileWhole(path, Buffer.concat([sha256(body), body]))
}

/** The values as V8 serializes them. */
export function packed({ markets, unlabelled, ...rest }: TrainingData): Buffer {
  const frozen: Frozen = {
    ...rest,
    markets: markets.map(frozenMarket),
    ...(unlabelled === undefined ? {} : { unlabelled: unlabelled.map(frozenStretch) }),
  }
  return serialize(frozen)
}

/**
 * Null where nothing was frozen yet.
 * @throws AppError `unreadable_training_state`
 */
export async function thaw(path: string): Promise<TrainingData | null> {
  const bytes = await readOwnFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (bytes === null) return null
  const body = bytes.subarray(HASH_BYTES)
  if (!sha256(body).equals(bytes.subarray(0, HASH_BYTES))) throw unreadable(path)
  return unpacked(body)
}

/** What `packed` gave. */
export function unpacked(body: Uint8Array): TrainingData {
  const { markets, unlabelled, ...rest } = deserialize(body) as Frozen
  return {
    ...rest,
    markets: markets.map(thawedMarket),
    ...(unlabelled === undefined ? {} : { unlabelled: unlabelled.map(thawedStretch) }),
  }
}

function frozenMarket({ targets: _targets, stretches, ...rest }: MarketData): FrozenMarket {
  return { ...rest, stretches: stretches.map(frozenStretch) }
}

function thawedMarket({ stretches, ...market }: FrozenMarket): MarketData {
  return marketData({ ...market, stretches: stretches.map(thawedStretch) })
}

function frozenStretch({ bars: _bars, ...stretch }: Stretch): FrozenStretch {
  return stretch
}

function thawedStretch(stretch: FrozenStretch): Stretch {
  return { ...stretch, ...stretchOf(stretch.slice, stretch.range) }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function unreadable(path: string): AppError {
  return new AppError(
    'unreadable_training_state',
    `The saved training data ${path} can not be read: it was cut off or changed. Start the run again.`,
    { status: 409 },
  )
}
