import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startContainer } from '../support/containers/container.ts'
import { folderOf, readProjectFile } from '../support/containers/projects.ts'
import { handledIn, sendTo } from '../support/containers/senders.ts'
import { readUnitFile, toEnvironment } from '../support/containers/unit-file.ts'
import { sourceEnvironment } from '../support/create/run-project.ts'

const text = readProjectFile('sqlite', 'webhooks.service')
const unit = readUnitFile(text)
const service = unit['Service']!
const home = mkdtempSync(join(tmpdir(), 'sallyport-unit-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const systemd = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' })
const version = Number(/^systemd (\d+)/.exec(systemd.stdout ?? '')?.[1] ?? 0)
const canVerify = version >= 251
if (!canVerify) console.warn('NOT TESTED: webhooks.service with systemd-analyze; it is missing, or older than 251')

describe('examples/deploy/sqlite/webhooks.service', () => {
  it('waits longer than the server takes to stop', () => {
    const [, timeoutMs] = /timeoutMs: (\d+)_000/.exec(readProjectFile('sqlite', 'src/server.ts'))!
    expect(Number(service['TimeoutStopSec']![0])).toBeGreaterThan(Number(timeoutMs))
  })

  it('starts again however often it fails, for a store may be away for long', () => {
    expect(unit['Unit']).toMatchObject({ StartLimitIntervalSec: ['0'] })
    expect(service['Restart']).toEqual(['always'])
  })

  it('has no secret in a variable, and loads the one that it names', () => {
    const { SONZAI_WEBHOOK_SECRET_FILE: file, ...rest } = toEnvironment(unit, { S: '/state', d: '/credentials' })
    expect(service['LoadCredential']).toEqual([expect.stringMatching(new RegExp(`^${file!.slice(13)}:/`))])
    expect(rest).toEqual({ NODE_ENV: 'production', PORT: '3000', EVENTS_FILE: '/state/webhooks/events.db' })
    expect(service['StateDirectory']).toEqual(['webhooks'])
  })

  it('starts a server that receives, handles and stops in order', async () => {
    const folders = { S: join(home, 'state'), d: join(home, 'credentials') }
    for (const folder of [join(folders.S, 'webhooks'), folders.d]) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folders.d, 'sonzai-webhook-secret'), 'whsec_of-the-unit\n')
    const [program, ...args] = service['ExecStart']![0]!.split(' ')
    expect(program).toBe('/usr/bin/node')
    const check = [
      'node',
      '-e',
      'fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then(({ ok }) => process.exit(+!ok), () => process.exit(1))',
    ]
    const place = { toPath: String, translate: String, workFolder: folderOf('sqlite'), user: undefined }
    const env = { ...sourceEnvironment, ...toEnvironment(unit, folders) } as Record<string, string>
    const server = await startContainer({ ...place, env, command: ['node', ...args], check })
    try {
      await server.healthy()
      expect(await sendTo(server.url, 'whsec_of-the-unit', 5)).toEqual([202, 202, 202, 202, 202])
      await expect.poll(() => handledIn(server.output()).size).toBe(5)
    } finally {
      expect(await server.end()).toBe(0)
    }
  })

  describe.runIf(canVerify)('for systemd-analyze', () => {
    // It looks for the program and the folder.
    const file = join(home, 'webhooks.service')
    writeFileSync(file, text.replace('/usr/bin/node', process.execPath).replace('/opt/webhooks', home))

    it('is valid, and the control is not', () => {
      expect(analyze('verify', file)).toEqual({ status: 0, stderr: '' })
      const wrong = join(home, 'wrong.service')
      writeFileSync(wrong, text.replace('/usr/bin/node', process.execPath).replace('Type=exec', 'Type=execute'))
      expect(analyze('verify', wrong).stderr).toContain('Failed to parse service type, ignoring: execute')
    })

    it('is rated below 2, and without its settings above 9', () => {
      expect(analyze('security', '--offline=true', '--threshold=20', file).status).toBe(0)
      const bare = join(home, 'bare.service')
      writeFileSync(bare, `[Service]\nExecStart=${process.execPath}\n`)
      expect(analyze('security', '--offline=true', '--threshold=90', bare).status).toBe(1)
    })
  })
})

it('examples/deploy/sqlite/src/measure-syncs.ts names the file system and times syncs', () => {
  const program = join(folderOf('sqlite'), 'src/measure-syncs.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, home], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^file system {2}\S.*\nmedian sync {2}\d+\.\d\d ms\n99 of 100 {4}\d+\.\d\d ms\n$/)
})

function analyze(...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  return { status, stderr }
}
