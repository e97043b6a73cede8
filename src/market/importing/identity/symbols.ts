// Symbols as files write them, compared: ETHUSDT, ETH-USDT, eth/usdt and BINANCE:ETHUSDT are all ETH/USDT.

/** What prices are in, longest first, where a symbol has nothing between its two halves. */
const QUOTES = [
  'FDUSD',
  'USDT',
  'USDC',
  'BUSD',
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'AUD',
  'TRY',
  'BRL',
  'BTC',
  'ETH',
  'BNB',
  'DAI',
]
const OTHER_NAMES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' }
/** Says that a contract never ends, not what its prices are in. */
const ENDLESS = new Set(['PERPETUAL', 'PERP', 'SWAP'])

interface Parts {
  readonly base: string
  /** Empty where a file names the base alone. */
  readonly quote: string
  /** What settles a contract: after the colon of ccxt's `ETH/USDT:USDT`; null where the spelling has no place for it. */
  readonly settle: string | null
}

/** True where two spellings can mean the same market. */
export function sameSymbol(a: string, b: string): boolean {
  const [left, right] = [partsOf(a), partsOf(b)]
  if (left.base !== right.base) return `${left.base}${left.quote}` === `${right.base}${right.quote}`
  if (left.settle !== null && right.settle !== null && left.settle !== right.settle) return false
  return left.quote === right.quote || left.quote === '' || right.quote === ''
}

/** What is traded: ETH of ETH/USDT, in capitals. */
export function baseOf(symbol: string): string {
  return partsOf(symbol).base
}

/** ccxt's form where the two halves can be told apart, else the spelling in capitals. */
export function ccxtSymbol(symbol: string): string {
  if (symbol.includes('/')) return symbol.trim()
  const { base, quote } = partsOf(symbol)
  return quote === '' ? base : `${base}/${quote}`
}

function partsOf(symbol: string): Parts {
  const text = symbol.trim().toUpperCase()
  if (text.includes('/')) {
    const [pair = '', settle = ''] = text.split(':')
    const [base = '', quote = ''] = pair.split('/')
    return { base: nameOf(base), quote: nameOf(quote), settle }
  }
  const plain = text.includes(':') ? text.slice(text.lastIndexOf(':') + 1) : text
  const halves = /^([A-Z0-9]+)[-_. ]([A-Z0-9]+)/.exec(plain)
  if (halves !== null) {
    const quote = ENDLESS.has(halves[2] ?? '') ? '' : nameOf(halves[2])
    return { base: nameOf(halves[1]), quote, settle: null }
  }
  const quote =
    QUOTES.find((each) => plain.length > each.length && plain.endsWith(each)) ??
    (plain.endsWith('XBT') ? 'XBT' : '')
  return { base: nameOf(plain.slice(0, plain.length - quote.length)), quote: nameOf(quote), settle: null }
}

function nameOf(text = ''): string {
  return OTHER_NAMES[text] ?? text
}
