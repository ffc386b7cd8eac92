import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { listInstalled, listShipped } from '../../scripts/licences.ts'
import { readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { readDocument } from '../support/docs/markdown.ts'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly environment?: string
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly permissions?: object
  readonly on: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = join(root, '.github', 'workflows')
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  return { name, text, workflow: parse(text) as Workflow }
})

describe.each(workflows)('workflow $name', ({ text, workflow }) => {
  const jobs = Object.entries(workflow.jobs)
  const steps = jobs.flatMap(([, job]) => job.steps)

  it('pins every action by digest and names its version', () => {
    const uses = text.split('\n').filter((line) => line.includes('uses:'))
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length)
    expect(uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  it('grants nothing to all jobs, and little to each', () => {
    expect(workflow.permissions).toEqual({})
    for (const [name, { permissions }] of jobs) {
      const publishes = name === 'publish'
      expect(permissions, name).toEqual(publishes ? { contents: 'read', 'id-token': 'write' } : { contents: 'read' })
    }
  })

  it('keeps no credentials beside the checkout', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'))
    expect(checkouts).toHaveLength(jobs.length)
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false)
  })

  it('bounds every job and puts no event text into a shell', () => {
    for (const [name, job] of jobs) expect(job['timeout-minutes'], name).toBeGreaterThan(0)
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
  })
})

describe('the release workflow', () => {
  const { workflow } = workflows.find(({ name }) => name === 'release.yml')!

  it('publishes only a tested tag that a maintainer approves', () => {
    expect(workflow.jobs['publish']).toMatchObject({
      if: "github.event_name == 'push'",
      needs: 'test',
      environment: 'npm',
    })
    expect(workflow.on['push']).toEqual({ tags: ['v*'] })
  })

  it('uses no token that could leak', () => {
    expect(workflows.filter(({ text }) => text.includes('secrets.'))).toEqual([])
  })
})

// Permissive ones, and those that ask for no more than a notice where they are used unchanged.
const allowed =
  /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense|\(MIT OR [\w.-]+\)|\(MIT AND Zlib\)|\(Apache-2\.0 AND BSD-3-Clause\))$/

// Tools that tests run; no package of Sallyport brings them. The SDKs of senders say more than a name of the list: both parts of
// @bufbuild/protobuf are in it, starkbank-ecdsa writes MIT in full, and postal-mime asks for no notice. argparse is under
// Python's licence, and railroad-diagrams in the public domain.
const toolLicences = /^(MPL-2\.0|\(Apache-2\.0 AND BSD-3-Clause\)|MIT License|MIT-0|Python-2\.0|CC0-1\.0)$/

describe('licences', () => {
  it('are permissive in everything that an installation brings', () => {
    const shipped = listShipped()
    expect(shipped.length).toBeGreaterThan(10)
    expect(shipped.filter(({ licence }) => !allowed.test(licence))).toEqual([])
  })

  it('are known for everything that development needs', () => {
    const installed = listInstalled()
    expect(installed.length).toBeGreaterThan(200)
    expect(installed.filter(({ licence }) => !allowed.test(licence) && !toolLicences.test(licence))).toEqual([])
  })

  it('of every peer are those that the document names', () => {
    const peers = new Set(readPackages().flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {})))
    const installed = new Map(listInstalled().map(({ name, licence }) => [name, licence]))
    const apache = ['@opentelemetry/api', 'prom-client']
    for (const peer of peers) expect(installed.get(peer), peer).toBe(apache.includes(peer) ? 'Apache-2.0' : 'MIT')
    for (const peer of apache) expect(readDocument('docs/licences.md')).toContain(`\`${peer}\``)
  })
})
