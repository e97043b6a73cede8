// Values that nobody means: numbers beyond what a double holds, text that is not text, brackets without end.
import fc from 'fast-check'

/** JSON as it is written, where no value of JavaScript's would be written so. */
export class Raw {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Numbers as text, of which some are none. */
export const oddNumber = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '-1',
    '1e-320',
    '5e-324',
    '1e308',
    '-1e308',
    '1e309',
    '1e400',
    '-1e400',
    '0.1e1',

    '9007199254740993',
    '18446744073709551616',
    '123456789012345678901234567890',
    '1.7976931348623157e308',

    'NaN',
    'Infinity',
    '-Infinity',
    '1_000',
    '0x10',
    '1.',
    '.5',
    '+1',
    '1e',
    '--1',
    '2147483648',
    '-2147483649',
    '8640000000000000',
    '8640000000000001',
    '-62135596800000',
    '1e15',
    '253402300800000',
  ),
  fc.double().map(String),
  fc.maxSafeInteger().map(String),
)

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '[['), fc.constantFrom(1, 30, 1000, 20_000), fc.boolean())
  .map(([open, depth, closes]) => {
    const end = open === '[' ? ']' : open === '[[' ? ']]' : '}'
    return open.repeat(depth) + (open.startsWith('{') ? '1' : '') + (closes ? end.repeat(depth) : '')
  })

export const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\n',
    '\uFEFF',
    '\uD800',
    '\u202E',
    '💥',
    '%',
    '%00',
    '%2e%2e%2f',
    '../../etc/passwd',
    '//',

    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'NaN',
    'true',
    "' OR 1=1 --",
    '<script>',

    '2026-02-30T00:00:00Z',
    '2026-01-15T25:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-01-15',
    '-000001-01-01T00:00:00Z',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(fc.constantFrom('x', '9', 'ä', '💥'), fc.constantFrom(63, 65, 128, 129, 256, 5000))
    .map(([letter, times]) => letter.repeat(times)),
)

/** Anything that may stand in JSON, and some that may not. */
export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: oddNumber.map((text) => new Raw(text)), weight: 4 },
  { arbitrary: oddText, weight: 3 },
  { arbitrary: deep.map((text) => new Raw(text)), weight: 1 },
  {
    arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], new Raw('{"a":1,"a":2}')),
    weight: 2,
  },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 2 },
)

/** JSON.stringify, but for `Raw`. */
export function jsonText(value: unknown): string {
  if (value instanceof Raw) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${jsonText(each)}`)
  return `{${fields.join(',')}}`
}
