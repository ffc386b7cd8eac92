import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createOutput, paint, toLine, writeControls, writeText } from './output.ts'

/** A terminal that shows colours, and what was written to it. */
function createTerminal(): { stream: NodeJS.WriteStream; written: () => string } {
  let text = ''
  const write = (chunk: string): boolean => {
    text += chunk
    return true
  }
  const stream = {
    write,
    isTTY: true,
    getColorDepth: () => 8,
    hasColors: () => true,
    writable: true,
    _writableState: {},
  }
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => text }
}

const terminal = (isJson = false) => {
  const [out, error] = [createTerminal(), createTerminal()]
  return { output: createOutput(isJson, out.stream, error.stream), stdout: out.written, stderr: error.written }
}

describe('the output in a terminal', () => {
  it('has our colours, and nobody else’s', () => {
    const { stream, written } = createTerminal()
    writeText(stream, `${paint('green', 'ok \u001b[31m')} \u001b[32mforged\u001b[39m\n`)
    expect(written()).toBe('\u001b[32mok \\u{1b}[31m\u001b[39m \\u{1b}[32mforged\\u{1b}[39m\n')
  })

  it('passes on no colour copied from an earlier one', () => {
    const { stream, written } = createTerminal()
    // The number behind it is another in each process; without it, a code is nobody's.
    const forged = paint('green', 'x').replaceAll(/\d{4};/g, '1234;')
    writeText(stream, forged)
    expect(written()).not.toContain('\u001b')
  })

  it('indents the further lines of failures and notes', () => {
    const { output, stderr } = terminal()
    output.fail({ code: 'X', message: 'a\nsallyport: forged', fix: 'b\nc', exitCode: 1 })
    output.note('d\ne')
    expect(stripVTControlCharacters(stderr())).toBe('sallyport: X: a\n  sallyport: forged\n  b\n  c\nd\n  e\n')
  })

  it('removes the progress line before it writes', () => {
    const { output, stderr } = terminal()
    output.progress('\u001b[2J1 of 2')
    output.progress('')
    expect(stderr()).toBe('\u001b[2m\\u{1b}[2J1 of 2\u001b[22m\r\u001b[2K')
  })
})

describe('writeControls', () => {
  it('writes sequences alone', () => {
    const { stream, written } = createTerminal()
    writeControls(stream, '\u001b[?25l\u001b[2;1H')
    expect(() => writeControls(stream, '\u001b[2Kforged')).toThrow(TypeError)
    expect(written()).toBe('\u001b[?25l\u001b[2;1H')
  })
})

describe('the output as JSON', () => {
  it('is equal once parsed, names of members included', () => {
    const { output, stdout } = terminal(true)
    const record = { ok: true, 'a\u202eb': ['\u0085', { '\u2028': '\ufeff' }], emoji: '👩‍🚀 ❤️' }
    output.result(record, '')
    expect(stdout()).toBe(String.raw`{"ok":true,"a\u202eb":["\u0085",{"\u2028":"\ufeff"}],"emoji":"👩‍🚀 ❤️"}` + '\n')
    expect(JSON.parse(stdout())).toEqual(record)
  })
})

describe('toLine', () => {
  it('counts what it cuts', () => {
    expect(toLine('é'.repeat(201))).toBe(`${'é'.repeat(200)}… (1 more characters)`)
    expect(toLine('漢字 👩‍🚀\n')).toBe('漢字 👩‍🚀\\n')
  })
})
