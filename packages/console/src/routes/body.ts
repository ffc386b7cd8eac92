import { ConsoleError } from '../console-error.ts'
import { maskBody } from '../mask-body.ts'
import { cut, decodeUpTo, type ReadBody } from '../read-body.ts'
import { getEvent } from '../store.ts'
import { nameEvent } from './name-event.ts'
import { readKey } from './read-call.ts'
import { audited, needStore, type Route } from './route.ts'

const shownBytes = 1024 ** 2
const mostBytes = 64 * 1024 ** 2
// Masking takes about 30 ms per MiB, in which the process does nothing else.
const mostMaskedBytes = 4 * 1024 ** 2

/** The body of an event, decompressed and, where the owner says so, with its values hidden. */
export const body: Route = {
  needs: 'body',
  audit: 'body',
  async answer(call, parts): Promise<Response> {
    const { query, visitor } = call
    const isRaw = query.get('raw') === '1'
    if (isRaw && visitor.bodies === 'mask') throw new ConsoleError('CONSOLE_FORBIDDEN', 'values of bodies are hidden')
    const event = await getEvent(needStore(parts), readKey(query.get('key')))
    const most = query.get('whole') === '1' ? mostBytes : shownBytes
    const { bytes, isCut } = await audited(call, parts, { action: 'body', what: nameEvent(event) }, async () => {
      if (isRaw) return cut(event.body, most)
      if (visitor.bodies !== 'mask') return decodeUpTo(event.body, event.encoding, most)
      return mask(await decodeUpTo(event.body, event.encoding, mostMaskedBytes), most)
    })
    return new Response(Buffer.from(bytes), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename="body"',
        ...(isCut ? { 'x-body-cut': '1' } : {}),
      },
    })
  },
}

// The beginning of a JSON text is no JSON; what is too large is hidden whole.
function mask({ bytes, isCut }: ReadBody, most: number): ReadBody {
  return isCut ? { bytes: maskBody(Buffer.from([0xff])), isCut } : cut(maskBody(bytes), most)
}
