// Rows that networks are asked about in even numbers: one by itself takes another way through the runtime's kernels.
import { TENSOR_NAMES, tableOf } from '../contract/timeframes.ts'
import type { ModelInputs } from '../models/model.ts'

/** One row more: the last one again. */
export function withLastTwice({ count, tensors, orderBook, account }: ModelInputs): ModelInputs {
  const more = <T extends Float32Array | Float64Array>(rows: T, into: (size: number) => T): T => {
    const size = rows.length / count
    const longer = into(rows.length + size)
    longer.set(rows)
    longer.copyWithin(rows.length, rows.length - size, rows.length)
    return longer
  }
  const doubles = (size: number) => new Float64Array(size)
  return {
    count: count + 1,
    tensors: tableOf(TENSOR_NAMES, (name) => more(tensors[name], doubles)),
    ...(orderBook === undefined ? {} : { orderBook: more(orderBook, doubles) }),
    ...(account === undefined ? {} : { account: more(account, (size) => new Float32Array(size)) }),
  }
}
