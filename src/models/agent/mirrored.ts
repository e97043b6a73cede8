// An agent's account and the values of its actions, for the market as it is and upside down: few products of small fixed matrices.
import { at } from '../../core/at.ts'
import { cast, clip, equal, log, maximum, mul, shift } from '../../nn/elementwise.ts'
import { matmul } from '../../nn/matmul.ts'
import { concat, reshape, slice } from '../../nn/shape.ts'
import { BATCH, constant, operation, scalar, type Value } from '../../nn/value.ts'
import { outputLayer } from './dueling.ts'

/** Limits of what a network is told of an account. */
const MOST_PNL = 20
const PNL_SCALE = 0.2
const HELD_SCALE = 0.2

/** By the sign of its position, how an account may stand: flat, long or short, each for three actions. */
const STANDINGS = constant([0, 0, 0, 1, 1, 1, -1, -1, -1], 'float32', [9])
const [LONG, SHORT, PNL, HELD_FOR] = [3, 6, 9, 10]

/** 1 where an account [batch, 3] stands so, else 0: [batch, 9]. */
function standing(account: Value): Value {
  const position = slice(account, 1, 0, 1)
  return cast(equal(operation('Sign', [position], 'float32', position.shape), STANDINGS), 'float32')
}

/** Of `standing`, P&L and the log of the seconds held: what is told of the market as it is, and of its mirror. */
const TOLD = columns([
  only(LONG, 1),
  only(SHORT, 1),
  only(PNL, PNL_SCALE),
  only(HELD_FOR, HELD_SCALE),
  only(SHORT, 1),
  only(LONG, 1),
  only(PNL, PNL_SCALE),
  only(HELD_FOR, HELD_SCALE),
])

/**
 * The account as a trader sees it who stands as the market is, and one who stands on their head: float32 [batch, 3] to
 * [batch, 2, 4]: whether the position goes along with an entry of this side, whether against it, unrealised P&L, log of
 * the seconds held.
 */
export function accountTwins(account: Value): Value {
  const pnl = clip(slice(account, 1, 1, 2), -MOST_PNL, MOST_PNL)
  const held = log(shift(maximum(slice(account, 1, 2, 3), scalar(0)), 1))
  const told = matmul(concat([standing(account), pnl, held], 1), TOLD)
  return reshape(told, [at(account.shape, 0), 2, 4])
}

/** Twins [batch, 2, n] as rows [2·batch, n], which a dense layer takes as they are; of an open batch they stay twins. */
export function twinRows(twins: Value): Value {
  const [batch, , n] = twins.shape as [number, number, number]
  return batch === BATCH ? twins : reshape(twins, [2 * batch, n])
}

/**
 * What an action is worth (Wang et al. 2016, eq. 9) of what a network puts out of the market as it is and upside down, entering, holding
 * and the state each: of holding and the state the mean, less the mean of the three advantages.
 */
const BUY = [2 / 3, -1 / 6, 1 / 2, -1 / 3, -1 / 6, 1 / 2]
const SELL = [-1 / 3, -1 / 6, 1 / 2, 2 / 3, -1 / 6, 1 / 2]
const HOLD = [-1 / 3, 1 / 3, 1 / 2, -1 / 3, 1 / 3, 1 / 2]
/** In a position the action of its own side does nothing, so it is worth what HOLD is. */
const FLAT = [BUY, SELL, HOLD]
const HELD = [HOLD, SELL, HOLD, BUY, HOLD, HOLD]

const NOTHING = HOLD.map(() => 0)
const OF_ONE = columns([...FLAT, ...HELD])
const OF_TWO = columns([
  ...FLAT.map((column) => [...column, ...NOTHING]),
  ...HELD.map((column) => [...NOTHING, ...column]),
])
/** The one of flat, long and short that an account is; the others are 0. */
const SUMMED = columns(
  [0, 1, 2].map((action) => [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => Number(i % 3 === action))),
)

/** Hidden units of the market as it is and upside down, [batch, 2, n] or their rows, and what their output layer is called. */
export interface Tower {
  readonly name: string
  readonly hidden: Value
}

/**
 * Values of BUY, SELL and HOLD [batch, 3]: the mirrored market in the mirrored position is worth the same, with BUY and SELL exchanged.
 * @param towers one for every account, or one for a flat account and one for a position
 */
export function mirroredValues(towers: readonly [Tower] | readonly [Tower, Tower], account: Value): Value {
  const batch = at(account.shape, 0)
  const outputs = towers.map(({ name, hidden }) => reshape(outputLayer(name, hidden, 3), [batch, 6]))
  const all = matmul(concat(outputs, 1), towers.length === 1 ? OF_ONE : OF_TWO)
  return matmul(mul(all, standing(account)), SUMMED)
}

function only(row: number, value: number): number[] {
  return Array.from({ length: 11 }, (_, i) => (i === row ? value : 0))
}

function columns(list: readonly (readonly number[])[]): Value {
  const rows = at(list, 0).map((_, row) => list.map((column) => at(column, row)))
  return constant(rows.flat(), 'float32', [rows.length, list.length])
}
