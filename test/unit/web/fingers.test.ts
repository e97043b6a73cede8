// Fingers on a chart: two that move and zoom it, and where what one covers is said.
import { expect, it } from 'vitest'
import { boxBeside } from '../../../src/web/charts/draw-finger.ts'
import { pinched, type Pair } from '../../../src/web/charts/two-fingers.ts'
import { legIn } from '../../../src/web/marking/leg-in.ts'

const seen = { from: 0, to: 100_000 }
const WIDTH = 500
const pair = (a: number, b: number): Pair => [
  { x: a, y: 50 },
  { x: b, y: 50 },
]

it('moves with both fingers, as wide as it is', () => {
  expect(pinched({ seen, fingers: pair(100, 200) }, pair(150, 250), WIDTH, 1000)).toEqual({
    from: -10_000,
    to: 90_000,
  })
})

it('zooms by how far they are apart, and keeps what is between them there', () => {
  const { from, to } = pinched({ seen, fingers: pair(200, 300) }, pair(150, 350), WIDTH, 1000)
  expect(to - from).toBeCloseTo(50_000)
  expect(from + ((to - from) * 250) / WIDTH).toBeCloseTo(50_000)
})

it('ends at a few candles, and at two of them a pixel', () => {
  const close = pinched({ seen, fingers: pair(240, 260) }, pair(0, 100_000), WIDTH, 1000)
  expect(close.to - close.from).toBe(6000)
  const wide = pinched({ seen, fingers: pair(0, 100_000) }, pair(240, 260), WIDTH, 1000)
  expect(wide.to - wide.from).toBe(1_000_000)
})

it('says what a finger covers above it, inside the chart; beside it where there is no room above', () => {
  expect(boxBeside({ x: 300, y: 200 }, 120, 40, 600)).toEqual({ left: 240, top: 114 })
  expect(boxBeside({ x: 10, y: 200 }, 120, 40, 600).left).toBe(4)
  expect(boxBeside({ x: 595, y: 200 }, 120, 40, 600).left).toBe(476)
  expect(boxBeside({ x: 300, y: 30 }, 120, 40, 600)).toEqual({ left: 346, top: 4 })
  expect(boxBeside({ x: 580, y: 30 }, 120, 40, 600)).toEqual({ left: 414, top: 4 })
})

it('means the end of a second and its close, and inside a longer candle the nearest second at the pointer’s price', () => {
  expect(legIn([5000, 1, 3, 0.5, 2, 1], 1000, { instant: 5200, price: 9 }, Infinity)).toEqual({
    time: 6000,
    price: 2,
  })
  const minute = [60_000, 1, 3, 0.5, 2, 1] as const
  expect(legIn([...minute], 60_000, { instant: 90_400, price: 2.5 }, Infinity)).toEqual({
    time: 90_000,
    price: 2.5,
  })
  expect(legIn([...minute], 60_000, { instant: 119_900, price: 9 }, 100_000)).toEqual({
    time: 100_000,
    price: 3,
  })
})
