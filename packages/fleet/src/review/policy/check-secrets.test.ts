import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleOf } from '../bundle-of.test.ts'
import { randomSecrets } from '../secrets/random-secret.test.ts'
import { checkPolicy } from './check-policy.ts'

const sample = (kind: string, seed: number) => fc.sample(randomSecrets[kind]!, { numRuns: 1, seed })[0]!.text
const key = sample('GitHub token', 7)
const other = sample('Anthropic API key', 3)

const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const swapped = (text: string) => utf16(text).swap16()
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')
const hex = (text: string) => Buffer.from(text).toString('hex')
const each = (text: string, write: (code: number, character: string) => string) =>
  text.replaceAll(/[^]/g, (character) => write(character.charCodeAt(0), character))
const digits = (code: number, length: number) => code.toString(16).padStart(length, '0')
const json = (text: string) => each(text, (code) => String.raw`\u${digits(code, 4)}`)
const wrap = (text: string, width: number, indent = '') =>
  text.replaceAll(new RegExp(`.{${width}}`, 'g'), (line) => `${line}\n${indent}`)

/** How the value is written in the file, on line 3. */
const around = (value: string) => `one\ntwo\nvalue: ${value}\nend\n`

type Row = readonly [name: string, content: string | Uint8Array, form: string, line?: number]
const rows: readonly Row[] = [
  ['UTF-16 LE', utf16(around(key)), 'as UTF-16'],
  ['UTF-16 BE', swapped(around(key)), 'as UTF-16'],
  ['UTF-16 LE with a mark', utf16(`\ufeff${around(key)}`), 'as UTF-16'],
  ['UTF-16 BE with a mark', swapped(`\ufeff${around(key)}`), 'as UTF-16'],
  ['UTF-16 LE among Chinese text', utf16(`智能体\n智能体\n智能体${key}智能体`), 'as UTF-16'],
  ['UTF-16 BE among Chinese text', swapped(`智能体\n智能体\n智能体${key}智能体`), 'as UTF-16'],
  ['UTF-16 with zero-width characters', utf16(around(key.split('').join('\u200b'))), 'as UTF-16'],
  ['UTF-32', utf16(around(key).split('').join('\0') + '\0'), 'as UTF-16'],
  ['ASCII after the mark of UTF-8', `\ufeff${around(key)}`, ''],
  ['ASCII after the mark of UTF-16 LE', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(around(key))]), ''],
  ['ASCII after the mark of UTF-16 BE', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(around(key))]), ''],
  ['NUL first', Buffer.from(`\0${around(key)}`), ''],
  ['NUL right before it', Buffer.from(around(`\0${key}\0`)), ''],
  ['a binary file', Buffer.concat([Buffer.from('\x7fELF\0\0\x01\x02\n\n'), Buffer.from(`\0${key}\0`)]), ''],
  ['JSON escapes', around(`"${json(key)}"`), 'as escapes'],
  ['one JSON escape', around(`"${json(key.slice(0, 1))}${key.slice(1)}"`), 'as escapes'],
  ['escapes of JSON in JSON', around(json(key).replaceAll('\\', '\\\\')), 'as escapes'],
  ['escapes of JavaScript', around(each(key, (code) => String.raw`\u{${code.toString(16)}}`)), 'as escapes'],
  ['short escapes', around(each(key, (code) => String.raw`\x${digits(code, 2)}`)), 'as escapes'],
  ['long escapes of YAML', around(each(key, (code) => String.raw`\U${digits(code, 8)}`)), 'as escapes'],
  ['octal escapes', around(each(key, (code) => `\\${code.toString(8).padStart(3, '0')}`)), 'as escapes'],
  ['percent-encoding', around(each(key, (code) => `%${digits(code, 2)}`)), 'as percent-encoding'],
  [
    'percent-encoding twice',
    around(each(key, (code) => `%25${digits(code, 2)}`)),
    'as percent-encoding of percent-encoding',
  ],
  ['HTML entities', around(each(key, (code) => `&#${code};`)), 'as HTML entities'],
  ['HTML entities, hexadecimal', around(each(key, (code) => `&#x${digits(code, 2)};`)), 'as HTML entities'],
  ['a line that goes on after a backslash', around(`"${key.slice(0, 20)}\\\n    ${key.slice(20)}"`), 'as escapes'],
  ['zero-width spaces', around(key.split('').join('\u200b')), 'as text with invisible characters'],
  ['a soft hyphen', around(`${key.slice(0, 9)}\u00ad${key.slice(9)}`), 'as text with invisible characters'],
  [
    'a joiner, a mark and a tag',
    around(`${key.slice(0, 9)}\u2060\ufeff\u{e0041}${key.slice(9)}`),
    'as text with invisible characters',
  ],
  ['base64', around(base64(key)), 'as base64'],
  ['base64 without padding', around(base64(key).replaceAll('=', '')), 'as base64'],
  ['base64url', around(Buffer.from(`>>>???${other}`).toString('base64url')), 'as base64'],
  ['base64 in a path', around(`https://host.example/a/${base64(key)}`), 'as base64'],
  ['base64 of a document', around(base64(`{"a": 1, "token": "${key}"}`)), 'as base64'],
  ['base64 in lines', around(wrap(base64(`${'# remark '.repeat(9)}${other}\n`), 64, '  ')), 'as base64', 4],
  ['base64 in a line of JSON', around(String.raw`"a\n${base64(key)}\nb"`), 'as base64'],
  ['base64 of UTF-16', around(base64(utf16(key))), 'as base64 of UTF-16'],
  ['base64 twice', around(base64(base64(key))), 'as base64 of base64'],
  ['base64 of hexadecimal', around(base64(hex(key))), 'as base64 of hexadecimal'],
  ['base64 of JSON escapes', around(base64(json(key))), 'as base64 of escapes'],
  [
    'percent-encoded base64',
    around(each(base64(key), (code) => `%${digits(code, 2)}`)),
    'as percent-encoding of base64',
  ],
  ['hexadecimal', around(hex(key)), 'as hexadecimal'],
  ['hexadecimal, upper case, with 0x', around(`0x${hex(key).toUpperCase()}`), 'as hexadecimal'],
  ['hexadecimal of base64', around(hex(base64(key))), 'as hexadecimal of base64'],
  ['a Basic credential', around(`Authorization: Basic ${base64(`user:${key}`)}`), 'as base64'],
]

