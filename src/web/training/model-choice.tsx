// The models that can be trained, and what one needs beyond candles.
import type { ModelOut } from '../../contract/training.ts'

interface ModelChoiceProps {
  models: readonly ModelOut[]
  chosen: string
  choose: (id: string) => void
}

export function ModelChoice({ models, chosen, choose }: ModelChoiceProps) {
  return (
    <label className="field grow">
      <span>Model</span>
      <select value={chosen} onChange={(event) => choose(event.target.value)} data-testid="training-model">
        {models.map((model) => (
          <option key={model.id} value={model.id}>
            {model.name}
            {needsText(model)}
          </option>
        ))}
      </select>
    </label>
  )
}

function needsText({ needs }: ModelOut): string {
  return needs.includes('order_book') ? ' · needs order books' : ''
}
