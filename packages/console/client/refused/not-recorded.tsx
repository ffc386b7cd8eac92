const example = `import { recordDeliveries } from 'sallyport/record'

const record = recordDeliveries()
const handler = createConsole({ inbox, receivers, record, authorize })`

/** How to turn recording on. */
export function NotRecorded() {
  return (
    <div class="state">
      <strong>Refused deliveries are not recorded</strong>
      <p>
        A delivery that a receiver rejects is never stored. Give the console a record: it counts what was refused, and
        keeps a sample in memory, at most 4 MiB, without bodies, signatures or secrets. Only the process that receives
        knows what it refused, so mount the console there; the command <code>sallyport console</code> has no record.
      </p>
      <pre tabIndex={0}>{example}</pre>
    </div>
  )
}
