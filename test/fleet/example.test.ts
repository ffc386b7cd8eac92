import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  checkRelease,
  readBundle,
  readDeployment,
  readFolder,
  toToolNameInterrupts,
  ToolAuthRequirements,
} from '@sallyport/fleet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentNames, folderOf, toFleetBody } from '../../examples/agents/publish.ts'
import { startProgram, type Ending, type Program } from '../support/examples/program.ts'

const token = 'fleet-token-of-the-examples'
const secrets = { SONZAI_WEBHOOK_SECRET: 'whsec_example', INVORATEC_WEBHOOK_SECRET: 'example', PORT: '0' }
const off = { FLEET_WEBHOOK_TOKEN: '', FLEET_DEPLOY_DIR: '' }
const credentials = { TAVILY_API_KEY: 'x', FLEET_OAUTH: '{"google":true}' }

let directory: string
let body: Awaited<ReturnType<typeof toFleetBody>>
let digest: string

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'sallyport-examples-')))
  body = await toFleetBody('meeting-preparer')
  digest = (await readFolder(folderOf('meeting-preparer'))).digest
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function start(name: string, environment: Readonly<Record<string, string>>) {
  const program = startProgram('examples/run.ts', [name], { ...secrets, ...off, ...environment })
  const port = Number((await program.sees(/listening on http:\/\/127\.0\.0\.1:(\d+)/))[1])
  return { program, url: `http://127.0.0.1:${port}/webhooks/fleet` }
}

async function publish(url: string, changes: object = {}, authorization = `Bearer ${token}`) {
  const headers = { authorization, 'content-type': 'application/json', connection: 'close' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ ...body, ...changes }) })
  const text = await response.text()
  return { status: response.status, ...(text.startsWith('{') ? (JSON.parse(text) as object) : { text }) }
}

describe('the example agents', () => {
  it.each(agentNames)('%s is complete and has a requirement for each tool', async (name) => {
    const { files, ...rest } = await toFleetBody(name)
    const bundle = await readBundle(files.content_base64)
    expect(bundle.digest).toBe((await readFolder(folderOf(name))).digest)
    // Fleet's own form of an approval: without effect until it is deployed by tool names.
    expect(bundle.warnings.map(({ code }) => code)).toEqual(
      bundle.tools.interrupts.some(({ enabled }) => enabled) ? ['INTERRUPT_WITHOUT_EFFECT'] : [],
    )
    expect(bundle.skills.length).toBeGreaterThan(0)
    expect(bundle.subagents.length).toBeGreaterThan(0)
    const types = ToolAuthRequirements.parse(rest.tool_auth_requirements).map(({ auth_type }) => auth_type)
    expect(new Set(types)).toEqual(new Set(['none', 'api_key', 'oauth']))
  })
})

