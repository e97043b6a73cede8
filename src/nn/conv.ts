// One-dimensional convolution as slices, one concat and a matrix product (im2col): faster here than ONNX's Conv.
import { flatGradient } from './matmul.ts'
import { concat, gather, pad, reshape, slice, transpose } from './shape.ts'
import { int64s, operation, shapeError, type Value } from './value.ts'

/**
 * x [..., length, channels] with kernel [taps, channels, filters] gives [..., length − (taps−1)·dilation, filters].
 * No padding: the last output sees the last (taps−1)·dilation + 1 inputs. Cross-correlation, as in PyTorch.
 */
export function conv1d(x: Value, kernel: Value, dilation = 1): Value {
  const [taps = 0, channels = 0, filters = 0] = kernel.shape
  const length = (x.shape.at(-2) ?? 0) - (taps - 1) * dilation
  if (kernel.shape.length !== 3 || x.shape.at(-1) !== channels || length < 1) {
    throw shapeError('conv1d', 'x is [..., length, channels], the kernel [taps, channels, filters]', [
      x.shape,
      kernel.shape,
    ])
  }
  const columns = unfold(x, taps, dilation)
  const flat = reshape(kernel, [taps * channels, filters])
  return operation('MatMul', [columns, flat], x.dtype, [...x.shape.slice(0, -2), length, filters], {
    over: [x, kernel],
    backward: (g) => [inputGradient(g, kernel, dilation), reshape(flatGradient(columns, g), kernel.shape)],
  })
}

/** The windows under the kernel, side by side: [..., length, channels] to [..., positions, taps·channels]. */
function unfold(x: Value, taps: number, dilation: number): Value {
  const positions = x.shape.at(-2)! - (taps - 1) * dilation
  const shifted = Array.from({ length: taps }, (_, k) => slice(x, -2, k * dilation, k * dilation + positions))
  return concat(shifted, -1)
}

/** The gradient of x is a convolution too: of the padded g with the kernel turned round, channels and filters swapped. */
function inputGradient(g: Value, kernel: Value, dilation: number): Value {
  const taps = kernel.shape[0]!
  const reach = (taps - 1) * dilation
  const backwards = int64s(Array.from({ length: taps }, (_, k) => taps - 1 - k))
  const turned = transpose(gather(kernel, backwards), [0, 2, 1])
  return conv1d(pad(g, -2, reach, reach), turned, dilation)
}
