// What a key or a gesture does, in a strip: its cap and a few words.
import { keyText, type Command } from '../state/command.ts'

export function Hint({ keys, text }: { keys: string; text: string }) {
  return (
    <span className="hint">
      <kbd>{keys}</kbd> {text}
    </span>
  )
}

export function KeyHint({ command, text }: { command: Command; text: string }) {
  return <Hint keys={keyText(command.key)} text={text} />
}
