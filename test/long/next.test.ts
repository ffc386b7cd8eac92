import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compilePackage } from '../../scripts/build-packages.ts'
import { readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { secrets } from '../support/examples/environment.ts'
import { send } from '../support/examples/serve.ts'
import { startServer, type RunningServer } from '../support/packaging/start-server.ts'
import { withoutNpmContext } from '../support/packaging/temporary-project.ts'

const secret = secrets.SONZAI_WEBHOOK_SECRET
const run = promisify(execFile)

// Outside node_modules, where Next takes files for packages.
const app = mkdtempSync(join(tmpdir(), 'sallyport-next-'))
const next = join(app, 'node_modules', 'next', 'dist', 'bin', 'next')
const env = { SONZAI_WEBHOOK_SECRET: secret, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
const route = join(app, 'app', 'webhooks', 'sonzai', 'route.js')

describe('examples/next.ts, built and started by Next.js', () => {
  let server: RunningServer | undefined

  beforeAll(async () => {
    cpSync(join(root, 'test', 'hosts', 'next'), app, { recursive: true })
    const inherited = withoutNpmContext(process.env)
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: app, env: inherited })
    const entry = readPackages().find(({ id }) => id === 'sallyport')!
    const own = join(app, 'node_modules', 'sallyport')
    expect(await compilePackage(entry, join(own, 'dist'))).toBe(true)
    cpSync(join(entry.folder, 'package.json'), join(own, 'package.json'))
    cpSync(realpathSync(join(root, 'node_modules', 'zod')), join(app, 'node_modules', 'zod'), { recursive: true })
    mkdirSync(dirname(route), { recursive: true })
    // Without its types: Next would install TypeScript.
    const source = readFileSync(join(root, 'examples', 'next.ts'), 'utf8')
    writeFileSync(route, (await transform(source, { loader: 'ts' })).code)
    await run(process.execPath, [next, 'build'], { cwd: app, env: { ...inherited, ...env } })
    server = await startServer(process.execPath, next, app, env, ['start'])
  }, 600_000)
  afterAll(async () => {
    await server?.stop()
    rmSync(app, { recursive: true, force: true })
  })

  const post = (options: Partial<SignOptions> = {}) =>
    send(`${server!.url}/webhooks/sonzai`, signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...options }))

  it('handles a delivery over its exact bytes', async () => {
    const body = '\ufeff{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"ü 🌸"}\r\n'
    expect(await post()).toEqual({ status: 200, said: 'handled' })
    expect(await post({ body })).toEqual({ status: 200, said: 'handled' })
  })

  it('rejects a forged one, and another method', async () => {
    expect(await post({ secret: 'guessed' })).toEqual({ status: 401, said: 'SIGNATURE_MISMATCH' })
    expect((await fetch(`${server!.url}/webhooks/sonzai`, { method: 'PUT' })).status).toBe(405)
  })
})
