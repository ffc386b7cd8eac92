import { useState } from 'preact/hooks'
import type { Check, Problem } from '../../src/api.ts'
import { post, toProblem } from '../call.ts'
import { Tag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'

/** Verifies and validates an event again, with the secrets and schemas of now. */
export function CheckAgain({ eventKey }: { readonly eventKey: string }) {
  const [check, setCheck] = useState<Check | undefined>()
  const [problem, setProblem] = useState<Problem | undefined>()
  const [isBusy, setBusy] = useState(false)
  const run = async (): Promise<void> => {
    setBusy(true)
    setProblem(undefined)
    try {
      setCheck(await post<Check>('check', { key: eventKey }))
    } catch (error) {
      setProblem(toProblem(error))
    }
    setBusy(false)
  }
  return (
    <div class="check">
      <div role="status">
        {check !== undefined && <Verdict check={check} />}
        {problem !== undefined && (
          <p>
            <Tag tone="bad">could not check</Tag> <Text value={problem.title} />
          </p>
        )}
      </div>
      <button type="button" class="link" disabled={isBusy} onClick={() => void run()}>
        {isBusy ? 'Checking…' : check === undefined ? 'Verify and validate again now' : 'Check again'}
      </button>
    </div>
  )
}

const unproven = {
  redacted: { name: 'signature not kept', text: 'The header that proves the sender was not stored' },
  fetched: { name: 'no signature', text: 'Your program fetched the event' },
  none: { name: 'no signature', text: 'Its receiver takes what anybody sends' },
}

function Verdict({ check: { sender, data } }: { readonly check: Check }) {
  return (
    <>
      <p>
        {typeof sender === 'string' ? (
          <>
            <Tag>{unproven[sender].name}</Tag> {unproven[sender].text}, so only the schema was checked.
          </>
        ) : sender.ok ? (
          <>
            <Tag tone="good">verifies</Tag> with the key <Text value={sender.keyId} most={80} />
          </>
        ) : (
          <>
            <Tag tone="bad">does not verify</Tag> <Text value={sender.title} /> <Code value={sender.code} />
          </>
        )}
      </p>
      {data.ok && (
        <p>
          <Tag tone="good">fits</Tag> the schema of its type
        </p>
      )}
      {!data.ok && 'code' in data && (
        <p>
          <Tag tone="bad">not validated</Tag> <Text value={data.title} /> <Code value={data.code} />
        </p>
      )}
      {!data.ok && 'issues' in data && (
        <>
          <p>
            <Tag tone="bad">does not fit</Tag> the schema of its type:
          </p>
          <ul>
            {data.issues.slice(0, 50).map((issue, index) => (
              <li key={index} class="mono">
                <Text value={issue} />
              </li>
            ))}
            {data.issues.length > 50 && <li>{data.issues.length - 50} more</li>}
          </ul>
        </>
      )}
    </>
  )
}

const Code = ({ value }: { readonly value: string }) => (
  <span class="mono dim">
    <Text value={value} most={80} />
  </span>
)
