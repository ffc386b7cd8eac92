import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAlreadyDecoded } from './already-decoded.ts'

describe('isAlreadyDecoded', () => {
  it.each(['{}', '{"a":1}', ' {"a":1}', '\r\n\t {"ü":"🌸"}', '\ufeff{"a":1}', '\ufeff \n{}'])(
    'knows %j as content',
    (text) => {
      expect(isAlreadyDecoded(Buffer.from(text))).toBe(true)
    },
  )

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a list', Buffer.from('[1]')],
    ['white space', Buffer.from(' \n')],
    ['a mark alone', Buffer.from('\ufeff')],
    ['bytes that are no text', Buffer.from([0x7b, 0xff])],
  ])('knows %s as no content', (_name, bytes) => {
    expect(isAlreadyDecoded(bytes)).toBe(false)
  })

  it('never takes compressed content for content', () => {
    fc.assert(
      fc.property(
        fc.object(),
        fc.integer({ min: 10, max: 24 }),
        fc.integer({ min: 0, max: 9 }),
        (value, window, level) => {
          const text = JSON.stringify(value)
          const packed = [
            gzipSync(text, { level }),
            deflateSync(text, { level, windowBits: Math.min(15, Math.max(9, window)) }),
            brotliCompressSync(text, {
              params: { [constants.BROTLI_PARAM_LGWIN]: window, [constants.BROTLI_PARAM_QUALITY]: level },
            }),
          ]
          expect(packed.map((bytes) => isAlreadyDecoded(bytes))).toEqual([false, false, false])
        },
      ),
    )
  })
})
