import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FleetError } from '../fleet-error.ts'
import { readEntryName, readNameAt } from './entry-name.ts'

// Pieces that break rules, among harmless ones.
const pieces =
  'a Skill - _ 1 / / . .. \\ : ? \0 \u007f é \u202e /con CON lpt1 conin$ nul.txt aux /x 0123456789012345678901234567890123456789'
const piece = fc.constantFrom(...pieces.split(' '), ' ', 'aux ')
const names = fc.array(piece, { maxLength: 80 }).map((parts) => Buffer.from(parts.join('')))

function outcome(read: () => string): string {
  try {
    return `read ${read()}`
  } catch (error) {
    if (FleetError.is(error)) return error.code
    throw error
  }
}

describe('readNameAt', () => {
  it('applies the same rules in an archive as alone', () => {
    const property = fc.property(names, fc.boolean(), fc.boolean(), (name, isFlagged, allowUnflagged) => {
      const archive = Buffer.concat([Buffer.from('PK/'), name, Buffer.from('../')])
      const found = outcome(() => readNameAt(archive, 3, 3 + name.length, isFlagged, allowUnflagged))
      expect(found).toBe(outcome(() => readEntryName(name, isFlagged, allowUnflagged)))
    })
    fc.assert(property, { numRuns: 5_000 })
  })

  it.each(['a/../b', '..', '/a', 'a//b', 'a./b', 'a /b', 'com1', 'a/CON.md', 'lpt9 .x', 'a\u00e9', 'a\nb', 'c:', ''])(
    'rejects %j',
    (name) => {
      const bytes = Buffer.from(name)
      expect(outcome(() => readNameAt(bytes, 0, bytes.length, false, false))).toMatch(/^[A-Z_0-9]+$/)
    },
  )
})
