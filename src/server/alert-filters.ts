// Whether any call can meet what an alert asks for: a filter that nothing can ever meet is a slip.
import type { AlertBody } from '../contract/alerts.ts'
import { unknownThing } from '../core/errors.ts'
import type { Market } from '../market/types.ts'
import { patternOf } from '../training/data/selection.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { marketsMeant } from './stored-market.ts'

type Rooms = Pick<OpenWorkspace, 'annotations' | 'orchestrator'>

/**
 * `markets`: those that are stored or followed.
 * @throws AppError 404 `unknown_model`, `unknown_symbol`, `unknown_venue`, `unknown_pattern`, each naming what there is
 */
export async function requireMeetable(
  rooms: Rooms,
  { model, symbol, venue, pattern }: AlertBody,
  markets: readonly Market[],
): Promise<void> {
  if (model !== undefined) await rooms.orchestrator.model(model)
  if (symbol !== undefined || venue !== undefined) marketsMeant(markets, { symbol, venue })
  if (pattern !== undefined) await requirePattern(rooms, pattern)
}

/** One that is marked counts, too: a checkpoint may follow. */
async function requirePattern({ annotations, orchestrator }: Rooms, pattern: string): Promise<void> {
  const models = await orchestrator.models()
  const learnt = models.flatMap(({ checkpoints }) => checkpoints.map((each) => each.pattern))
  const marked = (await annotations.list()).map(patternOf)
  const known = new Set([...learnt, ...marked].filter((each) => each !== null))
  if (known.has(pattern)) return
  const names = [...known].toSorted().map((each) => `"${each}"`)
  const hint =
    names.length === 0 ? 'No checkpoint or mark has one yet.' : `Patterns are: ${names.join(', ')}.`
  throw unknownThing('pattern', pattern, `${hint} Leave it out for calls of any.`, 'pattern')
}
