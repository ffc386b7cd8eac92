import { useEffect, useMemo, useState } from 'preact/hooks'
import type { EventList, Problem } from '../../src/api.ts'
import { get, toProblem } from '../call.ts'
import { toCount, toPlural } from '../format.ts'
import { Notice } from '../parts/notice.tsx'
import { Answered, Empty, Failed } from '../parts/states.tsx'
import { Text } from '../parts/text.tsx'
import { toVisible } from '../visible.ts'
import { diffLines, mostDiffLines, toComparable, type DiffPart } from './diff-lines.ts'
import { readBody } from './read-body.ts'
import { ShownBody, type BodyProps } from './shown-body.tsx'
import { useBody, type Body } from './use-body.ts'

/** What differs from another event: the one before of the same type, or any. */
export function DiffTab(props: BodyProps) {
  const { event } = props
  const [other, setOther] = useState<string | undefined>()
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<Problem | undefined>()
  const findPrevious = async (): Promise<void> => {
    setProblem(undefined)
    try {
      const { provider, type, storedAt } = event
      const { events } = await get<EventList>('events', { provider, type, until: String(storedAt), limit: '5' })
      const found = events.find(({ key }) => key !== event.key)
      if (found === undefined) setProblem({ code: 'NONE', title: 'There is no earlier event of this type' })
      else setOther(found.key)
    } catch (error) {
      setProblem(toProblem(error))
    }
  }
  const findTyped = async (text: string): Promise<void> => {
    setProblem(undefined)
    const key = readKey(text)
    if (key !== undefined) return setOther(key)
    try {
      const { events } = await get<EventList>('events', { provider: event.provider, q: text, limit: '20' })
      const found = events.find(({ id }) => id === text)
      if (found === undefined) setProblem({ code: 'NONE', title: 'No event of this sender has this id' })
      else setOther(found.key)
    } catch (error) {
      setProblem(toProblem(error))
    }
  }
  return (
    <ShownBody {...props}>
      {(body) => (
        <>
          <form
            class="tools"
            onSubmit={(submitted) => {
              submitted.preventDefault()
              if (typed.trim() !== '') void findTyped(typed.trim())
            }}
          >
            <button type="button" onClick={() => void findPrevious()}>
              Previous of this type
            </button>
            <input
              class="grow"
              placeholder="or id or link of an event"
              aria-label="Id or link of another event"
              value={typed}
              onInput={(input) => setTyped(input.currentTarget.value)}
            />
            <button disabled={typed.trim() === ''}>Compare</button>
          </form>
          {problem !== undefined &&
            (problem.code === 'NONE' ? <Empty title={problem.title} /> : <Failed problem={problem} />)}
          {other === undefined && problem === undefined && (
            <Empty title="Compare with another event">
              Take the one before, or paste an event id, or a link from “Copy link”.
            </Empty>
          )}
          {other !== undefined && <Compared key={other} body={body} other={other} mine={event.key} />}
        </>
      )}
    </ShownBody>
  )
}

/** A key, or the key within a link to an event; `undefined` for anything else, as the id of an event. */
function readKey(text: string): string | undefined {
  if (/^(\[|sha256:)/.test(text)) return text
  return /^https?:/.test(text) && URL.canParse(text) ? (new URL(text).searchParams.get('key') ?? undefined) : undefined
}

function Compared(props: { readonly body: Body; readonly other: string; readonly mine: string }) {
  const answer = useBody(props.other, true)
  return (
    <Answered answer={answer}>
      {(body) => (
        <>
          <p class="dim mono">
            <span class="removed">− {<Text value={props.other} />}</span>
            <br />
            <span class="added">+ {<Text value={props.mine} />}</span>
          </p>
          <Changes before={body} after={props.body} />
        </>
      )}
    </Answered>
  )
}

const toText = ({ bytes, isCut }: Body): string | undefined => {
  const read = readBody(bytes, undefined, isCut)
  return read.kind === 'binary' ? undefined : read.kind === 'empty' ? '' : read.text
}

function Changes({ before, after }: { readonly before: Body; readonly after: Body }) {
  const texts = useMemo(() => [toText(before), toText(after)] as const, [before, after])
  const lines = useMemo(() => texts.map((text) => (text === undefined ? undefined : toComparable(text))), [texts])
  const [old, current] = lines
  const parts = useMemo(
    () => (old === undefined || current === undefined ? undefined : diffLines(old, current)),
    [old, current],
  )
  if (old === undefined || current === undefined) return <Empty title="Binary bodies are not compared" />
  if (parts === undefined) return <Empty title="They differ too much to compare line by line" />
  const isCut = Math.max(old.length, current.length) > mostDiffLines || before.isCut || after.isCut
  const isEqual = parts.every(({ kind, lines: [first] }) => kind === 'equal' || first?.sign === ' ')
  return (
    <>
      {isCut && <Notice tone="info">Only the first {toCount(mostDiffLines)} lines are compared.</Notice>}
      {isEqual && <Notice tone="info">No difference.</Notice>}
      <div class="code diff" role="region" aria-label="Differences" tabIndex={0}>
        {parts.map((part, index) => (
          <Part key={index} part={part} />
        ))}
      </div>
    </>
  )
}

const classes = { ' ': '', '+': 'add', '-': 'del' }
const mostShown = 1_000

function Part({ part }: { readonly part: DiffPart }) {
  const [isOpen, setOpen] = useState(part.kind === 'lines')
  // Another comparison may put another part here.
  useEffect(() => setOpen(part.kind === 'lines'), [part])
  if (!isOpen) {
    return (
      <button type="button" class="equal" onClick={() => setOpen(true)}>
        {toPlural(part.lines.length, 'equal line')}
      </button>
    )
  }
  return (
    <>
      {part.lines.slice(0, mostShown).map(({ sign, text }, index) => (
        <div key={index} class={classes[sign]}>
          <span class="sign">{sign === '-' ? '−' : sign}</span>
          <bdi>{toVisible(text.slice(0, 2_000))}</bdi>
        </div>
      ))}
      {part.lines.length > mostShown && <div class="dim">{toPlural(part.lines.length - mostShown, 'more line')}</div>}
    </>
  )
}
