import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHeaderList } from 'sallyport/provider'
import type { IncomingDelivery } from 'sallyport'
import { writeHttpFile } from '../http-file.ts'

/** Writes deliveries to files that `sallyport verify` reads. */
export interface Recorder {
  /** The same delivery; its body is remembered when it is read. */
  watch(incoming: IncomingDelivery): {
    readonly incoming: IncomingDelivery
    save(name: string): Promise<string | undefined>
  }
}

/** Creates a recorder for a folder that exists by the time it saves. */
export function createRecorder(folder: string): Recorder {
  let count = 0

  return {
    watch(incoming) {
      const receivedAt = Date.now()
      let bytes: Uint8Array | undefined
      const { method, url, headers, remoteAddress, secure, body } = incoming
      const watched: IncomingDelivery = {
        method,
        url,
        headers,
        remoteAddress,
        secure,
        receivedAt,
        async body(limits) {
          bytes = typeof body === 'function' ? await body(limits) : body
          return bytes
        },
        get signal() {
          return incoming.signal
        },
      }
      return {
        incoming: watched,
        async save(name) {
          // Rejected before its body was read: there is nothing to verify.
          if (bytes === undefined) return undefined
          count += 1
          const time = new Date(receivedAt).toISOString().replaceAll(/[:.]/g, '-')
          const path = join(folder, `${time}-${String(count).padStart(4, '0')}-${name}.http`)
          const request = { method, url, headers: toHeaderList(headers), body: bytes, receivedAt }
          // It contains signatures and credentials.
          await writeFile(path, writeHttpFile(request), { flag: 'wx', mode: 0o600 })
          return path
        },
      }
    },
  }
}
