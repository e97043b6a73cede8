// The columns of candles and trades, under the names that files have them, best first.
import type { Layout } from './table.ts'

export const CANDLE_LAYOUT = {
  time: {
    names: [
      'open_time_ms',
      'open_time',
      'opentime',
      'open time',
      'timestamp_ms',
      'timestamp',
      'unix',
      'unix timestamp',
      'unix_timestamp',
      'unix_time',
      'time',
      'ts',
      't',
      'start_at',
      'start_time',
      'start',
      'time_period_start',
      'datetime',
      'date',
      'gmt time',
      'local time',
      'date/time',
      'trade_date',
      '__index_level_0__',
      '',
    ],
    required: true,
  },
  open: { names: ['open', 'o', 'open price', 'open_price', 'price_open'], required: true },
  high: { names: ['high', 'h', 'high price', 'high_price', 'price_high'], required: true },
  low: { names: ['low', 'l', 'low price', 'low_price', 'price_low'], required: true },
  close: { names: ['close', 'c', 'close price', 'close_price', 'price_close'], required: true },
  volume: {
    names: ['volume', 'v', 'base_volume', 'base volume', 'volume_traded', 'vol', 'amount', 'tickvol'],
    required: true,
  },
  symbol: {
    names: ['symbol', 'instrument', 'pair', 'ticker', 'product_id', 'inst_id', 'instid'],
    required: false,
    named: true,
  },
  venue: { names: ['exchange', 'venue'], required: false, named: true },
} as const satisfies Layout<string>

export const TRADE_LAYOUT = {
  time: {
    names: [
      'timestamp_ms',
      'timestamp',
      'time',
      'ts',
      'transact_time',
      'trade_time',
      'unix',
      't',
      'date',
      'datetime',
      'gmt time',
      'created_at',
      '__index_level_0__',
      '',
    ],
    required: true,
  },
  price: { names: ['price', 'p', 'px'], required: true },
  amount: {
    names: ['homenotional', 'amount', 'qty', 'quantity', 'size', 'volume', 'q', 'sz'],
    required: true,
  },
  side: { names: ['side', 'taker_side', 'takerside', 'aggressor_side'], required: false },
  id: {
    names: ['id', 'trade_id', 'tradeid', 'agg_trade_id', 'aggtradeid', 'trdmatchid', 'tid', 'a'],
    required: false,
  },
  maker: { names: ['is_buyer_maker', 'isbuyermaker', 'm'], required: false, named: true },
  symbol: { names: CANDLE_LAYOUT.symbol.names, required: false, named: true },
  venue: { names: CANDLE_LAYOUT.venue.names, required: false, named: true },
} as const satisfies Layout<string>
