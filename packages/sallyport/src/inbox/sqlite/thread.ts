import { setPriority } from 'node:os'
import { parentPort, receiveMessageOnPort, workerData, type TransferListItem } from 'node:worker_threads'
import type { StoredEvent } from '../engine.ts'
import { isStep, runBatch, toBatches } from './batch.ts'
import { createCheckpointer } from './checkpointer.ts'
import type { Claimed } from './claim.ts'
import { createConnection } from './connection.ts'
import { isWrite } from './methods.ts'
import { createProcessLock } from './process-lock.ts'
import type { Request, Response, ThreadData } from './thread-client.ts'

// The thread of the SQLite engine. A commit waits for the disk, which must not block the event loop that answers senders; and
// what arrives while one commit waits is committed together by the next (group commit).

const port = parentPort!
const { settings, token } = workerData as ThreadData
const lock = createProcessLock()
const connection = createConnection(settings, lock, token)
const checkpointer = createCheckpointer(() => {
  connection.ifOpen(checkpointer.look)
  run([])
})
let held: Request[] = []

// Looking must not take the processor from what stores. On Linux a priority is that of the thread; elsewhere of the process.
const afterOthers = 10
if (settings.readOnly && process.platform === 'linux') setPriority(0, afterOthers)

const answerEveryMs = 250

// Here, because a handler may block the event loop that asked for this thread.
setInterval(() => {
  if (lock.isHeld()) runBatch(connection, [{ number: -1, name: 'answer', parameters: [] }])
}, answerEveryMs).unref()

port.on('message', (first: Request[]) => run([...first, ...drainPort()]))

function drainPort(): Request[] {
  const requests: Request[] = []
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) {
    requests.push(...(message.message as Request[]))
  }
  return requests
}

function run(requests: readonly Request[]): void {
  const batches = toBatches([...held, ...requests])
  held = []
  for (const batch of batches) {
    if (batch.some(({ name }) => name === 'close')) void close(batch)
    // The log would grow and grow: steps write many pages.
    else if (isStep(batch) && checkpointer.isBehind()) held.push(...batch)
    else answer(batch)
  }
}

function answer(batch: readonly Request[]): void {
  const responses = runBatch(connection, batch)
  port.postMessage(responses, responses.flatMap(bodiesOf))
  if (!settings.readOnly && batch.some(({ name }) => isWrite(name))) connection.ifOpen(checkpointer.look)
}

async function close(batch: readonly Request[]): Promise<void> {
  // The last connection to a database deletes its log.
  await checkpointer.end()
  for (const request of held) answer([request])
  answer(batch)
  connection.close()
  lock.release()
  port.close()
}

// Bodies may be large, and this thread does not need them any more.
function bodiesOf(response: Response): TransferListItem[] {
  const value = 'value' in response ? (response.value as Partial<StoredEvent & Claimed> | undefined) : undefined
  const bodies = [value?.body, ...(value?.events ?? []).map(({ body }) => body)]
  return bodies.flatMap((body) => (body && body.byteLength > 0 ? [body.buffer as ArrayBuffer] : []))
}
