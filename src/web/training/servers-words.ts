// Which servers share the PostgreSQL, in words: who the owner is, and which markets each has.
import type { HealthOut } from '../../contract/market.ts'

type Health = Pick<HealthOut, 'data_sources'> & {
  readonly database: Pick<HealthOut['database'], 'owner' | 'is_owner'>
}

export interface ServerWords {
  /** `machine:folder`; null: the markets that nobody has now. */
  readonly place: string | null
  /** The machine; with its folder's name where several are on one. */
  readonly name: string
  readonly does: string
}

/** The owner first. Those that have no market and are not the owner are not known of. None where one server has all. */
export function serversOf({
  database: { owner, is_owner: isThis },
  data_sources: sources,
}: Health): ServerWords[] {
  const places = [...new Set([owner, ...sources.map(({ server }) => server)])]
  const known = places.filter((place) => place !== null)
  if (owner === null || (known.length < 2 && isThis)) return []
  return places.map((place) => {
    const markets = sources.filter(({ server }) => server === place).map(({ symbol }) => symbol)
    const role = place === owner ? [isThis ? 'owner, this server' : 'owner'] : []
    return {
      place,
      name: nameOf(place, known),
      does: [...role, markets.join(', ') || 'no market'].join(' · '),
    }
  })
}

function nameOf(place: string | null, places: readonly string[]): string {
  if (place === null) return 'nobody'
  const names = places.map((other) => [machineOf(other), `${machineOf(other)} (${folderOf(other)})`])
  const own = [machineOf(place), `${machineOf(place)} (${folderOf(place)})`]
  return own.find((name, i) => names.filter((each) => each[i] === name).length === 1) ?? place
}

function machineOf(place: string): string {
  return place.slice(0, place.indexOf(':'))
}

function folderOf(place: string): string {
  return /[^/\\]*$/.exec(place)?.[0] ?? ''
}
