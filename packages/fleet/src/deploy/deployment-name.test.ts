import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeploymentName, toDeploymentName } from './deployment-name.ts'

const toFolder = (agent: string | undefined): string => toDeploymentName(undefined, agent)
/** What file systems that ignore case or normalise make of a name. */
const onAnyDisk = (folder: string): string => folder.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFD')

describe('toDeploymentName', () => {
  it.each([
    ['中文Agent', '日本Agent'],
    ['C++ helper', 'C# helper'],
    ['Researcher', 'researcher'],
    ['Researcher', 'RESEARCHER'],
    ['Meeting preparer', 'meeting-preparer'],
    ['Meeting preparer', 'Meeting  preparer'],
    ['Meeting preparer', 'Meeting preparer '],
    ['Meeting preparer', 'Meeting_preparer'],
    ['Café', 'Cafe'],
    ['Ｒesearcher', 'Researcher'],
    ['Rеsearcher', 'Researcher'],
    ['Straße', 'Strasse'],
    ['Istanbul', 'İstanbul'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['Research\u200ber', 'Researcher'],
    ['x'.repeat(100), 'x'.repeat(99)],
    ['+', '-'],
    ['🦊', '🐙'],
    ['研究助手', '研究助理'],
    ['ｶﾞｲﾄﾞ', 'ガイド'],
  ])('tells %j from %j', (one, other) => {
    expect(onAnyDisk(toFolder(one))).not.toBe(onAnyDisk(toFolder(other)))
  })

  it('tells a name from one that is written as its folder', () => {
    const names = ['Meeting preparer', 'C++ helper', '研究助手', '+', 'Con', 'x'.repeat(100)]
    for (const name of names) {
      const folder = toFolder(name)
      const asName = folder[0]!.toUpperCase() + folder.slice(1)
      for (const written of [folder, asName, asName.replaceAll('-', ' ')]) {
        if (written !== name) expect(onAnyDisk(toFolder(written))).not.toBe(onAnyDisk(folder))
      }
    }
  })

  it.each([
    ['Meeting preparer', /^meeting-preparer$/],
    ['Researcher', /^researcher$/],
    ['3d modeller 2', /^3d-modeller-2$/],
    ['研究助手', /^研究助手-[0-9a-f]{12}$/],
    ['中文Agent', /^中文agent-[0-9a-f]{12}$/],
    ['ガイド', /^ガイド-[0-9a-f]{12}$/],
    ['हिन्दी सहायक', /^हिन्दी-सहायक-[0-9a-f]{12}$/],
    ['  Über-Agent №5!  ', /^uber-agent-no5-[0-9a-f]{12}$/],
    ['C++ helper', /^c-helper-[0-9a-f]{12}$/],
    ['../../etc', /^etc-[0-9a-f]{12}$/],
    ['.hidden', /^hidden-[0-9a-f]{12}$/],
    ['...', /^agent-[0-9a-f]{12}$/],
    ['🦊', /^agent-[0-9a-f]{12}$/],
    ['Con', /^con-[0-9a-f]{12}$/],
    ['NUL', /^nul-[0-9a-f]{12}$/],
    ['x'.repeat(100), /^x{40}-[0-9a-f]{12}$/],
    [`A${'b'.repeat(63)}`, /^ab{63}$/],
  ])('makes a readable folder of %j', (agent, folder) => {
    expect(toFolder(agent)).toMatch(folder)
  })

  it('gives one name in both Unicode forms one folder', () => {
    for (const name of ['Café', 'ガイド', '한국어', 'Ångström', '\u2126'])
      expect(toFolder(name.normalize('NFD'))).toBe(toFolder(name.normalize('NFC')))
  })

  it.each([
    [undefined, 'has no name'],
    ['', 'has no name'],
    [' \n', 'has no name'],
    ['a\ud800', 'is not valid Unicode'],
    ['x'.repeat(1_001), 'longer than 1,000 characters'],
  ])('rejects %j with its reason', (agent, reason) => {
    expect(() => toFolder(agent)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
    expect(() => toFolder(agent)).toThrow(reason)
  })

  const segments = fc.constantFrom(
    ...Array.from('aAbZzéÉß-_. 中日文カſKİıςσ.~+#0'),
    'e\u0301',
    '\u200d',
    '\u202e',
    '🦊',
    'con',
    'ﬁ',
  )
  const words = fc.array(segments, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
  const anyName = fc.oneof(words, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.string())
  const usable = anyName.filter((name) => name.trim() !== '' && name.isWellFormed())

  it('gives two names two folders on any disk', () => {
    const pairs = fc.oneof(
      fc.tuple(usable, usable),
      usable.map((name): [string, string] => [name, name.toLowerCase()]),
      usable.map((name): [string, string] => [name, name.normalize('NFKC')]),
      usable.map((name): [string, string] => [name, `${name} `]),
      usable.map((name): [string, string] => [name, toFolder(name)]),
    )
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const isOne = one.normalize('NFC') === other.normalize('NFC')
        expect(onAnyDisk(toFolder(one)) === onAnyDisk(toFolder(other))).toBe(isOne)
      }),
      { numRuns: 5_000 },
    )
  })

  it('makes a folder name for every platform', () => {
    fc.assert(
      fc.property(usable, (name) => {
        const folder = toFolder(name)
        expect(isDeploymentName(folder)).toBe(true)
        expect(toDeploymentName(folder, undefined)).toBe(folder)
        expect(folder).toBe(folder.normalize('NFC'))
        expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(255)
        expect(folder).not.toMatch(/^[.-]|[. ]$|[/\\:<>|?*"]|[\p{Cc}\p{Cf}]/u)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('a chosen name', () => {
  it.each(['researcher', 'A.b_c-1', '研究助手', 'साथी', 'x'.repeat(64)])('may be %j', (name) => {
    expect(toDeploymentName(name, undefined)).toBe(name)
  })

  it.each([
    '',
    '.a',
    '-a',
    '\u0301a',
    'a b',
    'a/b',
    'a.',
    'aux',
    'e\u0301',
    'a\u200d',
    'a\uffa0',
    'a\u3164',
    '字'.repeat(86),
  ])('may not be %j', (name) => {
    expect(() => toDeploymentName(name, undefined)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
  })
})
