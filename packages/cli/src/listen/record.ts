import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHeaderList } from 'sallyport/provider'
import { writeHttpFile } from '../http-file.ts'
import type { Undo } from '../make-or-undo.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { unwritable } from '../read-named-file.ts'
import type { Exchange } from './exchange.ts'
import { withLength } from './forward-headers.ts'

/** Writes deliveries to files that `sallyport verify` and `sallyport send --replay` read. */
export interface Recorder {
  /** Resolves to the path; to `undefined` where there is nothing to verify, because the body was not read. */
  save(exchange: Exchange): Promise<string | undefined>
}

/** Creates the folder of a recorder. @throws CliError with the system's code */
export function makeRecordFolder(folder: string, cwd: string): Promise<Undo> {
  return makePrivateFolder(folder, cwd).catch((cause: unknown) => {
    throw unwritable(`--record: ${folder}`, cause)
  })
}

/** Creates a recorder for a folder that exists by the time it saves. */
export function createRecorder(folder: string): Recorder {
  let count = 0

  return {
    async save({ body, method, url, rawHeaders, receivedAt, provider = 'unknown' }) {
      if (body === undefined) return undefined
      count += 1
      const time = new Date(receivedAt).toISOString().replaceAll(/[:.]/g, '-')
      const path = join(
        folder,
        `${time}-${String(count).padStart(4, '0')}-${provider.replaceAll(/[^\w.-]/g, '_')}.http`,
      )
      // The chunks are joined already, and a body may look like chunks.
      const headers = toHeaderList(withLength(rawHeaders, body.byteLength))
      // It contains signatures and credentials.
      await writeFile(path, writeHttpFile({ method, url, headers, body, receivedAt }), { flag: 'wx', mode: 0o600 })
      return path
    },
  }
}
