import { useMemo, useState } from 'preact/hooks'
import { toPlural } from '../format.ts'
import { toVisible } from '../visible.ts'
import { Marked, useFind } from './find.tsx'
import { mostIndent, type JsonLine } from './json-lines.ts'
import { Lines, useWindow } from './lines.tsx'

const longestValue = 2_000

const clip = (text: string): string =>
  text.length <= longestValue
    ? text
    : `${text.slice(0, longestValue)}… (${toPlural(text.length - longestValue, 'more character')})`

/** JSON in colour: parts fold, numbers are as they were sent. */
export function JsonView({ lines, label = 'Body' }: { readonly lines: readonly JsonLine[]; readonly label?: string }) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const { box, start, setStart, show } = useWindow()
  const visible = useMemo(() => {
    const indexes: number[] = []
    for (let index = 0; index < lines.length; index++) {
      indexes.push(index)
      if (folded.has(index)) index = lines[index]!.end!
    }
    return indexes
  }, [lines, folded])

  const unfoldTo = (index: number): void => {
    // What is folded around it opens.
    const open = new Set([...folded].filter((at) => !(at < index && lines[at]!.end! >= index)))
    setFolded(open)
    let before = 0
    for (let at = 0; at < index; at++, before++) if (open.has(at)) at = lines[at]!.end!
    show(before)
  }
  const find = useFind(lines.length, (index) => `${lines[index]!.name ?? ''}${lines[index]!.text}`, unfoldTo)
  const toggle = (index: number): void => {
    const next = new Set(folded)
    if (!next.delete(index)) next.add(index)
    setFolded(next)
  }
  const foldAll = (): void => {
    setFolded(new Set(lines.flatMap(({ kind, depth }, index) => (kind === 'open' && depth > 0 ? [index] : []))))
    setStart(0)
  }
  const canFold = lines.some(({ kind, depth }) => kind === 'open' && depth > 0)
  return (
    <div ref={box}>
      {lines.length > 12 && (
        <div class="tools">
          {find.box}
          {canFold && (
            <button type="button" onClick={() => (folded.size > 0 ? setFolded(new Set()) : foldAll())}>
              {folded.size > 0 ? 'Unfold all' : 'Fold all'}
            </button>
          )}
        </div>
      )}
      <Lines
        label={label}
        count={visible.length}
        start={Math.min(start, Math.max(0, visible.length - 1))}
        onMove={setStart}
        line={(at) => {
          const index = visible[at]!
          return (
            <Line
              key={index}
              line={lines[index]!}
              end={lines[lines[index]!.end ?? -1]}
              isFolded={folded.has(index)}
              isCurrent={find.current === index}
              wanted={find.text}
              onToggle={() => toggle(index)}
            />
          )
        }}
      />
    </div>
  )
}

const classes = { string: 's', number: 'n', word: 'n', open: '', close: '', empty: '' }

function Line(props: {
  readonly line: JsonLine
  /** The line that closes it. */
  readonly end: JsonLine | undefined
  readonly isFolded: boolean
  readonly isCurrent: boolean
  readonly wanted: string
  readonly onToggle: () => void
}) {
  const { line, end, isFolded, wanted } = props
  const size = line.size ?? 0
  return (
    <div class={`line ${props.isCurrent ? 'current' : ''}`} style={{ '--depth': Math.min(line.depth, mostIndent) }}>
      {line.kind === 'open' && (
        <button
          type="button"
          class="fold"
          aria-expanded={!isFolded}
          aria-label={`${isFolded ? 'Unfold' : 'Fold'} ${toVisible(clipName(line.name ?? 'value'))}`}
          onClick={props.onToggle}
        />
      )}
      {line.name !== undefined && (
        <>
          <bdi class="k">
            <Marked text={toVisible(clip(line.name))} wanted={wanted} />
          </bdi>
          {': '}
        </>
      )}
      <bdi class={classes[line.kind]}>
        <Marked text={toVisible(clip(line.text))} wanted={wanted} />
      </bdi>
      {isFolded && (
        <>
          <button type="button" class="folded" tabIndex={-1} aria-hidden="true" onClick={props.onToggle}>
            {toPlural(size, line.text === '{' ? 'field' : 'value')}
          </button>
          {end?.text}
        </>
      )}
      {(isFolded ? end?.hasComma : line.hasComma) === true && ','}
    </div>
  )
}

const clipName = (name: string): string => name.slice(0, 40)