describe('checkSecrets', () => {
  it.each(rows.map(([name, content, form, line = 3]) => ({ name, content, form, line })))(
    'finds a key as $name',
    async ({ content, form, line }) => {
      const { findings } = await checkPolicy(await bundleOf({ 'skills/a/notes.txt': content }), {})
      const certain = findings.filter(({ severity }) => severity === 'error')
      expect(certain).toMatchObject([{ rule: 'secret', path: 'skills/a/notes.txt', line }])
      expect(certain[0]!.message).toContain(form)
      for (const secret of [key, other]) expect(JSON.stringify(findings)).not.toContain(secret.slice(4))
    },
  )
  it('finds a key in the name of a file, however it is written', async () => {
    const { findings } = await checkPolicy(await bundleOf({ [`skills/a/${base64(key)}.txt`]: '' }), {})
    expect(findings).toHaveLength(1)
    expect(findings[0]).not.toHaveProperty('line')
    expect(findings[0]!.message).toContain('in the name of the file: GitHub token, as base64')
  })

  it('reports part of a binary file as a warning', async () => {
    const { ok, findings } = await checkPolicy(await bundleOf({ 'a.bin': new Uint8Array(4 * 1024 * 1024 + 1) }), {})
    const message = 'only the first 4194304 of 4194305 bytes were searched'
    expect(ok).toBe(true)
    expect(findings).toMatchObject([{ severity: 'warning', rule: 'secret-scan-incomplete', path: 'a.bin', message }])
  })

  it('says how many files it did not search', async () => {
    const keys = fc.sample(randomSecrets['GitHub token']!, { numRuns: 25, seed: 4 }).map(({ text }) => text)
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index + 10}.txt`, keys.join('\n')]))
    const { findings } = await checkPolicy(await bundleOf(files), {})
    expect(findings.filter(({ message }) => message.includes('more'))).toHaveLength(10)
    expect(findings.filter(({ rule }) => rule === 'secret-scan-incomplete')).toMatchObject([
      { severity: 'error', message: 'the search stopped at 210 findings; 5 files were not searched' },
    ])
  })
})
