// Ctrl K: the markets. Those that are followed, those that are stored, and any exchange to follow one more of.
import { useEffect, useState } from 'react'
import { refreshMarkets } from '../actions/markets.ts'
import { Dialog } from '../controls/dialog.tsx'
import { MarketStep } from './market-step.tsx'
import { SymbolStep } from './symbol-step.tsx'
import { reread } from '../state/reread.ts'

export function MarketDialog() {
  const [exchange, choose] = useState<string | null>(null)
  useEffect(() => {
    reread('markets', refreshMarkets)
  }, [])
  return (
    <Dialog name="markets" label="Markets" className="markets">
      {exchange === null ? (
        <MarketStep choose={choose} />
      ) : (
        <SymbolStep exchange={exchange} back={() => choose(null)} />
      )}
    </Dialog>
  )
}
