// Where more marks are in view than can be told apart, neighbours share a glyph.

/** Marks in view from which on a chart is crowded. */
export const CROWDED = 400
/** Pixels of a crowded chart in which marks of one kind share a glyph. */
const BUCKET = 7

export class Crowd {
  readonly isCrowded: boolean
  private readonly taken = new Set<number>()

  constructor(count: number) {
    this.isCrowded = count > CROWDED
  }

  /** Whether a mark at `x`, CSS pixels, is drawn: on a crowded chart the first of its bucket and side alone. */
  takes(x: number, points: 'up' | 'down'): boolean {
    if (!this.isCrowded) return true
    const bucket = Math.round(x / BUCKET) * 2 + (points === 'up' ? 1 : 0)
    if (this.taken.has(bucket)) return false
    this.taken.add(bucket)
    return true
  }
}
