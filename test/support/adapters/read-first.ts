import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { buffer } from 'node:stream/consumers'
import type { HostBehaviour } from '@sallyport/contracts'

/** Reads a Node request before the adapter, as some hosts do, and leaves what such a host leaves. */
export async function readFirst(
  request: IncomingMessage,
  before: HostBehaviour,
  leaveOn: object = request,
): Promise<void> {
  if (before === 'nothing') return
  const bytes = await buffer(request)
  if (before === 'decompressed-bytes') Object.assign(leaveOn, { rawBody: gunzipSync(bytes) })
  else if (before === 'json-parser') Object.assign(leaveOn, { body: JSON.parse(bytes.toString()) as unknown })
  else Object.assign(leaveOn, { rawBody: before === 'raw-bytes' ? bytes : bytes.toString() })
}
