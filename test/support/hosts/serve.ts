import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../free-port.ts'
import { installHost, type HostName } from './install-host.ts'

/** A program that a host serves, in a process of its own. */
export interface ServedProgram {
  readonly url: string
  /** Everything it printed so far. */
  output(): string
  stop(): Promise<void>
}

/** What to serve. */
export interface Program {
  /** Its JavaScript, an ES module. */
  readonly code: string
  readonly env: Readonly<Record<string, string>>
  /** Host and port that it may call. @default none */
  readonly calls?: string | undefined
  /** On workerd. @default 2026-11-17 */
  readonly compatibilityDate?: string | undefined
}

/** Serves a program and waits until it answers. */
export async function serve(host: HostName, program: Program): Promise<ServedProgram> {
  const [binary, port] = await Promise.all([installHost(host), findFreePort()])
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-host-'))
  writeFileSync(join(folder, 'main.mjs'), program.code)
  writeFileSync(join(folder, 'config.capnp'), toConfig(program, port))
  const file = join(folder, 'main.mjs')
  const allowed = program.calls === undefined ? [] : [`--allow-net=${program.calls}`]
  const args: Readonly<Record<HostName, readonly string[]>> = {
    workerd: ['serve', join(folder, 'config.capnp')],
    bun: ['run', file],
    // As in docs/adapters.md, but for the call of the test process.
    deno: ['serve', '--allow-env', ...allowed, '--host=127.0.0.1', `--port=${port}`, file],
  }
  const env = { ...process.env, ...program.env, PORT: String(port), NODE_ENV: 'production', DENO_NO_UPDATE_CHECK: '1' }
  const child = spawn(binary, args[host], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece.toString()))
  const url = `http://127.0.0.1:${port}`
  try {
    await waitForAnswer(url, child)
  } catch (error) {
    await stop()
    throw new Error(`${host} does not serve the program:\n${output}`, { cause: error })
  }
  return { url, output: () => output, stop }

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

async function waitForAnswer(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isUp) return
    await sleep(50)
  }
  throw new Error('it does not answer')
}

/** The configuration of a Worker as Wrangler makes it, with access to this machine. */
function toConfig({ env, compatibilityDate = '2026-11-17' }: Program, port: number): string {
  const bindings = Object.entries(env).map(([name, value]) => `(name = ${quote(name)}, text = ${quote(value)})`)
  return `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "internet", network = (allow = ["private"])),
    (name = "main", worker = (
      modules = [(name = "main.mjs", esModule = embed "main.mjs")],
      compatibilityDate = ${quote(compatibilityDate)},
      compatibilityFlags = ["nodejs_compat"],
      bindings = [${bindings.join(', ')}],
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);`
}

// Text of Cap'n Proto is quoted as in C.
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
