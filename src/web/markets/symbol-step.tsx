// The second step: a symbol of the exchange; then connecting, and in words what goes on or why it does not.
import { useEffect, useState } from 'react'
import type { SymbolsOut } from '../../contract/exchanges.ts'
import { follow } from '../actions/markets.ts'
import { api } from '../state/api.ts'
import { say, store } from '../state/app-state.ts'
import { ChoiceList } from './choice-list.tsx'

/** Symbols listed at once, and how long typing rests before the exchange is asked, ms. */
const LISTED = 50
const REST = 250

interface Found {
  readonly symbols: SymbolsOut['symbols']
  /** Null while the exchange is being asked; '' when it answered. */
  readonly problem: string | null
}

export function SymbolStep({ exchange, back }: { exchange: string; back: () => void }) {
  const [text, setText] = useState('')
  const [going, go] = useState<{ symbol: string; problem: string | null } | null>(null)
  const found = useSymbols(exchange, text.trim())
  const start = (symbol: string) => {
    go({ symbol, problem: null })
    follow(exchange, symbol).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error)
      go({ symbol, problem })
      if (store.get().dialog !== 'markets') say(`${symbol} was not connected. ${problem}`, 'bad')
    })
  }
  if (going !== null && going.problem === null)
    return <Connecting exchange={exchange} symbol={going.symbol} />
  const choices = found.symbols.map(({ symbol, type }) => ({
    id: symbol.replaceAll(/\W/g, '-'),
    label: <b>{symbol}</b>,
    note: type,
    take: () => start(symbol),
  }))
  return (
    <>
      <header className="dialog-head">
        <button className="quiet-button" onClick={back}>
          ‹ Markets
        </button>
        <h2>{exchange}</h2>
      </header>
      {going !== null && (
        <p className="bad-line" role="alert">
          {going.symbol} was not connected. {going.problem}
        </p>
      )}
      <ChoiceList
        label={`Find a symbol of ${exchange}`}
        placeholder="Find a symbol, such as ETH/USDT"
        text={text}
        change={setText}
        groups={[{ title: 'Symbols', choices }]}
        back={back}
      >
        <Said exchange={exchange} text={text.trim()} found={found} />
      </ChoiceList>
    </>
  )
}

function Said({ exchange, text, found }: { exchange: string; text: string; found: Found }) {
  if (found.problem === null) return <p className="empty">Asking {exchange} for its symbols …</p>
  if (found.problem !== '')
    return (
      <p className="bad-line" role="alert">
        {found.problem}
      </p>
    )
  if (found.symbols.length > 0) return null
  return (
    <p className="empty">
      {exchange} trades nothing called “{text}”.
    </p>
  )
}

function Connecting({ exchange, symbol }: { exchange: string; symbol: string }) {
  return (
    <div className="connecting" role="status">
      <p>
        <b>
          Connecting to {symbol} on {exchange} …
        </b>
      </p>
      <p className="dim">
        Its candles and trades of the past are read, then its stream is joined. The charts come by themselves;
        Esc leaves it to go on behind.
      </p>
    </div>
  )
}

function useSymbols(exchange: string, text: string): Found {
  const [found, keep] = useState<Found>({ symbols: [], problem: null })
  useEffect(() => {
    const view = new AbortController()
    const put = (next: Found) => {
      if (!view.signal.aborted) keep(next)
    }
    const timer = setTimeout(
      () => {
        api.symbols(exchange, text, LISTED, view.signal).then(
          (symbols) => put({ symbols, problem: '' }),
          (error: unknown) =>
            put({ symbols: [], problem: error instanceof Error ? error.message : String(error) }),
        )
      },
      text === '' ? 0 : REST,
    )
    return () => {
      view.abort()
      clearTimeout(timer)
    }
  }, [exchange, text])
  return found
}
