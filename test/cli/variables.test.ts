import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.ts'
import { run, temporaryFolder } from '../support/cli/command.ts'
import { bases } from '../support/cli/hostile-cases.ts'
import { runHere } from '../support/cli/in-process.ts'

const removals: (() => Promise<void>)[] = []
afterAll(() => Promise.all(removals.map((remove) => remove())))

type Command = Awaited<ReturnType<typeof createProgram>>

let cwd: string
beforeEach(async () => {
  cwd = await temporaryFolder((work) => removals.push(work))
})

const write = (name: string, text: string | Buffer): Promise<void> => writeFile(join(cwd, name), text)
const secret = (word: string): string => `whsec_${word.padEnd(32, '-0123456789abcdefghijklmnopqrst')}`

/** The length of the secret that doctor finds tells which one it is. */
async function found(args: readonly string[] = [], env?: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await runHere(['doctor', '--inbox', 'none.db', ...args], { cwd, env })
  return /SECRET is set, (\d+) characters/.exec(stdout)?.[1] ?? 'none'
}

const lineOf = (length: number): string => `SONZAI_WEBHOOK_SECRET=${secret('x').padEnd(length, 'abcdefgh')}\n`

describe('.env', () => {
  it.each<[what: string, files: Record<string, string>, args: string[], env: Record<string, string>, length: string]>([
    ['is read in the working folder', { '.env': lineOf(40) }, [], {}, '40'],
    ['loses against variables already set', { '.env': lineOf(40) }, [], { SONZAI_WEBHOOK_SECRET: secret('y') }, '38'],
    ['is not read beside --env-from', { '.env': lineOf(40), a: 'OTHER=1\n' }, ['--env-from', 'a'], {}, 'none'],
    ['gives way to --env-from', { '.env': lineOf(40), a: lineOf(41) }, ['--env-from=a'], {}, '41'],
    [
      'may be several files, the last one wins',
      { a: lineOf(41), b: lineOf(42), c: 'OTHER=1\n' },
      ['--env-from', 'a', '--env-from', 'b', '--env-from', 'c'],
      {},
      '42',
    ],
    ['may be missing', {}, [], {}, 'none'],
    ['has the syntax of Node', { '.env': `# one\nexport ${lineOf(43).trim()} # two\n` }, [], {}, '43'],
    ['may have a byte order mark', { '.env': `\ufeff${lineOf(44)}` }, [], {}, '44'],
  ])('%s', async (_what, files, args, env, length) => {
    for (const [name, text] of Object.entries(files)) await write(name, text)
    expect(await found(args, env)).toBe(length)
  })

  it('sets variables of options', async () => {
    await write('.env', 'SALLYPORT_INBOX=of-the-file.db\nSALLYPORT_CONFIG=other.mjs\n')
    await write('other.mjs', `export default { inbox: 'of-the-configuration.db' }`)
    const list = ['inbox', 'list']
    expect((await runHere(list, { cwd })).stderr).toContain('of-the-file.db')
    expect((await runHere([...list, '--inbox', 'of-the-flag.db'], { cwd })).stderr).toContain('of-the-flag.db')
    expect((await runHere(list, { cwd, env: { SALLYPORT_INBOX: 'of-the-shell.db' } })).stderr).toContain('of-the-shell')
    const doctor = await runHere(['doctor', '--inbox', 'none.db'], { cwd })
    expect(doctor.stdout).toContain(join(cwd, 'other.mjs'))
  })

  it('is said to be a folder', async () => {
    await mkdir(join(cwd, '.env'))
    const { code, stderr } = await runHere(['doctor', '--inbox', 'none.db'], { cwd })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '.env is a folder; no variables were read from it\n' })
  })

  it('is refused in UTF-16, but not by --help', async () => {
    await write('.env', Buffer.from(`\ufeff${lineOf(40)}`, 'utf16le'))
    const { code, stderr } = await runHere(['doctor'], { cwd })
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('.env is encoded in UTF-16') })
    expect(await runHere(['listen', '--help'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })
})

const steering = {
  NODE_OPTIONS: '--require ./evil.cjs',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_EXTRA_CA_CERTS: 'evil.pem',
  NODE_PATH: '.',
  NODE_USE_ENV_PROXY: '1',
  SSL_CERT_FILE: 'evil.pem',
  PATH: '.',
  HOME: '.',
  TMPDIR: '.',
  LD_PRELOAD: './evil.so',
  LD_LIBRARY_PATH: '.',
  DYLD_INSERT_LIBRARIES: './evil.dylib',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  PGHOST: '127.0.0.1',
  PGSSLMODE: 'disable',
  PYTHONPATH: '.',
  ANY_OTHER: '1',
}
const printing = `import { writeFileSync } from 'node:fs'
writeFileSync('seen.json', JSON.stringify(process.env))
export default {}
`

