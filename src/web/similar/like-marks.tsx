// The marks that a call's second looks most like, under the call: when each enters, how alike, and whether it speaks for the call's side.
import { useEffect, useState } from 'react'
import type { CallOut } from '../../contract/live-calls.ts'
import type { SimilarMoment } from '../../contract/moments.ts'
import { select } from '../actions/annotations.ts'
import { api } from '../state/api.ts'
import { useApp } from '../state/app-state.ts'
import { likeMarks, type LikeMark } from './words.ts'

const LISTED = 3

export function LikeMarks({ call }: { call: CallOut }) {
  const annotations = useApp((state) => state.annotations)
  const found = useFound(call)
  const marks = found === null ? [] : likeMarks(found, annotations, call)
  if (marks.length === 0) return null
  return (
    <p className="small-text outcomes" data-testid="like-marks">
      Like your marks of{' '}
      {marks.map((mark, i) => (
        <span key={mark.id}>
          {i > 0 && ', '}
          <Mark mark={mark} />
        </span>
      ))}
    </p>
  )
}

function Mark({ mark: { id, when, similarity, isAgainst } }: { mark: LikeMark }) {
  return (
    <>
      <button type="button" className="quiet-button" onClick={() => void select(id)}>
        {when}
      </button>{' '}
      ({similarity.toFixed(2)}){isAgainst && <span className="warn"> of the other side</span>}
    </>
  )
}

/** Null until they are known, and where no table of moments answers. */
function useFound(call: CallOut): readonly SimilarMoment[] | null {
  const { id, symbol, venue, opened_at: at } = call
  const [known, setKnown] = useState<{ id: string; found: readonly SimilarMoment[] } | null>(null)
  useEffect(() => {
    let isLeft = false
    const query = { symbol, venue, at, among: 'annotations', limit: LISTED } as const
    // What it saw is on the charts: likeness is a word beside it, and nothing is missed where nobody can say it.
    api.similar(query).then(
      ({ similar }) => {
        if (!isLeft) setKnown({ id, found: similar })
      },
      () => undefined,
    )
    return () => {
      isLeft = true
    }
  }, [id, symbol, venue, at])
  return known?.id === id ? known.found : null
}
