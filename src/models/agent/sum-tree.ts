// A binary tree of sums: weighted draws and changes in logarithmic time. The sums follow from the leaves alone.

export class SumTree {
  readonly #leaves: number
  /** Node 1 is the root, the children of i are 2i and 2i + 1, leaves come last. */
  readonly #sums: Float64Array

  constructor(capacity: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)))
    this.#sums = new Float64Array(2 * this.#leaves)
  }

  get total(): number {
    return this.#sum(1)
  }

  get(leaf: number): number {
    return this.#sum(this.#leaves + leaf)
  }

  /** Sums are added up anew on the way up, so that the same leaves give the same sums, however they came about. */
  set(leaf: number, value: number): void {
    let node = this.#leaves + leaf
    this.#sums[node] = value
    for (node >>= 1; node >= 1; node >>= 1) this.#addUp(node)
  }

  /** The leaf in which the running sum reaches `mass`, 0 ≤ mass < total. Never one without a value. */
  find(mass: number): number {
    let node = 1
    let left = mass
    while (node < this.#leaves) {
      const first = this.#sum(2 * node)
      const second = this.#sum(2 * node + 1)
      if (left < first || second === 0) node = 2 * node
      else {
        left -= first
        node = 2 * node + 1
      }
    }
    return node - this.#leaves
  }

  /** A copy of the first `count` leaves. */
  leaves(count: number): Float64Array {
    return this.#sums.slice(this.#leaves, this.#leaves + count)
  }

  /** Sets the first leaves, and all others to 0. */
  fill(values: Float64Array): void {
    this.#sums.fill(0)
    this.#sums.set(values, this.#leaves)
    for (let node = this.#leaves - 1; node >= 1; node--) this.#addUp(node)
  }

  #addUp(node: number): void {
    this.#sums[node] = this.#sum(2 * node) + this.#sum(2 * node + 1)
  }

  /** Where no node is, there is nothing to add. */
  #sum(node: number): number {
    return this.#sums[node] ?? 0
  }
}