describe.each(['express', 'koa', 'fastify', 'fetch'])('npm run example -- %s with a token of Fleet', (name) => {
  const answers: Record<string, object> = {}
  let ending: Ending
  let root: string

  beforeAll(async () => {
    root = join(directory, name)
    const { program, url } = await start(name, { FLEET_WEBHOOK_TOKEN: token, FLEET_DEPLOY_DIR: root })
    answers['published'] = await publish(url)
    answers['again'] = await publish(url, { action: '部署到生产环境' })
    answers['dry run'] = await publish(url, { input: { dry_run: true } })
    answers['by default'] = await publish(url, { input: {} })
    answers['in another script'] = await publish(url, { files: await renamed('客服助手'), input: { dry_run: false } })
    answers['forged'] = await publish(url, {}, 'Bearer guessed')
    answers['hostile'] = await publish(url, { files: { ...body.files, content_base64: 'AAAA' } })
    answers['GET'] = { status: (await fetch(url)).status }
    ending = await program.end('SIGTERM')
  })

  it('answers with the digest and the path', () => {
    const path = `meeting-preparer/releases/${digest}`
    expect(answers).toMatchObject({
      published: { status: 200, digest, deployed: true, changed: true, path },
      again: { status: 200, digest, deployed: true, changed: false, path },
      'dry run': { status: 200, digest, deployed: false },
      // The form ticks the box by default.
      'by default': { status: 200, digest, deployed: false },
      'in another script': {
        status: 200,
        deployed: true,
        path: expect.stringMatching(/^客服助手-[0-9a-f]{12}\/releases/),
      },
      forged: { status: 401, code: 'CREDENTIAL_MISMATCH' },
      hostile: { status: 422, detail: expect.stringMatching(/^ARCHIVE_TOO_SMALL: /) },
      GET: { status: 405 },
    })
  })

  it('prints one JSON line per publish, without the files', () => {
    const publisher = { userId: expect.any(String), email: 'ada@example.com' }
    const data = { agent: 'Meeting preparer', publisher, digest, files: 7 }
    const path = join(root, 'meeting-preparer', 'releases', digest)
    const lines = ending.stdout.trimEnd().split('\n')
    expect(lines.slice(0, 3).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        provider: 'fleet',
        type: body.action,
        id: expect.any(String),
        data: { action: body.action, ...data, deployed: true, changed: true, path },
      },
      expect.objectContaining({ type: '部署到生产环境', data: expect.objectContaining({ changed: false }) }),
      expect.objectContaining({ data: { action: body.action, ...data, deployed: false } }),
    ])
    expect(lines).toHaveLength(5)
    expect(ending.stdout).not.toContain(body.files.content_base64.slice(0, 50))
    expect(ending.stdout + ending.stderr).not.toContain(token)
  })

  it('writes the agent, with the publisher in its manifest', async () => {
    const { current } = await readDeployment(root, 'meeting-preparer')
    const { user_id: userId, email } = body['publisher'] as { user_id: string; email: string }
    expect(current).toMatchObject({ digest, manifest: { action: body.action, publisher: { userId, email } } })
    expect(await checkRelease(root, { name: 'meeting-preparer' })).toEqual([])
    expect(await readFile(join(root, 'meeting-preparer', 'current', 'AGENTS.md'), 'utf8')).toContain(
      '# Meeting preparer',
    )
  })

  it('says where it deploys and what it rejected', () => {
    const [ready, ...lines] = ending.stderr.trimEnd().split('\n')
    expect(ready).toContain(`/webhooks/fleet (deploys to ${root})`)
    expect(lines.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual([
      'CREDENTIAL_MISMATCH',
      'DELIVERY_REJECTED',
      'METHOD_NOT_ALLOWED',
    ])
  })
})

describe('npm run example -- express', () => {
  it('has no Fleet endpoint without a token, and says so', async () => {
    const { program, url } = await start('express', {})
    expect(await publish(url)).toMatchObject({ status: 404 })
    expect((await program.end('SIGTERM')).stderr).toMatch(/\/webhooks\/fleet is off: FLEET_WEBHOOK_TOKEN is not set\n$/)
  })

  it('only verifies without a folder', async () => {
    const { program, url } = await start('express', { FLEET_WEBHOOK_TOKEN: token })
    expect(await publish(url)).toEqual({ status: 200, digest, deployed: false })
    const { stdout, stderr } = await program.end('SIGTERM')
    expect(JSON.parse(stdout)).toMatchObject({ provider: 'fleet', data: { digest, files: 7, deployed: false } })
    expect(stderr).toContain('deploys nothing: FLEET_DEPLOY_DIR is not set')
  })
})

