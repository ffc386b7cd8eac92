import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram, type Program } from '../support/examples/program.ts'
import { readBlocks } from '../support/docs/markdown.ts'
import { startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'

/** A command line of the page with the output that follows it. */
interface Shown {
  readonly variables: Record<string, string>
  readonly words: readonly string[]
  readonly output: string | undefined
}

const blocks = readBlocks('docs/getting-started.md').filter(({ language }) => language !== 'ts')
const shown = blocks.flatMap(({ language, code }, index): Shown[] => {
  const [, secret = '', line = ''] = /^SONZAI_WEBHOOK_SECRET=(\S+) npx sallyport (.+)\n$/.exec(code) ?? []
  const next = blocks[index + 1]
  const output = next?.language === 'text' ? next.code : undefined
  if (language !== 'sh' || line === '') return []
  return [{ variables: { SONZAI_WEBHOOK_SECRET: secret }, words: line.split(' '), output }]
})
const ofCommand = (name: string): Shown[] => shown.filter(({ words }) => words[0] === name)

const home = mkdtempSync(join(tmpdir(), 'sallyport-getting-started-'))
let port: number

const start = ({ variables, words }: Pick<Shown, 'variables' | 'words'>): Program =>
  startProgram('scripts/sallyport.ts', words, { ...variables, PORT: String(port) })

beforeAll(async () => {
  port = await findFreePort()
})
afterAll(() => rmSync(home, { recursive: true }))

describe('docs/getting-started.md', () => {
  it('shows what send prints, and what the program does', async () => {
    const server = await startDocumented('examples/express.ts', port, { SONZAI_WEBHOOK_SECRET: 'whsec_test' })
    for (const { variables, words, output } of ofCommand('send')) {
      const own = words.map((word) => word.replace('localhost:3000', `localhost:${port}`))
      const { stdout } = await start({ variables, words: own }).end()
      expect(withoutTimes(stdout).replaceAll(String(port), '3000')).toContain(withoutTimes(output ?? 'nothing'))
    }
    const { stdout } = await server.end('SIGTERM')
    expect(blocks.map(({ code }) => code)).toContain(stdout)
    expect(ofCommand('send')).toHaveLength(3)
  })

  it('finds the cause of the rejection it recorded', async () => {
    const [listen] = ofCommand('listen')
    const [wrong] = ofCommand('send').toReversed()
    const [verify] = ofCommand('verify')
    const captures = join(home, 'captures')
    const inHome = (words: readonly string[]): string[] => words.map((word) => word.replace(/^captures$/, captures))
    const options = ['--port', String(port), '--inbox', join(home, 'inbox.db')]
    const listening = start({ ...listen!, words: [...inHome(listen!.words), ...options] })
    await listening.sees(/webhooks\/sonzai/)
    const to = wrong!.words.map((word) => word.replace('localhost:3000', `127.0.0.1:${port}`))
    await start({ ...wrong!, words: to }).end()
    await listening.end('SIGTERM')
    const recorded = readdirSync(captures).find((name) => name.endsWith('.http'))
    const words = verify!.words.map((word) => word.replace('captures/*.http', join(captures, recorded!)))
    expect((await start({ ...verify!, words }).end()).stdout).toBe(verify!.output)
  })
})

function withoutTimes(output: string): string {
  return output.replaceAll(/[\d.]+ s\b/g, '… s')
}
