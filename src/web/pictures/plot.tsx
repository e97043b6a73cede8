// A plot that can be saved: as PNG, as SVG, its numbers as CSV.
import { useRef, type ReactNode } from 'react'
import { csvOf, type Cell } from '../../contract/csv.ts'
import { palette } from '../charts/palette.ts'
import { attempt } from '../state/app-state.ts'
import type { Kind } from './chart-picture.ts'
import { download, pngOf } from './download.ts'
import { drawn, standalone, svgText } from './svg.ts'

interface PlotProps {
  /** Of the files. */
  readonly name: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** Draws it where `children` holds no svg. */
  readonly draw?: () => SVGElement
  /** With one svg inside, or drawn on a canvas. */
  readonly children: ReactNode
}

export function Plot({ name, header, rows, draw, children }: PlotProps) {
  const holder = useRef<HTMLDivElement>(null)
  const save = (kind: Kind) =>
    attempt(async () => {
      if (kind === 'csv')
        return download(`${name}.csv`, new Blob([csvOf(header, rows)], { type: 'text/csv' }))
      const svg = draw?.() ?? copyIn(holder.current)
      if (svg !== null) download(`${name}.${kind}`, await pictureOf(svg, kind))
    })
  return (
    <div className="plot" ref={holder}>
      {children}
      <div className="plot-saves" role="group" aria-label={`Save ${name}`}>
        {(['png', 'svg', 'csv'] as const).map((kind) => (
          <button key={kind} className="quiet-button small-text" onClick={() => void save(kind)}>
            {kind.toUpperCase()}
          </button>
        ))}
      </div>
    </div>
  )
}

function copyIn(holder: HTMLElement | null): SVGElement | null {
  const svg = holder?.querySelector<SVGSVGElement>('svg') ?? null
  return svg === null ? null : standalone(svg, palette().ground)
}

async function pictureOf(svg: SVGElement, kind: 'png' | 'svg'): Promise<Blob> {
  return kind === 'svg'
    ? new Blob([svgText(svg)], { type: 'image/svg+xml' })
    : pngOf(await drawn(svg, palette().ground))
}
