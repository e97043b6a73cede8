// Which server follows which market: each takes free ones up to its fair share, and whoever has two fewer than another asks that one for one. Nothing else moves.

/** A market that is followed, as a server sees it. */
export interface SharedMarket {
  readonly key: string
  /** The server that has it; null: it is free. */
  readonly holder: string | null
  /** Since when this server has seen it free, ms. */
  readonly freeFor: number
  /** The server that asks for it. */
  readonly wantedBy: string | null
}

export interface Asking {
  /** This server. */
  readonly me: string
  /** Servers that are there, this one among them, in any order. */
  readonly places: readonly string[]
  /** Whether this server could follow a market. */
  readonly canTake: (key: string) => boolean
}

/** What a server does about it, by keys. */
export interface Share {
  readonly take: readonly string[]
  readonly give: string | null
  /** Of another's: one that it asks for. */
  readonly want: string | null
}

/** One that is free for longer is taken by whoever can: those whose share it would be can not. */
export const LEFT_OVER_MS = 1_500
/** A difference that moving a market makes smaller. */
const UNEVEN = 2

/** A fair share is all markets by all servers, rounded up. */
export function shareOf(markets: readonly SharedMarket[], asking: Asking): Share {
  const counts = countsOf(markets, asking.places)
  return {
    take: toTake(markets, counts, asking),
    give: toGive(markets, counts, asking),
    want: toWant(markets, counts, asking),
  }
}

function countsOf(markets: readonly SharedMarket[], places: readonly string[]): Map<string, number> {
  const held = (place: string): number => markets.filter(({ holder }) => holder === place).length
  return new Map(places.map((place) => [place, held(place)]))
}

function toTake(
  markets: readonly SharedMarket[],
  counts: ReadonlyMap<string, number>,
  { me, places, canTake }: Asking,
): string[] {
  const isLeft = ({ wantedBy, freeFor }: SharedMarket): boolean =>
    wantedBy === null || wantedBy === me || !counts.has(wantedBy) || freeFor > LEFT_OVER_MS
  const free = markets.filter((each) => each.holder === null && canTake(each.key) && isLeft(each))
  const more = Math.ceil(markets.length / places.length) - (counts.get(me) ?? 0)
  // Servers that look at the same moment begin at different ones.
  const begin = Math.floor((places.toSorted().indexOf(me) * free.length) / places.length)
  const inTurn = [...free.slice(begin), ...free.slice(0, begin)]
  const left = inTurn.slice(Math.max(0, more)).filter(({ freeFor }) => freeFor > LEFT_OVER_MS)
  return [...inTurn.slice(0, Math.max(0, more)), ...left].map(({ key }) => key)
}

/** One at a time: what that changes is looked at first. */
function toGive(
  markets: readonly SharedMarket[],
  counts: ReadonlyMap<string, number>,
  { me }: Asking,
): string | null {
  const own = counts.get(me) ?? 0
  const isAsked = ({ holder, wantedBy }: SharedMarket): boolean =>
    holder === me && wantedBy !== null && own - (counts.get(wantedBy) ?? own) >= UNEVEN
  return markets.find(isAsked)?.key ?? null
}

/** One at a time; while some are free nobody asks: those go first. */
function toWant(
  markets: readonly SharedMarket[],
  counts: ReadonlyMap<string, number>,
  { me, canTake }: Asking,
): string | null {
  const own = counts.get(me) ?? 0
  const excess = ({ holder }: SharedMarket): number => (counts.get(holder ?? '') ?? 0) - own
  const isFor = ({ key, wantedBy }: SharedMarket): boolean =>
    (wantedBy === null || wantedBy === me || !counts.has(wantedBy)) && canTake(key)
  if (markets.some(({ holder }) => holder === null)) return null
  const found = markets.filter((each) => excess(each) >= UNEVEN && isFor(each))
  const asked = found.find(({ wantedBy }) => wantedBy === me)
  return (asked ?? found.toSorted((a, b) => excess(b) - excess(a))[0])?.key ?? null
}
