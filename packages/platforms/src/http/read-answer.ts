import { PlatformError, type PlatformErrorFacts } from '../platform-error.ts'

/**
 * Reads the body of an answer, up to a limit.
 *
 * @throws PlatformError `PLATFORM_RESPONSE_TOO_LARGE`
 */
export async function readAnswer(response: Response, maxBytes: number, facts: PlatformErrorFacts): Promise<Uint8Array> {
  const tooLarge = async (): Promise<never> => {
    await response.body?.cancel().catch(() => {})
    throw new PlatformError('PLATFORM_RESPONSE_TOO_LARGE', { ...facts, status: response.status })
  }
  if (Number(response.headers.get('content-length')) > maxBytes) return tooLarge()
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, size)
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel().catch(() => {})
      reader.releaseLock()
      return tooLarge()
    }
    chunks.push(value)
  }
}
