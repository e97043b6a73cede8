// Missing minutes in the pieces in which rows are made: the same here and where another machine makes them.
import { marketKey } from '../contract/market-name.ts'
import { MINUTE, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { WantedMinute } from './wanted.ts'

/** Minutes that are made at once: a tenth of a second. */
const PIECE = 10

/** Rows that are being made elsewhere. */
export interface HandedOut {
  readonly market: Market
  /** The instants of each piece, ascending. */
  readonly pieces: readonly (readonly EpochMs[])[]
  /** Rows as of this instant and later ones saw what changed since it was handed out: they are not taken. */
  seenFrom: number
}

/** The first minutes that are due, as far as they belong to one stretch. */
export function pieceOf(due: readonly WantedMinute[]): WantedMinute[] {
  const [first] = due
  if (first === undefined) return []
  const end = due.findIndex(
    ({ market, minute }, i) =>
      i >= PIECE || marketKey(market) !== marketKey(first.market) || minute !== first.minute - i * MINUTE,
  )
  return due.slice(0, end === -1 ? due.length : end)
}

/** The first pieces that are due, in groups of one market and some `minutes` each; at most `most` groups. */
export function groupsOf(due: readonly WantedMinute[], minutes: number, most: number): WantedMinute[][][] {
  const groups: WantedMinute[][][] = []
  let size = 0
  for (let rest = due; rest.length > 0;) {
    const piece = pieceOf(rest)
    const group = groups.at(-1)
    if (group === undefined || size >= minutes || !isOf(group, piece)) {
      if (groups.length === most) break
      groups.push([piece])
      size = 0
    } else group.push(piece)
    size += piece.length
    rest = rest.slice(piece.length)
  }
  return groups
}

function isOf(group: readonly WantedMinute[][], piece: readonly WantedMinute[]): boolean {
  const [known, first] = [group[0]?.[0], piece[0]]
  return known !== undefined && first !== undefined && marketKey(known.market) === marketKey(first.market)
}
