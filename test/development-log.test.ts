import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { knownProviders } from '../packages/cli/src/known-providers.ts'
import { commandProviders } from '../packages/sallyport/src/receive/log/command-providers.ts'
import { findNextSteps } from '../packages/sallyport/src/receive/log/next-steps.ts'
import { cleanEnvironment } from './support/cli/command.ts'
import { takeDeliveries, type Taker } from './support/take-deliveries.ts'

// `script` of util-linux runs a command in a pseudo-terminal.
const hasTerminal = spawnSync('script --version', { encoding: 'utf8', shell: true }).stdout?.includes('util-linux')
if (!hasTerminal) console.warn('NOT TESTED in a terminal: there is no `script` of util-linux here')

const program = join(import.meta.dirname, 'support', 'take-deliveries.ts')
const command = [process.execPath, '--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning', program]

/** The lines of the log, without what else is printed: errors, and the steps below a line. */
const toLog = (printed: string): string[] =>
  [...stripVTControlCharacters(printed).matchAll(/^\d\d:\d\d:\d\d {2}(.+?)\r?$/gm)].map(([, line = '']) =>
    line.replace(/(?<=^.{24}) *\d+ ms/, '… ms'),
  )

function inTerminal(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const line = [...command, ...args].map((word) => `'${word}'`).join(' ')
  const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    encoding: 'utf8',
    env: { ...cleanEnvironment, TERM: 'xterm-256color', ...env },
  })
  return stdout
}

function inPipe(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const [node = '', ...rest] = [...command, ...args]
  const { stdout, stderr, status } = spawnSync(node, rest, { encoding: 'utf8', env: { ...cleanEnvironment, ...env } })
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
  return stderr
}

const everything = [
  '200 handled             … ms  sonzai  on_wakeup_ready',
  '401 SIGNATURE_MISMATCH  … ms  sonzai',
  '500 HANDLER_FAILED      … ms  sonzai  session.end',
  '202 accepted            … ms  sonzai  session.end',
  `inbox failed            ${' '.repeat(10)}  sonzai  session.end`,
  'inbox dead               attempt 2  sonzai  session.end',
]

describe.runIf(hasTerminal)('a receiver whose stderr is a terminal', () => {
  it('prints a line per delivery and attempt, with colours', () => {
    const printed = inTerminal([])
    expect(toLog(printed)).toEqual(everything)
    for (const what of ['32m200 handled', '33m401 SIGNATURE_MISMATCH', '31m500 HANDLER_FAILED', '31minbox dead'])
      expect(printed).toContain(`\u001b[${what}`)
  })

  it('has no colours with NO_COLOR', () => {
    const printed = inTerminal([], { NO_COLOR: '1' })
    expect(toLog(printed)).toEqual(everything)
    expect(printed).not.toContain('\u001b')
  })

  it('prints nothing in production, or with log: false', () => {
    expect(toLog(inTerminal([], { NODE_ENV: 'production' }))).toEqual([])
    expect(toLog(inTerminal(['false']))).toEqual([])
  })
})

describe('a receiver whose stderr is a pipe', () => {
  it('prints nothing, unless log is true', () => {
    expect(toLog(inPipe([]))).toEqual([])
    const printed = inPipe(['true'], { NODE_ENV: 'production' })
    expect(toLog(printed)).toEqual(everything)
    expect(printed).not.toContain('\u001b')
  })
})

describe('a hook or channel', () => {
  async function printedBeside(takers: readonly Taker[], log?: boolean): Promise<string[]> {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { isTTY } = process.stderr
    vi.stubEnv('NODE_ENV', 'development')
    process.stderr.isTTY = true
    try {
      await takeDeliveries(takers, log)
      return toLog(printed.mock.calls.flat().join('\n'))
    } finally {
      process.stderr.isTTY = isTTY
      vi.unstubAllEnvs()
      printed.mockRestore()
    }
  }

  it.each([
    ['onReject', [1]],
    ['onError', [2, 4, 5]],
    ['deliveryChannel', [0, 1, 2, 3]],
    ['inboxChannel', [4, 5]],
  ] as const)('%s replaces the lines of what it gets', async (taker, taken) => {
    const rest = everything.filter((_line, index) => !(taken as readonly number[]).includes(index))
    expect(await printedBeside([taker])).toEqual(rest)
  })

  it('a record replaces no line', async () => {
    expect(await printedBeside(['recordDeliveries'])).toEqual(everything)
  })

  it('replaces nothing with log: true', async () => {
    expect(await printedBeside(['onReject', 'onError', 'deliveryChannel', 'inboxChannel'], true)).toEqual(everything)
  })
})

describe('a receiver without a log', () => {
  it('never loads what prints', () => {
    const code = `
      import { registerHooks } from 'node:module'
      registerHooks({ resolve: (name, context, next) => {
        const found = next(name, context)
        if (found.url.includes('/receive/log/')) console.log(found.url.split('/').at(-1))
        return found
      } })
      const { createReceiver } = await import('sallyport')
      const { sonzai } = await import('sallyport/providers/sonzai')
      const log = process.env.LOG === 'true' || undefined
      const receiver = createReceiver(sonzai(), { secret: 'whsec_any', log })
      await receiver.receive({ method: 'POST', url: '/', headers: {}, body: new Uint8Array() })`
    const flags = ['--conditions=@sallyport/source', '--input-type=module', '--eval', code]
    const loaded = (log: string): string =>
      execFileSync(process.execPath, flags, { encoding: 'utf8', env: { ...process.env, LOG: log } })
    expect(loaded('')).toBe('open-log.ts\n')
    expect(loaded('true')).toContain('print.ts\n')
  })
})

describe('what is printed', () => {
  it('names the command for each provider that the command knows', () => {
    expect([...commandProviders]).toEqual(Object.keys(knownProviders))
    for (const provider of Object.keys(knownProviders)) {
      const report = { provider, code: 'SIGNATURE_MISMATCH', outcome: 'refused', status: 401, bodyBytes: 1 } as const
      const when = { receivedAt: new Date(), durationMs: 1 }
      expect(findNextSteps({ ...report, ...when }, 'npx sallyport')).toContain(
        `then: npx sallyport verify ${provider} --request captures/<file>.http`,
      )
    }
  })

  it('never has a secret, a signature or a payload', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const hex = fc.stringMatching(/^[0-9a-f]{24,40}$/)
    const type = fc.constantFrom('on_wakeup_ready', 'session.end', 'agent.message', 'not.declared')
    try {
      await fc.assert(
        fc.asyncProperty(hex, hex, hex, type, fc.boolean(), async (secret, other, payload, event, isForged) => {
          printed.mockClear()
          const receiver = createReceiver(sonzai(), { secret: `whsec_${secret}`, log: true })
          receiver.on('on_wakeup_ready', () => {})
          const signed = signDelivery(sonzai(), {
            secret: `whsec_${isForged ? other : secret}`,
            type: event === 'not.declared' ? undefined : event,
            edit: (body) => ({ ...body, generated_message: payload }),
          })
          await receiver.receive({ ...signed, receivedAt: Date.now() })
          await vi.waitFor(() => expect(printed).toHaveBeenCalled(), 20_000)
          const shown = printed.mock.calls.flat().join('\n')
          expect(shown).toMatch(/\d\d:\d\d:\d\d {2}\d\d\d /)
          for (const hidden of [
            secret,
            other,
            payload,
            ...Object.values(signed.plainHeaders).filter((value) => value.includes('v1=')),
          ])
            expect(shown).not.toContain(hidden)
        }),
        { numRuns: 50 },
      )
    } finally {
      printed.mockRestore()
    }
  })
})
