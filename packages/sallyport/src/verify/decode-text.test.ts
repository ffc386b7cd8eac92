import { describe, expect, it } from 'vitest'
import { decodeText } from './decode-text.ts'

const words = 'NAME=Schlüssel'
const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(words)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${words}`)],
  ])('reads %s', (_what, bytes) => expect(decodeText(bytes)).toEqual({ ok: true, text: words }))

  it('reads nothing, and one character', () => {
    expect(decodeText(new Uint8Array())).toEqual({ ok: true, text: '' })
    expect(decodeText(Buffer.from('a'))).toEqual({ ok: true, text: 'a' })
  })

  it.each([
    ['UTF-16', 'little-endian', Buffer.from(`\ufeff${words}`, 'utf16le')],
    ['UTF-16', 'big-endian', swapped(`\ufeff${words}`)],
    ['UTF-16', 'little-endian without a mark', Buffer.from(words, 'utf16le')],
    ['UTF-16', 'big-endian without a mark', swapped(words)],
    ['UTF-32', 'little-endian', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ['UTF-32', 'big-endian', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61])],
    ['not UTF-8 (Latin-1, or another code page)', 'Latin-1', Buffer.from(words, 'latin1')],
  ])('names %s, %s', (encoding, _order, bytes) => expect(decodeText(bytes)).toEqual({ ok: false, encoding }))
})
