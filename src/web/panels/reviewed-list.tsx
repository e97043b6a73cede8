// The reviewed spans: stretches of which the trader says that everything worth taking is marked.
import type { ReviewedSpanOut } from '../../contract/annotations.ts'
import { removeSpan, selectSpan } from '../actions/spans.ts'
import { clock, duration, shortDateTime } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { focusRef } from '../state/focus.ts'

export function ReviewedList() {
  const spans = useApp((state) => state.reviewed)
  if (spans.length === 0)
    return (
      <div className="empty">
        <p>
          <b>No reviewed spans yet.</b>
        </p>
        <p>
          A reviewed span says: everything I would take here is marked. Training draws its HOLD seconds from
          these spans. Press <kbd>R</kbd> at the start, move the cursor, press <kbd>R</kbd> at the end. Until
          there is one, half an hour either side of each annotation is assumed.
        </p>
      </div>
    )
  return (
    <ul className="list plain" id="list" ref={focusRef('list')} tabIndex={-1}>
      {spans.map((span) => (
        <Row key={span.id} span={span} />
      ))}
    </ul>
  )
}

function Row({ span }: { span: ReviewedSpanOut }) {
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)]
  return (
    <li className="span-row">
      <button className="span-main" onClick={() => void selectSpan(span.id)}>
        <span className="time">
          {shortDateTime(from)} – {clock(to)}
        </span>
        <span className="row-sub">{duration((to - from) / 1000)} reviewed</span>
      </button>
      <button
        className="quiet-button danger"
        aria-label="Delete this reviewed span"
        title="Delete; Ctrl+Z brings it back"
        onClick={() => void removeSpan(span.id)}
      >
        ×
      </button>
    </li>
  )
}
