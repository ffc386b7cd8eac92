import { Fragment } from 'preact'
import { useMemo } from 'preact/hooks'
import { toCount, toPlural } from '../format.ts'
import { Notice } from '../parts/notice.tsx'
import { Text } from '../parts/text.tsx'
import { toJsonLines } from './json-lines.ts'
import { JsonView } from './json-view.tsx'
import { readBody, readForm, toHexLine } from './read-body.ts'
import { ShownBody, type BodyProps } from './shown-body.tsx'
import { PlainLines, TextView } from './text-view.tsx'
import type { Body } from './use-body.ts'

/** The body as people read it. */
export function BodyTab(props: BodyProps) {
  return <ShownBody {...props}>{(body) => <Pretty body={body} contentType={props.event.contentType} />}</ShownBody>
}

function Pretty({ body, contentType }: { readonly body: Body; readonly contentType: string | undefined }) {
  const read = useMemo(() => readBody(body.bytes, contentType, body.isCut), [body, contentType])
  if (read.kind === 'json') return <Json text={read.text} isCut={body.isCut} />
  if (read.kind === 'form') return <Form text={read.text} />
  if (read.kind === 'text') return <TextView text={read.text} />
  if (read.kind === 'empty') return <p class="dim">Empty</p>
  return <Hex bytes={body.bytes} />
}

function Json({ text, isCut }: { readonly text: string; readonly isCut: boolean }) {
  const { lines, brokenAt } = useMemo(() => toJsonLines(text), [text])
  if (brokenAt === undefined || isCut) return <JsonView lines={lines} />
  return (
    <>
      <Notice>This is not valid JSON: it breaks at character {toCount(brokenAt + 1)}.</Notice>
      <TextView text={text} />
    </>
  )
}

const mostFields = 500

function Form({ text }: { readonly text: string }) {
  const fields = useMemo(() => readForm(text), [text])
  return (
    <>
      <dl class="facts headers">
        {fields.slice(0, mostFields).map(([name, value], index) => (
          <Fragment key={index}>
            <dt class="mono">
              <Text value={name} />
            </dt>
            <dd class="mono">
              <FormValue value={value} />
            </dd>
          </Fragment>
        ))}
      </dl>
      {fields.length > mostFields && <p class="dim">{toPlural(fields.length - mostFields, 'more field')}: see Raw</p>}
    </>
  )
}

/** Some senders put JSON into a field. */
function FormValue({ value }: { readonly value: string }) {
  const json = useMemo(() => (/^\s*[[{]/.test(value) ? toJsonLines(value) : undefined), [value])
  return json !== undefined && json.brokenAt === undefined ? (
    <JsonView lines={json.lines} label="Value" />
  ) : (
    <Text value={value} most={5_000} />
  )
}

/** Bytes in hexadecimal, 16 a line. */
export function Hex({ bytes }: { readonly bytes: Uint8Array }) {
  return (
    <PlainLines
      label="Bytes"
      isFixed
      count={Math.ceil(bytes.length / 16)}
      lineAt={(index) => toHexLine(bytes, index)}
    />
  )
}