describe('npm run example -- fleet-deploy', () => {
  let program: Program
  let url: string
  let root: string

  // Of what is deployed, whose approvals have the form that works.
  let written: string

  beforeAll(async () => {
    written = (await toToolNameInterrupts(await readFolder(folderOf('meeting-preparer')))).bundle.digest
    root = join(directory, 'fleet-deploy')
    ;({ program, url } = await start('fleet-deploy', {
      FLEET_WEBHOOK_TOKEN: token,
      FLEET_DEPLOY_DIR: root,
      ...credentials,
    }))
  })
  afterAll(() => program.end('SIGKILL'))

  it('receives a publish from the command line', async () => {
    const environment = { FLEET_WEBHOOK_TOKEN: token, PORT: new URL(url).port }
    const run = (...parameters: string[]) =>
      startProgram('examples/run.ts', ['fleet-publish', ...parameters], environment)
    const accepted = await run('meeting-preparer', 'dry_run=true', 'environment=staging').end()
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringMatching(`^200 .*"checked".*${written}`) })
    const refused = await run('meeting-preparer', 'environment=a=b').end()
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringMatching(/^422 .*INPUT_INVALID/) })
    expect(await run('nobody').end()).toMatchObject({ code: 1, stderr: expect.stringContaining('meeting-preparer') })
  })

  it('reviews, deploys, rejects and rolls back', async () => {
    const renamedFiles = await renamed('Meeting preparer', 'of the next working day')
    const answers = {
      'dry run': await publish(url, { input: { environment: 'prod', dry_run: true } }),
      deployed: await publish(url),
      unchanged: await publish(url),
      changed: await publish(url, { files: renamedFiles }),
      'roll back, dry run': await publish(url, { action: 'Roll back', input: { environment: 'prod', dry_run: true } }),
      'rolled back': await publish(url, { action: 'Roll back' }),
      'too far back': await publish(url, { action: 'Roll back' }),
      elsewhere: await publish(url, { input: { environment: 'moon' } }),
      'not ready': await publish(url, { tool_auth_requirements: needs('CRM_API_KEY') }),
      steering: await publish(url, { tool_auth_requirements: needs('NODE_OPTIONS') }),
      hostile: await publish(url, { files: { ...body.files, content_base64: '!' } }),
      forged: await publish(url, {}, 'Bearer guessed'),
    }
    const { stdout, stderr } = await program.end('SIGTERM')

    expect(answers).toMatchObject({
      'dry run': { status: 200, outcome: 'checked', digest: written, deployed: false },
      deployed: {
        status: 200,
        outcome: 'deployed',
        digest: written,
        path: `prod/meeting-preparer/releases/${written}`,
      },
      unchanged: { status: 200, outcome: 'unchanged', digest: written },
      changed: { status: 200, outcome: 'deployed', digest: expect.not.stringMatching(written) },
      'roll back, dry run': { status: 200, outcome: 'checked', digest: written, deployed: false },
      'rolled back': { status: 200, outcome: 'rolled back', digest: written },
      'too far back': { status: 422, detail: expect.stringMatching(/^NO_RELEASE: /) },
      elsewhere: { status: 422, detail: expect.stringMatching(/^INPUT_INVALID: Environment: /) },
      'not ready': { status: 422, detail: expect.stringMatching(/^NOT_READY: .*missing CRM_API_KEY/) },
      steering: { status: 422, detail: expect.stringMatching(/^NOT_READY: .*may not ask for NODE_OPTIONS/) },
      hostile: { status: 422, detail: expect.stringMatching(/^BASE64_INVALID: /) },
      forged: { status: 401 },
    })
    const { current, releases } = await readDeployment(join(root, 'prod'), 'meeting-preparer')
    expect(current?.digest).toBe(written)
    expect(releases).toHaveLength(2)

    for (const part of [
      /^"Deploy to Production": "Meeting preparer", by "ada@example\.com"$/m,
      /^Changes\n {2}/m,
      /^ +-You prepare the meetings of one working day\./m,
      /^ +\+You prepare the meetings of the next working day\./m,
      /^Policy\n {2}The bundle meets the policy$/m,
      /^ {2}ready +tavily_web_search +api_key$/m,
      /^ {2}NOT READY +crm_lookup +api_key +missing CRM_API_KEY$/m,
      /^dry run: nothing was deployed$/m,
      /^deployed to .*meeting-preparer.releases.[0-9a-f]{64}$/m,
      /^refused: NOT_READY: /m,
      /^roll back meeting-preparer: dry run, nothing was changed$/m,
      /^roll back meeting-preparer: from [0-9a-f]{64} to /m,
    ]) {
      expect(stdout).toMatch(part)
    }
    expect(stdout + stderr).not.toContain(token)
  })

  it.each([
    ['FLEET_WEBHOOK_TOKEN', { FLEET_DEPLOY_DIR: '/nowhere' }],
    ['FLEET_DEPLOY_DIR', { FLEET_WEBHOOK_TOKEN: token }],
    ['FLEET_OAUTH', { FLEET_WEBHOOK_TOKEN: token, FLEET_DEPLOY_DIR: '/nowhere', FLEET_OAUTH: '{"google":"calendar"}' }],
  ])('does not start without a usable %s', async (variable, environment) => {
    const started = startProgram('examples/run.ts', ['fleet-deploy'], { ...secrets, ...off, ...environment })
    const { code, stdout, stderr } = await started.end()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^[^\\n]*${variable}[^\\n]*\\n$`))
  })
})

/** The files of the agent, with another name in its configuration and another span of time in its prompt. */
async function renamed(name: string, span = 'of one working day') {
  const bundle = await readFolder(folderOf('meeting-preparer'))
  const files = bundle.files.map((file) => ({
    ...file,
    bytes: Buffer.from(
      Buffer.from(file.bytes)
        .toString()
        .replace('"name": "Meeting preparer"', `"name": "${name}"`)
        .replace('of one working day', span),
    ),
  }))
  return (await toFleetBody('meeting-preparer', { ...bundle, files })).files
}

function needs(variable: string): readonly object[] {
  const more = { tool_name: 'crm_lookup', auth_type: 'api_key', required_env_vars: [variable] }
  return [...body.tool_auth_requirements, more]
}
