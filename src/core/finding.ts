// What `annotate doctor` finds amiss, told the same way by every room that looks after something.

/** Which part of a workspace it is about. */
export type Part =
  'database' | 'annotation' | 'test_case' | 'checkpoint' | 'forward_record' | 'training_run' | 'coverage'

export interface Finding {
  readonly part: Part
  /** What it is about: an id, a file, a market. */
  readonly name: string
  /** What is wrong, in words. */
  readonly fault: string
  /** What to do, in words; where `repair` is there, what that does. */
  readonly advice: string
  /** Mends it and answers what was done, in words; throws where it can not. */
  readonly repair?: () => Promise<string>
}
