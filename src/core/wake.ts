// Somebody who looks now and then, and at once where he is told that there is something.
export class Wake {
  #isDue = false
  #goOn: (() => void) | null = null

  /** Whoever waits goes on, or who waits next. */
  call(): void {
    this.#isDue = true
    this.#goOn?.()
  }

  /** Resolves when it is called, or was since the last time, and after `ms` at the latest. One waits at a time; nothing is held alive by it. */
  async wait(ms: number): Promise<void> {
    if (!this.#isDue)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms).unref()
        this.#goOn = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    this.#isDue = false
    this.#goOn = null
  }
}