describe('variables of a folder', () => {
  it('do not reach the process', async () => {
    await write('sallyport.config.mjs', printing)
    const text = Object.entries(steering).map(([name, value]) => `${name}="${value}"\n`)
    await write('.env', text.join('') + lineOf(40))
    // An environment in which none of them is set, but for the three that are always there.
    const { stdout } = await run(['doctor', '--inbox', 'none.db'], { cwd })
    expect(stdout).toContain('SECRET is set, 40 characters')
    const seen = JSON.parse(await readFile(join(cwd, 'seen.json'), 'utf8')) as Record<string, string>
    for (const [name, value] of Object.entries(steering)) expect([name, seen[name]]).not.toEqual([name, value])
    expect(seen).not.toHaveProperty('SONZAI_WEBHOOK_SECRET')
  })

  it('reach it from a file that is named', async () => {
    await write('sallyport.config.mjs', printing)
    await write('named.env', 'ANY_OTHER=named\n')
    await run(['doctor', '--inbox', 'none.db', '--env-from', 'named.env'], { cwd })
    expect(JSON.parse(await readFile(join(cwd, 'seen.json'), 'utf8'))).toMatchObject({ ANY_OTHER: 'named' })
  })
})

describe('a command', () => {
  const never = ['bundle inspect', 'bundle diff', 'bundle pack', 'bundle extract', 'completion']
  it.each(Object.entries(bases))('reads .env only if it takes variables: %s', async (path, [, ...words]) => {
    await write('.env', Buffer.from('\ufeffX=1', 'utf16le'))
    const line = [...path.split(' '), ...words.map((word) => (word === 'URL' ? 'http://127.0.0.1:9' : word))]
    const args = line.map((word) => (word === 'PORT' ? '0' : word))
    const { stderr } = await runHere(args, { cwd, env: { SONZAI_API_KEY: 'sk_test_of_a_test' } })
    expect(stderr.includes('ENCODING_UNSUPPORTED: .env')).toBe(!never.includes(path))
  })

  it('checks a bundle by a policy file without it', async () => {
    await write('.env', Buffer.from('\ufeffX=1', 'utf16le'))
    const { stderr } = await runHere(['bundle', 'check', 'none.zip', '--policy', 'none.json'], { cwd })
    expect(stderr).not.toContain('.env')
  })
})

describe('a missing variable', () => {
  const name = 'SONZAI_API_KEY'
  const add = `Add the line ${name}=…, or set the variable.`
  it.each<[what: string, files: Record<string, string>, args: string[], env: Record<string, string>, advice: string]>([
    ['no file', {}, [], {}, `There is no .env in this folder. Write one with the line ${name}=…, or set the variable.`],
    ['a file without it', { '.env': 'X=1\n' }, [], {}, `.env was read. ${add}`],
    ['another file', { dev: 'X=1\n' }, ['--env-from', 'dev'], {}, `dev was read. ${add}`],
    ['an empty one', { '.env': `${name}=\n` }, [], {}, `.env was read. ${add}`],
    ['files', { a: 'X=1\n', b: 'X=1\n' }, ['--env-from', 'a', '--env-from', 'b'], {}, `a, b were read. ${add}`],
    [
      'an empty variable',
      { '.env': `${name}=sk_x\n` },
      [],
      { [name]: '' },
      `Unset ${name}: it is set to nothing, and wins over the file.`,
    ],
  ])('says which file was read: %s', async (_what, files, args, env, advice) => {
    for (const [file, text] of Object.entries(files)) await write(file, text)
    const { code, stderr } = await runHere(['webhooks', 'list', 'sonzai', ...args], { cwd, env })
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `sallyport: SECRET_MISSING: env:${name} is not set or empty\n  ${advice}\n`,
    })
  })

  it('says so where no provider has a secret', async () => {
    await write('.env', 'X=1\n')
    expect((await runHere(['listen', '--no-inbox', '--port', '0'], { cwd })).stderr).toContain(
      '.env was read. Set one of',
    )
    const doctor = await runHere(['doctor', '--inbox', 'none.db'], { cwd })
    expect(doctor.stdout).toContain('.env was read. Set a variable')
  })
})

it('has a case for each command', async () => {
  const flatten = (command: Command, words: readonly string[]): string[] => [
    ...(command.commands.length === 0 || command.name() === 'sandbox' ? [words.join(' ')] : []),
    ...command.commands.flatMap((child) => flatten(child, [...words, child.name()])),
  ]
  const leaves = flatten(await createProgram(), [])
  expect(Object.keys(bases).toSorted()).toEqual(leaves.toSorted())
})
