// What the page's address says of it: the market, the instant, what each chart shows, what is selected and open. Pure.
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { intervalIn, intervalOf, type Interval, type Intervals } from './interval.ts'
import { STACK, layoutIn, layoutText, type Layout } from './layout.ts'
import { TIMEFRAMES, type Timeframe } from './timeframes.ts'

/** Dialogs that say something by themselves; those that ask for something are not kept. */
const DIALOGS = ['case', 'validation', 'models', 'backtests', 'data-set', 'guide'] as const
export type KeptDialog = (typeof DIALOGS)[number]

export interface Address {
  readonly market: MarketName | null
  /** The as-of cursor, UTC ms, a whole second; null: along with the newest second. */
  readonly at: number | null
  /** The future is hidden. */
  readonly hidden: boolean
  /** Id of an annotation. */
  readonly selected: string | null
  readonly dialog: KeptDialog | null
  /** Id of the training run whose result is shown. */
  readonly run: string | null
  readonly maximised: Timeframe | null
  readonly layout: Layout
  /** What the third and the fourth chart show: `15m`; null where that is their own. */
  readonly third: string | null
  readonly fourth: string | null
  /** Stretches that the charts show, whole seconds, UTC ms; along with the newest second only their length counts. */
  readonly views: ReadonlyMap<Timeframe, { readonly from: number; readonly to: number }>
}

export const NOWHERE: Address = {
  market: null,
  at: null,
  hidden: false,
  selected: null,
  dialog: null,
  run: null,
  maximised: null,
  layout: STACK,
  third: null,
  fourth: null,
  views: new Map(),
}

/** From here on going elsewhere is a step that the browser's Back takes back, ms of the market's time. */
const FAR = 600_000

/** The part of the address after `#`. A market that follows has views of the same lengths, so that it does not change each second. */
export function hashOf(address: Address): string {
  const { market, at, hidden, selected, dialog, run, maximised, views } = address
  const parts = new URLSearchParams()
  if (market !== null) parts.set('market', `${market.venue} ${market.symbol}`)
  if (at !== null) parts.set('at', new Date(at).toISOString().replace('.000Z', 'Z'))
  if (hidden) parts.set('future', 'hidden')
  if (selected !== null) parts.set('selected', selected)
  if (dialog !== null) parts.set('show', dialog)
  if (run !== null) parts.set('run', run)
  if (maximised !== null) parts.set('alone', maximised)
  for (const [name, text] of chartsOf(address)) if (text !== null) parts.set(name, text)
  for (const [timeframe, { from, to }] of views) {
    const [first, length] = [Math.round(from / 1000), Math.round((to - from) / 1000)]
    parts.set(timeframe, at === null ? String(length) : `${first}+${length}`)
  }
  return parts.size === 0 ? '' : `#${parts.toString()}`
}

function chartsOf({ layout, third, fourth }: Address): readonly (readonly [string, string | null])[] {
  return [
    ['layout', layoutText(layout)],
    ['third', third],
    ['fourth', fourth],
  ]
}

/** What cannot be read of it is as if it were not there: an address is typed and cut by people. */
export function addressIn(hash: string): Address {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const at = instantIn(parts.get('at'))
  return {
    market: marketIn(parts.get('market')),
    at,
    hidden: at !== null && parts.get('future') === 'hidden',
    selected: parts.get('selected'),
    dialog: keptDialog(parts.get('show')),
    run: parts.get('run'),
    maximised: TIMEFRAMES.find((name) => name === parts.get('alone')) ?? null,
    layout: layoutIn(parts.get('layout')),
    third: otherIn(parts.get('third'), '1h'),
    fourth: otherIn(parts.get('fourth'), '1d'),
    views: new Map(
      TIMEFRAMES.flatMap((name) => {
        const view = viewIn(parts.get(name))
        return view === null ? [] : [[name, view] as const]
      }),
    ),
  }
}

export function keptDialog(dialog: string | null): KeptDialog | null {
  return DIALOGS.find((name) => name === dialog) ?? null
}

/** Whether getting from one to the other is a step of its own, not a walk of the cursor. */
export function isStep(from: Address, to: Address): boolean {
  if (from.market === null || to.market === null) return from.market !== to.market
  return (
    !sameMarket(from.market, to.market) ||
    from.hidden !== to.hidden ||
    from.selected !== to.selected ||
    from.dialog !== to.dialog ||
    isFar(from.at, to.at)
  )
}

function isFar(from: number | null, to: number | null): boolean {
  if (from === null || to === null) return from !== to
  return Math.abs(from - to) >= FAR
}

function instantIn(text: string | null): number | null {
  const instant = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(instant) ? null : Math.floor(instant / 1000) * 1000
}

function marketIn(text: string | null): MarketName | null {
  const [, venue, symbol] = /^(\S+) (\S.*)$/.exec(text ?? '') ?? []
  return venue === undefined || symbol === undefined ? null : { venue, symbol }
}

/** The name of an interval that is not the place's own; null otherwise. */
function otherIn(text: string | null, own: Timeframe): string | null {
  const interval = text === null ? null : intervalIn(text)
  return interval === null || 'refusal' in interval || interval.name === own ? null : interval.name
}

/** What an address says of the charts' candles. */
export function intervalsOf({ third, fourth }: Pick<Address, 'third' | 'fourth'>, now: Intervals): Intervals {
  return { ...now, '1h': named(third, '1h', now), '1d': named(fourth, '1d', now) }
}

/** The one that is there already where it is the same: a chart is made anew for another. */
function named(name: string | null, place: Timeframe, now: Intervals): Interval {
  if ((name ?? place) === now[place].name) return now[place]
  const interval = name === null ? intervalOf(place) : intervalIn(name)
  return 'refusal' in interval ? intervalOf(place) : interval
}

function viewIn(text: string | null): { from: number; to: number } | null {
  // A plus sign that was not escaped is a blank to a reader of addresses.
  const [, first = '0', length] = /^(?:(\d{1,11})[+ ])?(\d{1,11})$/.exec(text ?? '') ?? []
  if (length === undefined || Number(length) === 0) return null
  const from = Number(first) * 1000
  return { from, to: from + Number(length) * 1000 }
}
