import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { checkCompose } from '../support/containers/compose-schema.ts'
import { findSteps, readDockerfile, toCommand } from '../support/containers/dockerfile.ts'
import { checkManifest } from '../support/containers/kubernetes-schema.ts'
import { podsOf, type Container } from '../support/containers/pods.ts'
import {
  deployable,
  folderOf,
  readCompose,
  readManifests,
  readProjectFile,
  type ComposeService,
} from '../support/containers/projects.ts'
import { readUnitFile } from '../support/containers/unit-file.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'

const sizing = findTable(readDocument('docs/operations/sizing.md'), 'Store')
const stores = { sqlite: 'SQLite', postgres: 'PostgreSQL', redis: 'Redis' }
const seconds = (text = ''): number => Number(/^(\d+)s$/.exec(text)?.[1])

describe.each(deployable)('examples/deploy/%s', (name) => {
  const dockerfile = readDockerfile(folderOf(name))
  const compose = readCompose(name)
  const manifests = readManifests(name)
  const server = readProjectFile(name, 'src/server.ts')
  /** What the programs give running work at most, in seconds. */
  const drain = Number(/(?:timeoutMs|drainMs): (\d+)_000/.exec(server)![1])
  const apps = Object.values(compose.services).filter(({ build }) => build !== undefined)

  describe('Dockerfile', () => {
    it('pins its base, also in the first stage', () => {
      for (const { base } of dockerfile.stages) expect(base).toMatch(/^node:24\.\d+\.\d+-slim$/)
    })

    it('runs node itself as a numeric user that is not root', () => {
      expect(toCommand(findSteps(dockerfile, 'CMD')[0]!)).toEqual(['node', 'src/server.ts'])
      expect(findSteps(dockerfile, 'USER')[0]!.words).toEqual(['1000:1000'])
      expect(findSteps(dockerfile, 'STOPSIGNAL')[0]!.words).toEqual(['SIGTERM'])
    })

    it('copies only what .dockerignore lets in', () => {
      const kept = readProjectFile(name, '.dockerignore').trim().split('\n')
      expect(kept).toEqual(['*', '!package.json', '!package-lock.json', '!src'])
    })
  })

  describe('compose.yaml', () => {
    it('fits the Compose specification', () => expect(checkCompose(compose)).toEqual([]))

    it('gives programs more time than they take to stop', () => {
      for (const { stop_grace_period: grace } of apps) expect(seconds(grace)).toBeGreaterThan(drain)
    })

    it('runs programs without rights, as the user of the image', () => {
      const hardened = { user: '1000:1000', read_only: true, cap_drop: ['ALL'], init: true }
      for (const app of apps) expect(app).toMatchObject(hardened)
    })

    it('keeps secrets in files, which each service is given', () => {
      for (const service of Object.values(compose.services)) {
        expect(passwordsIn(service)).toEqual([])
        const files = Object.values(service.environment ?? {}).filter((value) => value.startsWith('/run/secrets/'))
        expect(service.secrets ?? []).toEqual(expect.arrayContaining(files.map((file) => file.slice(13))))
        for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty(secret)
      }
    })

    it('bounds memory, and no processor', () => {
      for (const { deploy } of apps) expect(deploy?.resources.limits).toEqual({ memory: '512M' })
    })

    it('waits until the store is healthy', () => {
      for (const { depends_on: needed = {} } of apps)
        for (const [service, { condition }] of Object.entries(needed)) {
          expect(condition).toBe('service_healthy')
          expect(compose.services[service]!.healthcheck).toBeDefined()
        }
      expect(Object.keys(apps[0]!.depends_on ?? {})).toEqual(name === 'sqlite' ? [] : [name])
    })
  })

  describe('kubernetes.yaml', () => {
    it('fits the schemas of Kubernetes, with no unknown member', () => {
      expect(manifests.flatMap((manifest) => checkManifest(manifest))).toEqual([])
    })

    it.each(podsOf(manifests))('gives $name more time than it takes to stop', ({ pod }) => {
      const waits = pod.containers.map(({ lifecycle }) => lifecycle?.preStop.sleep.seconds ?? 0)
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drain + Math.max(...waits))
    })

    it.each(podsOf(manifests))('runs $name without rights, as the user of the image', ({ pod }) => {
      const [uid] = findSteps(dockerfile, 'USER')[0]!.words[0]!.split(':').map(Number)
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: uid, fsGroup: uid })
      expect(pod.automountServiceAccountToken).toBe(false)
      for (const { securityContext } of pod.containers)
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
    })

    it.each(podsOf(manifests))('probes paths and a port that $name serves', ({ pod }) => {
      const [container] = pod.containers as [Container]
      const file = container.command?.[1] ?? 'src/server.ts'
      const [exposed] = findSteps(dockerfile, 'EXPOSE')[0]!.words
      expect(container.ports).toEqual([{ name: 'http', containerPort: Number(exposed) }])
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect(probe.httpGet.port).toBe('http')
        expect(readProjectFile(name, file)).toContain(`path === '${probe.httpGet.path}'`)
      }
      // A store that is away must not restart what waits for it.
      expect(container.livenessProbe.httpGet.path).toBe('/live')
    })

    it.each(podsOf(manifests))('gives $name memory that the heap of Node fits into', ({ pod }) => {
      for (const { resources } of pod.containers) expect(parseInt(resources.limits.memory)).toBeGreaterThanOrEqual(512)
    })

    it('requests what one process needs for 100 events per second, and limits no processor', () => {
      const row = sizing.rows.find(([store, rate]) => store === stores[name] && rate === '100')!
      const resources = podsOf(manifests).flatMap(({ pod }) => pod.containers.map((container) => container.resources))
      const requested = resources.reduce((sum, { requests }) => sum + parseInt(requests.cpu), 0)
      expect(`${requested}m`).toBe(row[sizing.head.indexOf('Request CPU')])
      for (const { limits } of resources) expect(limits).toEqual({ memory: row[sizing.head.indexOf('Limit memory')] })
    })

    it.each(podsOf(manifests))('gives $name a /tmp, as Compose does', ({ pod }) => {
      for (const app of apps) expect(app.tmpfs).toEqual(['/tmp:size=64m'])
      const { mountPath } = pod.containers[0]!.volumeMounts.find((mount) => mount.name === 'tmp')!
      expect({ mountPath, volumes: pod.volumes }).toMatchObject({
        mountPath: '/tmp',
        volumes: expect.arrayContaining([{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }]),
      })
    })

    it.each(podsOf(manifests))('gives $name its secrets as files', ({ pod }) => {
      const [{ env, volumeMounts }] = pod.containers as [Container]
      const mount = volumeMounts.find(({ name: volume }) => volume === 'secrets')!
      const files = env.filter(({ name: variable }) => variable.endsWith('_FILE') && variable !== 'EVENTS_FILE')
      expect(files.length).toBeGreaterThan(0)
      for (const { value } of files) expect(value).toMatch(new RegExp(`^${mount.mountPath}/`))
      expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([])
    })

    it('selects the pods that its Service and its budgets mean', () => {
      const labels = podsOf(manifests).map(({ labels: own }) => own)
      for (const selector of selectorsIn(manifests)) expect(labels).toContainEqual(selector)
    })
  })
})

