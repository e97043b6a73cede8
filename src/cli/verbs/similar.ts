// `annotate similar`: moments of stored markets that look most like a mark or an instant.
import { InvalidArgumentError, type Command } from 'commander'
import type { SimilarMoment, SimilarQuery } from '../../contract/moments.ts'
import { systemClock } from '../../core/clock.ts'
import { DEFAULT_MEGABYTES } from '../../moments/moment-service.ts'
import { MomentTable } from '../../moments/moment-table.ts'
import { askedMoment, similarOut, similarQuery } from '../../server/similar.ts'
import { reading } from '../at-workspace.ts'
import { wholeNumber } from '../numbers.ts'
import { bringUpToDate } from '../make-moments.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { remoteOf } from '../remote.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface SimilarFlags extends CommonOptions, SimilarQuery {
  limit: number
}

export function similarVerb(description: string): Command {
  return verb('similar', description)
    .option('--annotation <id>', 'like where this one enters')
    .option('--at <time>', 'or like this instant, a whole second')
    .option('--symbol <symbol>', 'of this market')
    .option('--venue <venue>', 'where it is stored from several')
    .option('--among <what>', 'only where annotations enter: annotations', among)
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .action(async (flags: SimilarFlags) => runVerb(flags, (run) => show(run, flags)))
}

function among(text: string): 'annotations' {
  if (text === 'annotations') return text
  throw new InvalidArgumentError('Expected annotations.')
}

async function show(run: Verb, flags: SimilarFlags): Promise<void> {
  const { annotation, at, symbol, venue, among: wanted, limit } = flags
  const query: SimilarQuery = {
    limit,
    ...(annotation === undefined ? {} : { annotation }),
    ...(at === undefined ? {} : { at }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(venue === undefined ? {} : { venue }),
    ...(wanted === undefined ? {} : { among: wanted }),
  }
  const server = remoteOf(run.workspace)
  const similar =
    server === null ? await similarHere(run, query) : (await server.findSimilar({ query })).similar
  if (run.json) return printJson({ similar })
  if (similar.length === 0) return printLine('Nothing else is stored that could look like it.')
  printTable(
    ['timestamp', 'symbol', 'venue', 'direction', 'similarity'],
    similar.map(({ timestamp, similarity, ...rest }) => [
      timestamp,
      rest.symbol,
      rest.venue,
      rest.direction,
      similarity.toFixed(3),
    ]),
  )
}

/** Where no server keeps the table it is brought up to date first; what is made stays. */
async function similarHere(run: Verb, query: SimilarQuery): Promise<SimilarMoment[]> {
  const { workspace, signal } = run
  return reading(run, async (open) => {
    const asked = await askedMoment(open, query)
    const table = await MomentTable.open(workspace, DEFAULT_MEGABYTES)
    try {
      await bringUpToDate(table, signal)
      const wanted = await similarQuery(open, asked, query, systemClock.now())
      return similarOut(asked, await table.similar(wanted))
    } finally {
      await table.close()
    }
  })
}
