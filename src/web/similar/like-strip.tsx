// The strip under the charts: moments like one, nearest first, both ways up; what became of each; the keys.
import { useEffect, useRef } from 'react'
import type { SimilarMoment } from '../../contract/moments.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { place } from '../actions/mark-commands.ts'
import { keysToCharts } from '../actions/stand.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useApp, useWhole } from '../state/app-state.ts'
import { keyOfMoment, momentOf, type Likeness } from '../state/asking.ts'
import { horizonOf } from '../state/horizon.ts'
import { holdLike, leaveMoments, nextMoment, previousMoment } from './commands.ts'
import { goToMoment } from './like.ts'
import { fateOf, ofText, sentenceOf, whenText } from './words.ts'

export function LikeStrip() {
  const like = useApp((state) => state.like)
  const horizon = useApp(({ cursor }) => horizonOf(cursor))
  if (like === null) return null
  const isStanding = momentOf(like) !== null
  const of = ofText(like, horizon)
  return (
    <section className="like" aria-label={`Moments like ${of}`} data-testid="like">
      <div className="like-head">
        <b>Like</b> <span className="dim like-of">{of}</span>
        <span className="unseen" role="status">
          {sentenceOf(like, horizon)}
        </span>
        <span className="strip-space" />
        <CommandButton command={previousMoment} label="The moment before" title={previousMoment.label}>
          <Keycap command={previousMoment} />
        </CommandButton>
        <CommandButton command={nextMoment} title={nextMoment.label}>
          Next <Keycap command={nextMoment} />
        </CommandButton>
        <CommandButton command={place} disabled={!isStanding} title="A mark that enters there">
          Mark <Keycap command={place} />
        </CommandButton>
        <CommandButton command={holdLike} disabled={!isStanding} title={holdLike.label} before={keysToCharts}>
          HOLD <Keycap command={holdLike} />
        </CommandButton>
        <CommandButton command={leaveMoments} label="Close the moments" title={leaveMoments.label}>
          <Keycap command={leaveMoments} />
        </CommandButton>
      </div>
      <Moments like={like} />
    </section>
  )
}

function Moments({ like }: { like: Likeness }) {
  const { found, reason } = like
  if (reason !== null) return <p className="like-none warn">{reason}</p>
  if (found === null) return <p className="like-none dim">Looking …</p>
  return (
    <ol className="moments">
      {found.map((moment, index) => (
        <Moment
          key={keyOfMoment(moment)}
          moment={moment}
          like={like}
          isCurrent={index === like.index}
          go={() => void goToMoment(index)}
        />
      ))}
    </ol>
  )
}

interface MomentProps {
  moment: SimilarMoment
  like: Likeness
  isCurrent: boolean
  go: () => void
}

function Moment({ moment, like, isCurrent, go }: MomentProps) {
  const item = useRef<HTMLLIElement>(null)
  // What the trader did there tells nothing that the trader does not know.
  const fate = useWhole((state) => fateOf(moment, like, state.annotations))
  const time = useApp(({ cursor }) => whenText(moment, horizonOf(cursor)))
  const isElsewhere = useApp(({ market }) => market !== null && !sameMarket(market, moment))
  useEffect(() => {
    if (isCurrent) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isCurrent])
  const { direction, similarity } = moment
  const where = isElsewhere ? ` in ${moment.symbol} of ${moment.venue}` : ''
  const words = `${direction}, ${time}${where}, similarity ${similarity.toFixed(2)}${fate === null ? '' : `, ${fate}`}`
  return (
    <li ref={item}>
      <button className="moment" aria-current={isCurrent || undefined} title={words} onClick={go}>
        <span className="unseen">{words}</span>
        <span aria-hidden>
          <span className={direction === 'LONG' ? 'up' : 'down'}>{direction === 'LONG' ? '▲' : '▼'}</span>{' '}
          {similarity.toFixed(2)} <span className="dim">{fate ?? (isElsewhere ? moment.symbol : '')}</span>
        </span>
        <span className="time dim" aria-hidden>
          {time}
        </span>
      </button>
    </li>
  )
}
