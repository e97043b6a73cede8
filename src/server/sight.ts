// What a mark's provenance says is decided here, by what pages told of what they showed, and not by the page that saves it.
import type { AnnotationBody, AnnotationOut } from '../contract/annotations.ts'
import type { ShownBody, ShownOut } from '../contract/shown.ts'
import { latestOf, sightOf } from '../annotation/sight.ts'
import type { Shown, ShownStretches } from '../annotation/shown-stretches.ts'
import { AppError } from '../core/errors.ts'
import { epochMs, parseInstant, toIso } from '../core/time.ts'
import { rangeOf } from '../market/ranges.ts'
import type { Market } from '../market/types.ts'

type Provenance = NonNullable<AnnotationBody['provenance']>

/**
 * `body` with the mode and `visible_until` that hold. What stays as it was saved is not decided again.
 * @throws AppError `invalid_timestamp`
 */
export async function withSight(
  shown: ShownStretches,
  market: Market,
  body: AnnotationBody,
  old: AnnotationOut | null = null,
): Promise<AnnotationBody> {
  const entry = parseInstant(body.entry.timestamp, 'entry.timestamp')
  const holding = parseInstant(body.exit.timestamp, 'exit.timestamp') - entry
  const kept = old === null ? {} : { mode: old.provenance.mode, visible_until: old.provenance.visible_until }
  const claim: Provenance = { ...kept, ...body.provenance }
  const until = instantOf(claim.visible_until)
  if (old !== null && Date.parse(old.entry.timestamp) === entry && isAsSaved(old, claim, until)) return body
  const claimed = { mode: claim.mode ?? 'hindsight', until }
  const sight = sightOf(claimed, entry, holding, await shown.known(market, entry))
  if (sight.mode === claimed.mode && sight.until === until && old === null) return body
  const decided = {
    mode: sight.mode,
    visible_until: sight.until === null ? null : toIso(epochMs(sight.until)),
  }
  return { ...body, provenance: { ...body.provenance, ...decided } }
}

/** Takes in what a page showed. @throws AppError `invalid_timestamp`, `invalid_span` (from < to) */
export async function keepShown(shown: ShownStretches, market: Market, body: ShownBody): Promise<ShownOut> {
  const spans = body.spans.map(shownOf)
  const entry = body.entry === undefined ? null : parseInstant(body.entry, 'entry')
  await shown.add(market, spans)
  if (entry === null) return { visible_until: null }
  // How long it will be held is not known yet: what tells of any mark is told.
  const latest = latestOf(await shown.enter(market, entry), 0)
  return { visible_until: latest === null ? null : toIso(epochMs(latest)) }
}

function shownOf({ timeframe, ...span }: ShownBody['spans'][number], index: number): Shown {
  const [from, to] = [
    parseInstant(span.from, `spans.${index}.from`),
    parseInstant(span.to, `spans.${index}.to`),
  ]
  if (from < to) return { timeframe, range: rangeOf(from, to) }
  throw new AppError(
    'invalid_span',
    `What was shown ends (${toIso(to)}) before it begins (${toIso(from)}): swap the two.`,
    { field: `spans.${index}.to` },
  )
}

function isAsSaved({ provenance }: AnnotationOut, claim: Provenance, until: number | null): boolean {
  return claim.mode === provenance.mode && until === instantOf(provenance.visible_until)
}

function instantOf(value: string | number | null | undefined): number | null {
  return value === null || value === undefined ? null : parseInstant(value, 'provenance.visible_until')
}
