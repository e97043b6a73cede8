// What ONNX Runtime says of a file it refuses, in one line of plain words.
import { messageOf } from '../core/errors.ts'

/** Without the place in ONNX Runtime's own source that says it, line breaks and the last full stop. */
export function onnxFault(error: unknown): string {
  const text = messageOf(error).replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')
  const place = /\/\S*onnxruntime\/\S+:\d+ /.exec(text)
  if (place === null) return text
  const said = afterSignature(text.slice(place.index + place[0].length))
  return `${text.slice(0, place.index)}${said}`
}

/** What follows the C++ function's parameters. */
function afterSignature(text: string): string {
  let depth = 0
  for (const { 0: sign, index } of text.matchAll(/[()]/g)) {
    depth += sign === '(' ? 1 : -1
    if (depth === 0) return text.slice(index + 1).trim()
  }
  return text
}
