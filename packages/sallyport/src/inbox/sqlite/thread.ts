import { parentPort, receiveMessageOnPort, workerData, type TransferListItem } from 'node:worker_threads'
import type { StoredEvent } from '../engine.ts'
import { runBatch, toBatches } from './batch.ts'
import type { Claimed } from './claim.ts'
import { createConnection } from './connection.ts'
import { createProcessLock } from './process-lock.ts'
import type { Request, Response, ThreadData } from './thread-client.ts'

// The thread of the SQLite engine. A commit waits for the disk, which must not block the event loop that answers senders; and
// what arrives while one commit waits is committed together by the next (group commit).

const port = parentPort!
const { settings, token } = workerData as ThreadData
const lock = createProcessLock()
const connection = createConnection(settings, lock, token)

const answerEveryMs = 250

// Here, because a handler may block the event loop that asked for this thread.
setInterval(() => {
  if (lock.isHeld()) runBatch(connection, [{ number: -1, name: 'answer', parameters: [] }])
}, answerEveryMs).unref()

function drainPort(first: readonly Request[]): Request[] {
  const requests = [...first]
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) {
    requests.push(...(message.message as Request[]))
  }
  return requests
}

port.on('message', (first: Request[]) => {
  for (const batch of toBatches(drainPort(first))) {
    const isLast = batch.some(({ name }) => name === 'close')
    const responses = runBatch(connection, batch)
    if (isLast) {
      connection.close()
      lock.release()
    }
    port.postMessage(responses, responses.flatMap(bodiesOf))
    if (isLast) port.close()
  }
})

// Bodies may be large, and this thread does not need them any more.
function bodiesOf(response: Response): TransferListItem[] {
  const value = 'value' in response ? (response.value as Partial<StoredEvent & Claimed> | undefined) : undefined
  const bodies = [value?.body, ...(value?.events ?? []).map(({ body }) => body)]
  return bodies.flatMap((body) => (body && body.byteLength > 0 ? [body.buffer as ArrayBuffer] : []))
}
