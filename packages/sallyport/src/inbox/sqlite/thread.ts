import { parentPort, receiveMessageOnPort, workerData, type TransferListItem } from 'node:worker_threads'
import type { StoredEvent } from '../engine.ts'
import { toBatches } from './batches.ts'
import { createConnection } from './connection.ts'
import { createExecutor } from './execute.ts'
import type { Claimed } from './queue.ts'
import type { Request, Response, ThreadData } from './protocol.ts'
import { runBatch } from './run-batch.ts'
import { createWorkerLock } from './worker-lock.ts'

// The thread of the SQLite engine. A commit waits for the disk, which must not hold up the event loop that answers senders;
// and what arrives while one commit waits is committed together by the next (group commit).

const port = parentPort!
const { settings } = workerData as ThreadData
const connection = createConnection(settings)
const lock = createWorkerLock(settings.path)
const execute = createExecutor(lock)

function drainPort(first: readonly Request[]): Request[] {
  const requests = [...first]
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) {
    requests.push(...(message.message as Request[]))
  }
  return requests
}

port.on('message', (first: Request[]) => {
  for (const batch of toBatches(drainPort(first))) {
    const isLast = batch.some(({ command }) => command.kind === 'close')
    const responses = runBatch(connection, execute, batch)
    if (isLast) {
      connection.close()
      lock.release()
    }
    port.postMessage(responses, responses.flatMap(bodiesOf))
    if (isLast) port.close()
  }
})

// Bodies may be large; nobody here needs them any more.
function bodiesOf(response: Response): TransferListItem[] {
  const value = 'value' in response ? (response.value as Partial<StoredEvent & Claimed> | undefined) : undefined
  const bodies = [value?.body, ...(value?.events ?? []).map(({ body }) => body)]
  return bodies.flatMap((body) => (body && body.byteLength > 0 ? [body.buffer as ArrayBuffer] : []))
}
