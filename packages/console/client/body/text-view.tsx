import { useMemo } from 'preact/hooks'
import { toVisible } from '../visible.ts'
import { Marked, useFind } from './find.tsx'
import { Lines, useWindow } from './lines.tsx'

const longestLine = 5_000

/** Plain text, XML and the like: line by line, every character visible. */
export function TextView({ text, label = 'Body' }: { readonly text: string; readonly label?: string }) {
  const lines = useMemo(() => text.split(/\r?\n/), [text])
  return <PlainLines label={label} count={lines.length} lineAt={(index) => lines[index]!} />
}

/** Lines that are made when they are shown. */
export function PlainLines(props: {
  readonly label: string
  readonly count: number
  readonly lineAt: (index: number) => string
  readonly isFixed?: boolean
}) {
  const { box, start, setStart, show } = useWindow()
  const find = useFind(props.count, props.lineAt, show)
  return (
    <div ref={box}>
      {props.count > 12 && <div class="tools">{find.box}</div>}
      <Lines
        label={props.label}
        count={props.count}
        start={start}
        onMove={setStart}
        isFixed={props.isFixed}
        line={(index) => (
          <div key={index} class={`line ${find.current === index ? 'current' : ''}`}>
            <bdi>
              <Marked text={toVisible(cut(props.lineAt(index)))} wanted={find.text} />
            </bdi>
            {'\n'}
          </div>
        )}
      />
    </div>
  )
}

const cut = (line: string): string => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line)
