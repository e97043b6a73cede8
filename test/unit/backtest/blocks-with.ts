// The blocks of a backtest, once the process that scores beside this one has some of them in hand.
import { Blocks, type BlocksParts } from '../../../src/backtest/blocks.ts'

/** `pid`: of that process; null without one. */
export async function blocksWith(
  parts: Omit<BlocksParts, 'onBegun'> & { readonly helpers: 0 | 1 },
): Promise<{ source: Blocks; pid: number | null }> {
  if (parts.helpers === 0) return { source: new Blocks(parts), pid: null }
  return new Promise((resolve, reject) => {
    const source: Blocks = new Blocks({
      ...parts,
      onBegun: (pid) =>
        pid === undefined ? reject(new Error('no process began')) : resolve({ source, pid }),
    })
  })
}
