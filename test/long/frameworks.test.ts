import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secrets } from '../support/examples/environment.ts'
import { send } from '../support/examples/serve.ts'
import { bundleProgram, createHostFolder, startInHost, type HostFolder } from '../support/hosts/start-program.ts'
import type { RunningServer } from '../support/packaging/start-server.ts'

const secret = secrets.SONZAI_WEBHOOK_SECRET
const env = { SONZAI_WEBHOOK_SECRET: secret, NODE_ENV: 'production' }

interface Started {
  readonly server: RunningServer
  readonly host: HostFolder
}

/** How each program is started with the packages of its host. */
const hosts: Readonly<Record<string, () => Promise<Started>>> = {
  async 'google-cloud.ts'() {
    const framework = '@google-cloud/functions-framework'
    const host = await createHostFolder('google-cloud')
    host.write('function.mjs', await bundleProgram("import './examples/google-cloud.ts'", [framework]))
    const main = host.find(`${framework}/build/src/main.js`)
    const own = { FUNCTION_TARGET: 'sonzaiWebhook', FUNCTION_SOURCE: 'function.mjs' }
    return { host, server: await startInHost(host, main, { ...env, ...own }) }
  },
  async 'nest.ts'() {
    const host = await createHostFolder('nest')
    const code = `
      import { Controller, Module, Post, Body } from '@nestjs/common'
      import { start } from './examples/nest.ts'

      // As decorators do.
      class Echo {
        post(body: unknown): unknown {
          return body
        }
      }
      Body()(Echo.prototype, 'post', 0)
      Post('echo')(Echo.prototype, 'post', Object.getOwnPropertyDescriptor(Echo.prototype, 'post')!)
      Controller()(Echo)
      class AppModule {}
      Module({ controllers: [Echo] })(AppModule)
      await start(AppModule)`
    host.write('main.mjs', "import 'reflect-metadata'\n" + (await bundleProgram(code, ['@nestjs/*'])))
    return { host, server: await startInHost(host, 'main.mjs', env) }
  },
}

describe.each(Object.entries(hosts))('examples/%s', (file, start) => {
  let started: Started
  beforeAll(async () => {
    started = await start()
  }, 300_000)
  afterAll(async () => {
    await started.server.stop()
    started.host.remove()
  })

  const post = (options: Partial<SignOptions> = {}) =>
    send(
      `${started.server.url}/webhooks/sonzai`,
      signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...options }),
    )

  it('handles a delivery over its exact bytes', async () => {
    const body = '\ufeff{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"ü 🌸"}\r\n'
    expect(await post()).toEqual({ status: 200, said: 'handled' })
    expect(await post({ body })).toEqual({ status: 200, said: 'handled' })
  })

  it('rejects a forged one, and another method', async () => {
    expect(await post({ secret: 'guessed' })).toEqual({ status: 401, said: 'SIGNATURE_MISMATCH' })
    expect((await fetch(`${started.server.url}/webhooks/sonzai`, { method: 'PUT' })).status).toBe(405)
  })

  if (file !== 'nest.ts') return
  it('leaves the parser to other routes', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${started.server.url}/echo`, { method: 'POST', headers, body: '{"a":1}' })
    expect(await response.json()).toEqual({ a: 1 })
  })
})
