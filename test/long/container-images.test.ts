import { execFile, spawnSync } from 'node:child_process'
import { cpSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackages } from '../../scripts/build-packages.ts'
import { startContainer, type Container } from '../support/containers/container.ts'
import { buildImage, isRoot, type Image } from '../support/containers/image.ts'
import { folderOf, readCompose, type Deployable } from '../support/containers/projects.ts'
import { handledIn, sendTo } from '../support/containers/senders.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'
import { packPackages } from '../support/packaging/pack.ts'
import { startRegistry, type Registry } from '../support/packaging/registry.ts'
import { withoutNpmContext } from '../support/packaging/temporary-project.ts'

const secret = 'whsec_of-the-containers'
const password = 'p%40ss/wörd'
if (!isRoot) console.warn('NOT TESTED: the user of the images; only root may start programs as another user')

const isDatabaseThere = await hasDatabase()

// The programs of the images that compose.yaml starts, with what they are given there. Only the places of the stores are others.
describe('examples/deploy', () => {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-containers-'))
  const running: Container[] = []
  let registry: Registry

  beforeAll(async () => {
    chmodSync(home, 0o755)
    expect(await buildPackages()).toBe(true)
    const tarballs = join(home, 'tarballs')
    mkdirSync(tarballs)
    await packPackages(tarballs)
    registry = await startRegistry(tarballs, home)
  }, 300_000)
  afterAll(async () => {
    await Promise.all(running.map((container) => container.end('SIGKILL')))
    await registry?.stop()
    rmSync(home, { recursive: true, force: true })
  })

  describe('sqlite', () => {
    const build = once(() => buildProject('sqlite'))

    it('holds the server and what it depends on, which its user cannot change', async () => {
      const { workFolder, user, toPath } = await build()
      expect(readdirSync(workFolder).toSorted()).toEqual(['node_modules', 'package.json', 'src'])
      expect(readdirSync(join(workFolder, 'node_modules')).includes('typescript')).toBe(false)
      // All of examples/deploy/sqlite/src/, and so the tests below run it.
      const programs = ['back-up.ts', 'measure-syncs.ts', 'read-secret.ts', 'receiver.ts', 'server.ts']
      expect(readdirSync(join(workFolder, 'src')).toSorted()).toEqual(programs)
      expect(statSync(toPath('/data')).mode & 0o777).toBe(0o700)
      if (user === undefined) return
      const write = spawnSync('touch', [join(workFolder, 'src', 'other.ts'), toPath('/data/probe')], user)
      expect({ status: write.status, data: readdirSync(toPath('/data')) }).toEqual({ status: 1, data: ['probe'] })
    })

    it('loses nothing when it is stopped under load, and goes on from its volume', async () => {
      const first = await start(await build(), 'sqlite', 'webhooks')
      await first.healthy()
      expect(await sendTo(first.url, 'whsec_forged', 1)).toEqual([401])
      const [statuses] = await Promise.all([sendTo(first.url, secret, 2_000), endAfterFirst(first)])
      expect(await first.end()).toBe(0)
      // The others found nobody who listens.
      expect(new Set(statuses)).toEqual(new Set([202, 0]))
      const accepted = statuses.filter((status) => status === 202).length

      const second = await start(await build(), 'sqlite', 'webhooks')
      await second.healthy()
      await expect.poll(() => handledIn(first.output(), second.output()).size).toBeGreaterThanOrEqual(accepted)
      expect(await second.end()).toBe(0)
      expect(first.output() + second.output()).not.toContain(secret)
    })

    it('ends with the reason when its secret is missing', async () => {
      const container = await startContainer(await build())
      await expect(container.healthy()).rejects.toThrow(
        'SONZAI_WEBHOOK_SECRET is missing; set SONZAI_WEBHOOK_SECRET_FILE',
      )
    })
  })

  describe.runIf(isDatabaseThere)('postgres', () => {
    const name = ownName('deploy')
    const database = new URL(databaseUrl)
    database.pathname = `/${name}`
    beforeAll(() => administer(`CREATE DATABASE ${name}`))
    afterAll(() => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))

    it('stores in one service and handles in the other, also after both were stopped', () =>
      checkTwoServices('postgres', { DATABASE_URL: database.href }))
  })

  describe.runIf(hasRedisServer('the image with Redis'))('redis', () => {
    let redis: RedisServer
    beforeAll(async () => {
      const shell = readCompose('redis').services['redis']!.command![2]!
      const words = shell.trim().split(/\s+/).slice(3, -3)
      expect(shell).toBe(
        `exec docker-entrypoint.sh redis-server ${words.join(' ')} --requirepass "$$(cat /run/secrets/redis-password)"`,
      )
      redis = await startRedisServer([...words, '--requirepass', password])
    })
    afterAll(() => redis?.remove())

    it('stores in one service and handles in the other, also after both were stopped', () =>
      checkTwoServices('redis', { REDIS_URL: redis.url }))
  })

  async function checkTwoServices(name: Deployable, place: Record<string, string>): Promise<void> {
    const image = await buildProject(name)
    // All of examples/deploy/postgres/src/ or examples/deploy/redis/src/.
    const programs = ['read-secret.ts', 'receiver.ts', 'server.ts', 'worker.ts']
    expect(readdirSync(join(image.workFolder, 'src')).toSorted()).toEqual(programs)
    const receiver = await start(image, name, 'receiver', place)
    await receiver.healthy()
    expect(await sendTo(receiver.url, secret, 50)).toEqual(Array.from({ length: 50 }, () => 202))
    const first = await start(image, name, 'worker', place)
    await first.healthy()
    await expect.poll(() => handledIn(first.output()).size).toBeGreaterThan(0)
    expect(await sendTo(receiver.url, secret, 50)).toEqual(Array.from({ length: 50 }, () => 202))
    expect(await Promise.all([receiver.end(), first.end()])).toEqual([0, 0])

    const second = await start(image, name, 'worker', place)
    await expect.poll(() => handledIn(first.output(), second.output()).size).toBe(100)
    // The first may have handled all of it: a signal before the program listens for signals ends it at once.
    await second.healthy()
    expect(await second.end()).toBe(0)
    expect(receiver.output()).not.toContain('handled')
    for (const { output } of [receiver, first, second]) {
      expect(output()).not.toContain(secret)
      expect(output()).not.toContain(password)
    }
  }

  async function buildProject(name: Deployable): Promise<Image> {
    const context = join(home, name)
    cpSync(folderOf(name), context, { recursive: true })
    const env = { ...withoutNpmContext(process.env), ...registry.env }
    // Not spawnSync: the registry is in this process.
    await promisify(execFile)('npm', ['install', '--package-lock-only', '--no-audit'], { cwd: context, env })
    return buildImage(context, mkdtempSync(join(home, 'image-')), { ...registry.env })
  }

  /** Starts a service of a compose file. */
  async function start(
    image: Image,
    name: Deployable,
    service: string,
    place: Record<string, string> = {},
  ): Promise<Container> {
    const { environment = {}, command } = readCompose(name).services[service]!
    const folder = mkdtempSync(join(home, 'secrets-'))
    chmodSync(folder, 0o755)
    for (const [file, text] of Object.entries({ 'sonzai-webhook-secret': secret, [`${name}-password`]: password }))
      writeFileSync(join(folder, file.replace('postgres', 'database')), `${text}\n`)
    const given = Object.entries({ ...environment, ...place })
    const env = given.map(([key, value]) => [key, value.replace('/run/secrets', folder)])
    const container = await startContainer(image, Object.fromEntries(env) as Record<string, string>, command)
    running.push(container)
    return container
  }
})

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

/** Ends a program in the middle of its work. */
async function endAfterFirst(container: Container): Promise<void> {
  await expect.poll(() => handledIn(container.output()).size, { interval: 1 }).toBeGreaterThan(0)
  await container.end()
}
