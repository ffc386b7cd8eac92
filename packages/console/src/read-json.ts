import { ConsoleError, invalidRequest } from './console-error.ts'

/** Most bytes of a request's body. */
export const mostRequestBytes = 65_536

/**
 * Reads the JSON object of a request.
 *
 * @throws ConsoleError `CONSOLE_REQUEST_TOO_LARGE`, `CONSOLE_REQUEST_INVALID`
 */
export async function readJson(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBytes(request)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    invalidRequest('the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) invalidRequest('the body is no JSON object')
  return value as Readonly<Record<string, unknown>>
}

async function readBytes({ headers, body, bodyUsed }: Request): Promise<Uint8Array> {
  if (bodyUsed) invalidRequest('the body was read before; pass the request to the console first')
  if (Number(headers.get('content-length') ?? 0) > mostRequestBytes) throw new ConsoleError('CONSOLE_REQUEST_TOO_LARGE')
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { value } = (await reader?.read()) ?? {}
    if (value === undefined) return Buffer.concat(chunks)
    length += value.byteLength
    // Cancelling would wait for the owner's copy of the body.
    if (length > mostRequestBytes) throw new ConsoleError('CONSOLE_REQUEST_TOO_LARGE')
    chunks.push(value)
  }
}
