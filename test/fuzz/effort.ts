// How much is tried, and from which seeds: a short form among the tests, a long one by `npm run fuzz`, and one found fault again.
import { randomInt } from 'node:crypto'
import fc from 'fast-check'

/** `npm run fuzz` sets it. */
const isLong = process.env['ANNOTATE_FUZZ'] === 'long'
const asked = process.env['ANNOTATE_FUZZ_SEED']
const path = process.env['ANNOTATE_FUZZ_PATH']

const FIXED = 20_260_115

/** As many as this run tries. */
export function effort({ short, long }: { readonly short: number; readonly long: number }): number {
  return isLong ? long : short
}

/** One that never changes and one that always does; or the one that is to be seen again. */
const seeds = asked === undefined ? [FIXED, randomInt(2 ** 31)] : [Number(asked)]

/**
 * Half of `runs` from each seed. A failure says seed and path: `ANNOTATE_FUZZ_SEED` and `ANNOTATE_FUZZ_PATH` bring it again.
 * @throws what fast-check throws for a counterexample, made as small as it could
 */
export async function holds<T>(law: fc.IAsyncPropertyWithHooks<T>, runs: number): Promise<void> {
  for (const seed of seeds) {
    process.stderr.write(`fuzz: seed ${seed}\n`)
    const numRuns = Math.ceil(runs / seeds.length)
    await fc.assert(law, { seed, numRuns, ...(path === undefined ? {} : { path }) })
  }
}
