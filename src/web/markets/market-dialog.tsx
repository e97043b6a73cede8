// Ctrl K: the markets. Those that are followed, those that are stored, and any exchange to follow one more of.
import { useEffect, useRef, useState } from 'react'
import { refreshMarkets } from '../actions/markets.ts'
import { store } from '../app/state.ts'
import { MarketStep } from './market-step.tsx'
import { SymbolStep } from './symbol-step.tsx'

export function MarketDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [exchange, choose] = useState<string | null>(null)
  useEffect(() => {
    dialog.current?.showModal()
    void refreshMarkets().catch(() => undefined)
  }, [])
  return (
    <dialog ref={dialog} className="dialog markets" onClose={closeOwn} aria-label="Markets">
      {exchange === null ? (
        <MarketStep choose={choose} />
      ) : (
        <SymbolStep exchange={exchange} back={() => choose(null)} />
      )}
    </dialog>
  )
}

function closeOwn(): void {
  if (store.get().dialog === 'markets') store.set({ dialog: null })
}
