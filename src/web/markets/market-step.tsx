// The first step of the markets dialog: a followed market, a stored one, or an exchange.
import { useEffect, useState } from 'react'
import type { MarketOut } from '../../contract/market.ts'
import { keyOf, switchTo, unfollow } from '../actions/markets.ts'
import { api } from '../state/api.ts'
import { isShown, useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { ChoiceList, type Choice } from './choice-list.tsx'
import { exchangesMeant, isMeant, noteOf } from './market-words.ts'

export function MarketStep({ choose }: { choose: (exchange: string) => void }) {
  const [text, setText] = useState('')
  const markets = useApp((state) => state.markets)
  useApp((state) => state.market)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const { ids, problem } = useExchanges()
  const meant = markets.filter((market) => isMeant(market, text.trim()))
  const choice = (one: MarketOut) => choiceOf(one, !isHidden)
  const groups = [
    { title: 'Followed now', choices: meant.filter((one) => one.streaming).map(choice) },
    { title: 'Stored', choices: meant.filter((one) => !one.streaming).map(choice) },
    {
      title: 'Add from an exchange',
      choices: exchangesMeant(ids, text).map((id) => ({
        id: `exchange-${id}`,
        label: id,
        note: '›',
        take: () => choose(id),
      })),
    },
  ]
  const isNone = groups.every((group) => group.choices.length === 0)
  return (
    <ChoiceList
      label="Find a market or an exchange"
      placeholder="Find a market or an exchange"
      text={text}
      change={setText}
      groups={groups}
    >
      {problem !== null && <p className="warn-line">{problem}</p>}
      {isNone && text !== '' && (
        <p className="empty">
          Neither a market here nor an exchange is called “{text}”. To follow a symbol, choose its exchange
          first.
        </p>
      )}
    </ChoiceList>
  )
}

function choiceOf(market: MarketOut, tellsEnd: boolean): Choice {
  return {
    id: `market-${keyOf(market).replaceAll(/\W/g, '-')}`,
    label: (
      <>
        <b>{market.symbol}</b> <span className="dim">{market.venue}</span>
        {market.simulated && <span className="badge simulated">SIMULATED</span>}
      </>
    ),
    note: noteOf(market, tellsEnd),
    isCurrent: isShown(market),
    extra: market.streaming && !market.primary ? <LetGo market={market} /> : undefined,
    take: () => void switchTo(market),
  }
}

function LetGo({ market }: { market: MarketOut }) {
  return (
    <button
      className="quiet-button danger"
      aria-label={`Stop following ${market.symbol} on ${market.venue}`}
      title="Stop following; what is stored stays"
      onClick={(event) => {
        event.stopPropagation()
        void unfollow(market)
      }}
    >
      ×
    </button>
  )
}

function useExchanges(): { ids: readonly string[]; problem: string | null } {
  const [found, keep] = useState<{ ids: readonly string[]; problem: string | null }>({
    ids: [],
    problem: null,
  })
  useEffect(() => {
    const view = new AbortController()
    api.exchanges(view.signal).then(
      (exchanges) => keep({ ids: exchanges.map(({ id }) => id), problem: null }),
      (error: unknown) => {
        if (!view.signal.aborted)
          keep({ ids: [], problem: String(error instanceof Error ? error.message : error) })
      },
    )
    return () => view.abort()
  }, [])
  return found
}
