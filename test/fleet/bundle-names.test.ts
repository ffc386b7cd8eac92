import { spawnSync } from 'node:child_process'
import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { agents } from '../support/archives/hostile/fixture.ts'
import { findPython } from '../support/archives/batch-reader.ts'
import { buildZip } from '../support/archives/zip-builder.ts'

const utf8 = 0x0800

/** The paths that are accepted, beside AGENTS.md, or none. */
async function acceptedPaths(...names: readonly string[]): Promise<string[]> {
  const outcome = await attempt(
    buildZip({ entries: [agents, ...names.map((name) => ({ name, flags: utf8, content: name }))] }),
  )
  return outcome.code === 'ACCEPTED'
    ? outcome.bundle.files.map(({ path }) => path).filter((path) => path !== 'AGENTS.md')
    : []
}

const letters = 'a A b é e\u0301 ß ss ſ K \u212a İ ı i I ﬁ fi Σ ς 技 \u{1f600} \u0345 \ufffd $'
const separators = '/ // . .. ... \\ : * %2e %2f \u2024 \uff0e \uff0f \uff3c \u2215 \u2044 \u29f5'
const invisibles = '\0 \n \u200d \u202e \ufeff \u00ad \u3164'
const words = 'CON nul COM1 com\u00b9 aux.txt .git .GIT ~1 git~1 __MACOSX ._'
const pieces = fc.constantFrom(' ', '\u00a0', '\u3000', ...`${letters} ${separators} ${invisibles} ${words}`.split(' '))
const character = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
const name = fc
  .array(fc.oneof({ weight: 3, arbitrary: pieces }, character), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))

describe('an accepted name', () => {
  it('joins to a path inside its folder on every system', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(name, async (candidate) => {
        for (const path of await acceptedPaths(candidate)) {
          accepted++
          expect(path).toBe(candidate)
          expect(posix.resolve('/srv/agents', path)).toBe(`/srv/agents/${path}`)
          expect(win32.resolve('C:\\agents', path)).toBe(`C:\\agents\\${path.replaceAll('/', '\\')}`)
          expect(new TextDecoder().decode(new TextEncoder().encode(path))).toBe(path)
          for (const segment of path.split('/'))
            expect(segment).not.toMatch(/^\.git$|[. ]$|^(con|prn|aux|nul|(com|lpt)[1-9¹²³]) *(\.|$)/i)
        }
      }),
      { numRuns: 4000, seed: 1 },
    )
    expect(accepted).toBeGreaterThan(300)
  })

  it('collides with no other accepted name on any system', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(name, name, fc.boolean(), async (one, other, sibling) => {
        const names = sibling ? [`skills/${one}`, `skills/${other}`] : [one, other]
        const [first, second] = await acceptedPaths(...names)
        if (first === undefined || second === undefined) return
        accepted++
        for (const fold of folds) {
          const [a, b] = [fold(first), fold(second)]
          expect(a).not.toBe(b)
          expect(a.startsWith(`${b}/`) || b.startsWith(`${a}/`)).toBe(false)
        }
      }),
      { numRuns: 3000, seed: 2 },
    )
    expect(accepted).toBeGreaterThan(100)
  })

  const folds: readonly ((path: string) => string)[] = [
    (path) => path,
    (path) => path.normalize('NFC').toLowerCase(),
    (path) => path.normalize('NFD').toLowerCase(),
    (path) => path.normalize('NFKC').toLowerCase(),
    (path) => path.normalize('NFKD').toLowerCase(),
    (path) => path.toLowerCase().normalize('NFKC'),
  ]
})

const python = findPython()
if (python === undefined) console.warn('NOT TESTED against the case folding of Python: there is no python3')

/** Every character that folds, every fourth that is normalised, and what Python makes of them by NFKC and full case folding. */
const script = `
import json, unicodedata
def key(text):
    for _ in range(3):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return text
letters = [chr(code) for code in range(0x21, 0x110000) if not 0xD800 <= code <= 0xDFFF]
folded = [letter for letter in letters if letter.casefold() != letter]
normalised = [letter for letter in letters if letter.casefold() == letter and not unicodedata.is_normalized("NFKC", letter)]
print(json.dumps([[letter, key(letter)] for letter in folded + normalised[::4]]))
`

describe.skipIf(python === undefined)('two names that Python folds to one', () => {
  it('are never accepted together', async () => {
    const { stdout } = spawnSync(python!, ['-c', script], { maxBuffer: 16 * 1024 * 1024, encoding: 'utf8' })
    const pairs = JSON.parse(stdout) as [string, string][]
    expect(pairs.length).toBeGreaterThan(2000)
    const accepted: string[] = []
    for (const [one, folded] of pairs) {
      const paths = await acceptedPaths(`a${one}.md`, `a${folded}.md`)
      if (paths.length > 0) accepted.push(paths.map((path) => JSON.stringify(path)).join(' and '))
    }
    expect(accepted).toEqual([])
  })
})