describe('what needs one process', () => {
  const [{ spec }] = readManifests('sqlite') as unknown as [{ spec: Record<string, unknown> }]

  it('has one replica, and a volume for one pod', () => {
    expect(spec).toMatchObject({
      replicas: 1,
      volumeClaimTemplates: [{ spec: { accessModes: ['ReadWriteOncePod'] } }],
    })
  })

  it('stores events where the volume is mounted', () => {
    const { pod } = podsOf(readManifests('sqlite'))[0]!
    const [volume] = findSteps(readDockerfile(folderOf('sqlite')), 'VOLUME')[0]!.words
    expect(pod.containers[0]!.volumeMounts).toContainEqual({ name: 'events', mountPath: volume })
    expect(readCompose('sqlite').services['webhooks']!.volumes).toEqual([`events:${volume}`])
  })
})

describe('the stores of compose.yaml', () => {
  it('let the image start Redis, which gives up root', () => {
    expect(readCompose('redis').services['redis']!.command?.slice(0, 2)).toEqual(['sh', '-c'])
    expect(readCompose('redis').services['redis']!.command?.[2]).toMatch(/^exec docker-entrypoint\.sh redis-server /)
  })

  // While it creates the database, the image runs a server that listens on a socket only.
  it('ask PostgreSQL over TCP whether it is ready', () => {
    const { test } = readCompose('postgres').services['postgres']!.healthcheck!
    expect(test.join(' ')).toContain('pg_isready --host 127.0.0.1 ')
  })
})

describe('the controls', () => {
  it('find what is wrong with a manifest', () => {
    const [manifest] = readManifests('sqlite')
    const { pod } = podsOf([manifest!])[0]!
    Object.assign(pod.containers[0]!, { readinesProbe: {}, image: 5 })
    delete (manifest!['spec'] as { selector?: object }).selector
    expect(checkManifest(manifest!)).toEqual([
      '/spec: {"missingProperty":"selector"}',
      '/spec/template/spec/containers/0/image: {"type":"string"}',
      '/spec/template/spec/containers/0/readinesProbe: unknown',
    ])
    expect(checkManifest({ apiVersion: 'apps/v2', kind: 'Deployment' })).toEqual(['no schema for apps/v2 Deployment'])
  })

  it('find what is wrong with a compose file', () => {
    const compose = readCompose('sqlite')
    Object.assign(compose.services['webhooks']!, { stop_grace: '30s', init: 7 })
    expect(checkCompose(compose)).toEqual([
      expect.stringContaining('"additionalProperty":"stop_grace"'),
      expect.stringContaining('/services/webhooks/init must be'),
    ])
  })

  it('find a password in an address, and a line that is no setting', () => {
    expect(passwordsIn({ environment: { DATABASE_URL: 'postgres://a:b@host/db' } })).toEqual(['DATABASE_URL'])
    expect(passwordsIn({ environment: { API_TOKEN: 'x' } })).toEqual(['API_TOKEN'])
    expect(() => readUnitFile('[Service]\nExecStart /bin/true')).toThrow('line 2')
  })
})

it('the Dockerfile of create-sallyport does the same', () => {
  const template = readFileSync(join(root, 'packages/create-sallyport/templates/project/Dockerfile'), 'utf8')
  const shared = /^(?:FROM \S+|USER .*|STOPSIGNAL .*|RUN install .*|CMD .*)/gm
  const own = readProjectFile('sqlite', 'Dockerfile').replaceAll(/ # @\w+$/gm, '')
  expect(new Set(template.replaceAll(/ # @[\w@ ]+$/gm, '').match(shared))).toEqual(new Set(own.match(shared)))
})

function passwordsIn({ environment = {} }: ComposeService): string[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const isSecret = /(?:SECRET|PASSWORD|TOKEN|KEY)$/.test(variable) || /:\/\/[^/@]*:[^/@]*@/.test(value)
    return isSecret ? [variable] : []
  })
}

function selectorsIn(manifests: readonly Record<string, unknown>[]): unknown[] {
  return manifests.flatMap(({ kind, spec }) => {
    const { selector } = spec as { selector?: { matchLabels?: object } }
    if (selector === undefined) return []
    return [kind === 'Service' ? selector : selector.matchLabels]
  })
}
