import { useMemo, useState } from 'preact/hooks'
import { toApi } from '../call.ts'
import { toBytes } from '../format.ts'
import { Choices } from '../parts/chip.tsx'
import { Hex } from './body-tab.tsx'
import { readBody } from './read-body.ts'
import { ShownBody, type BodyProps } from './shown-body.tsx'
import { TextView } from './text-view.tsx'
import type { Body } from './use-body.ts'

/** The bytes as they arrived: as text where they are text, and in hexadecimal. */
export function RawTab(props: BodyProps) {
  return (
    <ShownBody {...props} isRaw>
      {(body) => <Raw body={body} eventKey={props.event.key} encoding={props.event.encoding} />}
    </ShownBody>
  )
}

function Raw(props: { readonly body: Body; readonly eventKey: string; readonly encoding: string | undefined }) {
  const { body } = props
  const read = useMemo(() => readBody(body.bytes, 'text/plain', body.isCut), [body])
  const text = read.kind === 'binary' || read.kind === 'empty' ? undefined : read.text
  const [form, setForm] = useState<'text' | 'hex'>('text')
  return (
    <>
      <div class="tools">
        {text !== undefined && (
          <Choices
            label="Form"
            options={[
              ['text', 'Text'],
              ['hex', 'Hex'],
            ]}
            value={form}
            onChoose={(chosen) => setForm(chosen === 'hex' ? 'hex' : 'text')}
          />
        )}
        <span class="dim">
          {toBytes(body.bytes.length)}
          {props.encoding !== undefined && ', compressed'}
        </span>
        <a class="right" href={toApi('event/body', { key: props.eventKey, raw: '1', whole: '1' })} download="body">
          Download
        </a>
      </div>
      {text !== undefined && form === 'text' ? <TextView text={text} /> : <Hex bytes={body.bytes} />}
    </>
  )
}
