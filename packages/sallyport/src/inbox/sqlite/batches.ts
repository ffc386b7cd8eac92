import type { Command, Request } from './protocol.ts'

const mostRequests = 500
// Beyond this the sync takes longer than it saves, and everybody in the batch waits for it.
const mostBytes = 32 * 1024 * 1024

/** Divides requests, in their order, into what one transaction is to carry. */
export function toBatches(requests: readonly Request[]): Request[][] {
  const batches: Request[][] = []
  let bytes = 0
  for (const request of requests) {
    const size = sizeOf(request.command)
    const last = batches.at(-1)
    if (last && last.length < mostRequests && bytes + size <= mostBytes) {
      last.push(request)
      bytes += size
    } else {
      batches.push([request])
      bytes = size
    }
  }
  return batches
}

function sizeOf(command: Command): number {
  return command.kind === 'insert' ? command.rows.reduce((sum, { body }) => sum + body.byteLength, 0) : 0
}
