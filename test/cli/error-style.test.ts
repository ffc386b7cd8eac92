import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'src')

/** Errors whose message ends with what to do, or that leave nothing to do but what they say. */
const exempt: Readonly<Record<string, string>> = {
  SECRET_INVALID: 'findSecretFlaw says what to do',
  code: 'the code and message of the sandbox',
}

/** Every `new CliError(…)` of the command, with its code and arguments. */
async function listErrors(): Promise<{ code: string; place: string; text: string }[]> {
  const files = (await readdir(source, { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file))
  const found = files.map(async (file) => {
    const text = await readFile(join(source, file), 'utf8')
    return [...text.matchAll(/new CliError\(/g)].map(({ index }) => {
      const call = readCall(text, index + 'new CliError'.length)
      const [, code = ''] = /^\(\s*[^,]+,\s*'?([\w.]+)/.exec(call) ?? []
      return { code, place: `${file}:${text.slice(0, index).split('\n').length}`, text: call }
    })
  })
  return (await Promise.all(found)).flat()
}

/** From an opening parenthesis to the one that closes it. */
function readCall(text: string, start: number): string {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return text.slice(start, at + 1)
  }
  return text.slice(start)
}

describe('the errors of the command', () => {
  it('say what to do', async () => {
    const errors = await listErrors()
    expect(errors.length).toBeGreaterThan(30)
    const silent = errors.filter(({ code, text }) => !/\bfix\b/.test(text) && !(code in exempt))
    expect(silent.map(({ code, place }) => `${code} ${place}`)).toEqual([])
  })
})
