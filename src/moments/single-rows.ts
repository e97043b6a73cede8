// The row of one state at a time, for whoever goes from second to second: what makes rows is opened when the first is wanted.
import type { StateInputs } from '../market-state/tensors.ts'
import { MomentMaker } from './moment-rows.ts'

export class SingleRows {
  #maker: Promise<MomentMaker> | null = null

  /** Ready for the first row, so that no second waits for it. */
  async open(): Promise<void> {
    await this.#opened()
  }

  /** float32 [ROW_SIZE] of a single state. Asked alone every time: in company a row may come out with other last bits. */
  async of(state: StateInputs): Promise<Float32Array> {
    const maker = await this.#opened()
    return maker.rowsOf(state)
  }

  #opened(): Promise<MomentMaker> {
    return (this.#maker ??= MomentMaker.open())
  }
}
