// The section of docs/few-labels.md on real seconds: what was learnt of visible patterns, and, apart from it, what calls earned.
import { mean } from '../../../src/training/evaluation/enough.ts'
import type { CellStore, Measured, RealName } from '../cells.ts'
import { markdown, spread, type ReportOptions } from '../report.ts'
import { MODELS } from '../../../src/models/registry.ts'
import { PATTERNS } from '../patterns/registry.ts'
import { perfectCell, realName } from './cells.ts'
import { REAL_MARKETS, type RealMarket } from './markets.ts'
import { HOLDING } from './venue.ts'
import { FOUND } from './words.ts'

export const REAL_HEADING = '## Real seconds, visible patterns'

export type RealReportOptions = Pick<ReportOptions, 'callers' | 'annotations' | 'seeds'>

type Told = (cells: readonly Measured[]) => string

export function realReport(store: CellStore, options: RealReportOptions): string {
  const tables = (told: Told) =>
    REAL_MARKETS.flatMap((market) => [`${market.name}:`, tableOf(store, options, market, told)])
  return [
    REAL_HEADING,
    ABOUT,
    PATTERNS.map(({ name, about }) => `- **${name}**: ${about}.`).join('\n'),
    'What the rules count by was settled by how many examples they find, before any model was trained on them.',
    REAL_MARKETS.map(
      (market) => `${market.name} is ${market.about}. What there is:\n\n${contents(store, market)}`,
    ).join('\n\n'),
    FOUND,
    commitsOf(store, options),
    '### F1',
    unmeasured(store, options),
    ...tables((cells) => spread(cells, ({ f1 }) => f1, 2)),
    '### Ranking',
    'Of callers with scores: the share of the other stretches of two minutes that a pattern scores above, by the highest score of its side in it, whatever the threshold: 0.5 is chance, 1 is all.',
    ...tables((cells) => known(cells, ({ ranking }) => ranking)),
    '### Side',
    'Of callers with scores: the share of the patterns of the rest whose own side scored higher than the other side within their two minutes: 0.5 is chance.',
    ...tables((cells) => known(cells, ({ sided }) => sided)),
    '### Found, and false calls an hour',
    'The share of the patterns of the rest that were hit / false calls an hour.',
    ...tables(both),
    '### Whether it would have earned anything',
    'Another question, kept apart: net P&L a call in percent, entered at the last close, left five minutes later, less 0.1 % a side.',
    ...tables((cells) => spread(cells, ({ netPct }) => netPct, 3)),
  ].join('\n\n')
}

const ABOUT = `Made by \`npm run few-labels -- --real\` of recorded seconds (\`--data\`), with what was measured so far: it goes on where it was cut off. Patterns that a trader sees on the chart of minutes, found by rules that look back only and are no single threshold: each is complete at the close of a minute, which is the entry; the exit is ${HOLDING / 60_000} minutes later whatever the price did, so that patterns that lose are learnt like those that win. The annotations are so many in a row of the first half of the trading hours, reviewed from the one before to the last; the rest is the test, every second of it. Another seed takes others of the first half in a row. A hit is a call in the right direction from 30 s before to 90 s after the completion, once each; calls else are false, but for neutral seconds ([evaluation.md](evaluation.md)). \`on\` is where hits less half the false calls are most, out of fold. There are no order books of these days, which COB RL needs: its rows are left out.`

/** What each pattern has in a market. */
function contents(store: CellStore, { id }: RealMarket): string {
  const rows = PATTERNS.map((pattern) => {
    const found = store.get(perfectCell(realName(id, pattern.id)))
    if (found === null) return [pattern.name, '', '', '', '']
    const { available, targets, testHours, netPct } = found
    return [
      pattern.name,
      String(available ?? ''),
      String(targets),
      (targets / testHours).toFixed(2),
      netPct?.toFixed(3) ?? '',
    ]
  })
  const head = ['pattern', 'in the first half', 'in the rest', 'an hour', 'every one entered, net %']
  return markdown(head, rows)
}

