import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readBlocks, readDocument } from '../support/docs/markdown.ts'
import { findFreePort } from '../support/free-port.ts'
import { startRegistry, type Registry } from '../support/packaging/registry.ts'
import { withoutNpmContext } from '../support/packaging/temporary-project.ts'
import { hasScreen, openTerminal, type Terminal } from '../support/packaging/terminal.ts'

if (!hasScreen) console.warn('NOT TESTED in a terminal: there is no `script` of util-linux here')

// Plays a newcomer who has nothing but README.md: an empty folder, two windows, the commands word for word. The packages come
// from a registry on this machine, as if they were published.
describe("README.md's quick start", () => {
  const lines = readDocument('README.md').split('\n')
  const top = lines.indexOf('## Quick start')
  const bottom = lines.findIndex((line, index) => index > top && line.startsWith('## '))
  const blocks = readBlocks('README.md').filter(({ line }) => line > top && line < bottom)
  const typed = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code)
  const shown = blocks.filter(({ language }) => language === 'text').map(({ code }) => code)
  const home = mkdtempSync(join(tmpdir(), 'sallyport-newcomer-'))
  const windows: Terminal[] = []
  let registry: Registry
  let port: number
  let clean: (text: string) => string

  beforeAll(async () => {
    registry = await startRegistry(inject('tarballs'), home)
    port = await findFreePort()
    clean = (printed) => withoutTimes(printed).replaceAll(`localhost:${port}`, 'localhost:3000')
  })
  afterAll(async () => {
    await Promise.all(windows.map((window) => window.close()))
    await registry.stop()
    rmSync(home, { recursive: true, force: true })
  })

  function openWindow(): Terminal {
    // Another port than the one in `.env`, which may be taken here. A newcomer answers npm with y.
    const own = { PORT: String(port), SALLYPORT_TO: `http://localhost:${port}`, npm_config_yes: 'true' }
    const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`
    // Of the test runner.
    const {
      NODE_ENV: _mode,
      NO_COLOR: _no,
      FORCE_COLOR: _force,
      CI: _ci,
      ...inherited
    } = withoutNpmContext(process.env)
    const window = openTerminal(home, { ...inherited, PATH: path, ...registry.env, ...own }, clean)
    windows.push(window)
    return window
  }

  it('leads to a handled event and a rejected one', async () => {
    const [create = '', send = '', corrupt = ''] = typed
    const [accepted = '', log = ''] = shown
    expect([create, send, corrupt, accepted, log].map((block) => block !== '')).not.toContain(false)
    const began = performance.now()
    const first = openWindow()
    first.start(create)
    await first.sees('Listening on')
    const second = openWindow()
    expect(await second.run(send)).toContain(withoutTimes(accepted))
    const seconds = Math.round((performance.now() - began) / 1000)
    const steps = `${create}${send}`.trim().split('\n').length
    console.log(`${steps} steps, ${seconds} s to the first handled event`)
    expect(steps).toBe(3)
    expect(await second.run(corrupt)).toContain('1  401 SIGNATURE_MISMATCH')
    if (hasScreen) await first.sees(withoutTimes(log))
  }, 180_000)
})

// With the blanks before a duration, since it is aligned to the right.
function withoutTimes(printed: string): string {
  return printed.replaceAll(/ *\b[\d.]+ (m?s)\b/g, ' … $1').replaceAll(/\b\d\d:\d\d:\d\d\b/g, '…')
}
