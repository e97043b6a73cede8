// One-dimensional convolution as columns (im2col), which along axis 1 are picked by one gather, and a matrix product: faster here than ONNX's Conv.
import { at } from '../core/at.ts'
import { flatGradient } from './matmul.ts'
import { int } from './onnx.ts'
import { concat, gather, pad, reshape, slice, transpose } from './shape.ts'
import { axisOf, int64s, operation, shapeError, sizeOf, type Value } from './value.ts'

export interface ConvOptions {
  /** Steps from one output to the next; 1 by default. Above 1 time must be the axis before the channels. */
  readonly stride?: number
  /** Steps between taps; 1 by default. */
  readonly dilation?: number
  /** The axis of time; the one before the channels by default. */
  readonly axis?: number
}

/**
 * Convolves x [..., length, ..., channels] with kernel [taps, channels, filters] along the axis of length L, which
 * becomes L − (taps−1)·dilation. No padding: the last output sees the last inputs. Cross-correlation, as in PyTorch.
 * With a stride inputs are left out at the front, where PyTorch leaves them out at the end.
 *
 * Over two axes, as of levels and time in an order book: what does not overlap (taps = stride) is a reshape that moves
 * the taps into the channels, then `linear`; for the rest this works along any axis but the last.
 */
export function conv1d(x: Value, kernel: Value, options: ConvOptions = {}): Value {
  const { dilation = 1, stride = 1 } = options
  if (stride > 1) return strided(x, kernel, stride, options)
  const axis = axisOf('conv1d', x.shape, options.axis ?? -2)
  const [taps = 0, channels = 0, filters = 0] = kernel.shape
  const length = x.shape[axis]! - (taps - 1) * dilation
  if (kernel.shape.length !== 3 || x.shape.at(-1) !== channels || length < 1 || axis === x.shape.length - 1) {
    const problem = `x needs an axis of length and ${channels} channels last, the kernel [taps, channels, filters]`
    throw shapeError('conv1d', problem, [x.shape, kernel.shape])
  }
  const starts = Array.from({ length: taps }, (_, k) => k * dilation)
  const columns = columnsOf(x, axis, starts, length)
  const flat = reshape(kernel, [taps * channels, filters])
  return operation('MatMul', [columns, flat], x.dtype, [...columns.shape.slice(0, -1), filters], {
    over: [x, kernel],
    backward: (g) => [
      inputGradient(g, kernel, dilation, axis),
      reshape(flatGradient(columns, g), kernel.shape),
    ],
  })
}

/** For each of `length` steps along `axis` the channels of as many as `starts`, so far on, side by side. */
function columnsOf(x: Value, axis: number, starts: readonly number[], length: number): Value {
  if (axis === 1 && starts.length > 1) return gathered(x, starts, length)
  return concat(
    starts.map((start) => slice(x, axis, start, start + length)),
    -1,
  )
}

/** Along axis 1 in one operation, where slices are one for each tap and copied twice. */
function gathered(x: Value, starts: readonly number[], length: number): Value {
  const [batch, steps, ...rest] = x.shape as [number, number, ...number[]]
  const channels = at(rest, -1)
  const others = rest.slice(0, -1)
  const each = sizeOf(others)
  const rows = Array.from({ length: length * each }, (_, row) =>
    starts.map((start) => start * each + row),
  ).flat()
  const picked = operation(
    'Gather',
    [reshape(x, [batch, steps * each, channels]), int64s(rows)],
    x.dtype,
    [batch, rows.length, channels],
    { attributes: { axis: int(1) } },
  )
  return reshape(picked, [batch, length, ...others, starts.length * channels])
}

/** The gradient of x is a convolution too: of the padded g with the kernel turned round, channels and filters swapped. */
function inputGradient(g: Value, kernel: Value, dilation: number, axis: number): Value {
  const taps = kernel.shape[0]!
  const reach = (taps - 1) * dilation
  const backwards = int64s(Array.from({ length: taps }, (_, k) => taps - 1 - k))
  const turned = transpose(gather(kernel, backwards), [0, 2, 1])
  return conv1d(pad(g, axis, reach, reach), turned, { dilation, axis })
}

/** Blocks of `stride` steps become channels, and a kernel of blocks moves one block a step. */
function strided(x: Value, kernel: Value, stride: number, { dilation = 1, axis = -2 }: ConvOptions): Value {
  const [taps, channels, filters] = kernel.shape as [number, number, number]
  const time = axisOf('conv1d', x.shape, axis)
  if (dilation !== 1 || time !== x.shape.length - 2 || x.shape[time]! < taps) {
    throw shapeError('conv1d', 'a stride needs dilation 1, time before the channels and a window of taps', [
      x.shape,
      kernel.shape,
    ])
  }
  const blocks = Math.ceil(taps / stride)
  const missing = blocks * stride - taps
  const length = x.shape[time]!
  const outputs = Math.floor((length - taps) / stride) + 1
  const used = pad(slice(x, time, length - (outputs - 1) * stride - taps, length), time, missing, 0)
  const inBlocks = reshape(used, [...x.shape.slice(0, time), outputs - 1 + blocks, stride * channels])
  return conv1d(inBlocks, reshape(pad(kernel, 0, missing, 0), [blocks, stride * channels, filters]))
}