function tableOf(store: CellStore, options: RealReportOptions, { id }: RealMarket, told: Told): string {
  const { annotations } = options
  const rows = PATTERNS.flatMap((pattern) => {
    const name = realName(id, pattern.id)
    const limit = store.get(perfectCell(name))?.available ?? Infinity
    return callersOf(options)
      .filter((caller) => isMeasured(store, options, name, caller.id))
      .map((caller) => [
        pattern.name,
        caller.name,
        ...annotations.map((count) =>
          count > limit ? '–' : told(measured(store, options, name, caller.id, count)),
        ),
      ])
  })
  const figured = rows.filter(([, , ...cells]) => cells.some((cell) => cell !== '' && cell !== '–'))
  if (figured.length === 0) return 'Not measured so far.'
  return markdown(['pattern', 'annotations', ...annotations.map(String)], figured)
}

/** What has no row in the tables, in words. */
function unmeasured(store: CellStore, options: RealReportOptions): string {
  const missing = callersOf(options).flatMap(({ id, name }) => {
    const without = REAL_MARKETS.flatMap((market) =>
      PATTERNS.filter((pattern) => !isMeasured(store, options, realName(market.id, pattern.id), id)).map(
        (pattern) => `${market.name} ${pattern.id}`,
      ),
    )
    if (without.length === 0) return []
    const isWhole = without.length === REAL_MARKETS.length * PATTERNS.length
    return [isWhole ? name : `${name} on ${without.join(', ')}`]
  })
  const empty = 'An empty cell was not measured; – stands where the first half has not so many annotations.'
  return missing.length === 0
    ? empty
    : `${empty} Without a row, as nothing of it was measured so far: ${missing.join('; ')}.`
}

function callersOf({ callers }: RealReportOptions): RealReportOptions['callers'] {
  return callers.filter(
    ({ id }) => !MODELS.some((model) => model.id === id && model.needs.includes('order_book')),
  )
}

function isMeasured(store: CellStore, options: RealReportOptions, market: RealName, caller: string): boolean {
  return options.annotations.some((count) => measured(store, options, market, caller, count).length > 0)
}

function measured(
  store: CellStore,
  { seeds }: RealReportOptions,
  market: RealName,
  caller: string,
  annotations: number,
): Measured[] {
  return seeds.flatMap((seed) => store.get({ market, caller, variant: 'default', annotations, seed }) ?? [])
}

function both(cells: readonly Measured[]): string {
  if (cells.length === 0) return ''
  const [found, wrong] = [cells.map(({ recall }) => recall), cells.map((cell) => cell.falseCallsPerHour)]
  return `${mean(found).toFixed(2)} / ${mean(wrong).toFixed(2)}`
}

/** Of cells that have the figure; rules and chance have no scores. */
function known(cells: readonly Measured[], of: (cell: Measured) => number | null | undefined): string {
  const own = cells.filter((cell) => typeof of(cell) === 'number')
  return spread(own, (cell) => of(cell) ?? null, 2)
}

/** When it was measured, and how long that took. */
function commitsOf(store: CellStore, options: RealReportOptions): string {
  const all = REAL_MARKETS.flatMap(({ id }) =>
    PATTERNS.flatMap((pattern) =>
      callersOf(options).flatMap((caller) =>
        options.annotations.flatMap((count) =>
          measured(store, options, realName(id, pattern.id), caller.id, count),
        ),
      ),
    ),
  )
  const commits = [...new Set(all.map(({ commit }) => commit))].sort()
  const hours = all.reduce((sum, { seconds }) => sum + seconds, 0) / 3600
  return `Measured at commit ${commits.join(', ')} in ${hours.toFixed(1)} hours of one core that had other work, too. Mean ± standard deviation over the seeds that stand in parentheses.`
}
