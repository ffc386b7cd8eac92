import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Sender } from '../../../packages/create-sallyport/src/catalogue.ts'
import { knownProviders } from '../../../packages/cli/src/known-providers.ts'
import { signDelivery } from 'sallyport/testing'
import { findFreePort } from '../free-port.ts'

/** What a project's server answered and did. */
export interface Observed {
  /** Status of a good delivery, and of a forged one, by sender. */
  readonly answers: Readonly<Record<string, readonly [good: number, forged: number]>>
  /** Senders whose handler ran exactly once, sorted. */
  readonly handled: readonly string[]
  readonly health: number
  readonly exitCode: number | null
  /** Empty unless something went wrong. */
  readonly stderr: string
}

/** Environment of programs that see the workspace's packages as sources. */
export const sourceEnvironment = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  NODE_OPTIONS: '--conditions=@sallyport/source --disable-warning=ExperimentalWarning',
}

/** Scripts of a project that start its server. */
export type Script = 'start' | 'dev'

/** Starts a project, sends a good and a forged delivery per sender, and ends it with SIGTERM once all are handled. */
export async function runProject(
  folder: string,
  senders: readonly Sender[],
  env: Readonly<Record<string, string>>,
  script: Script = 'start',
): Promise<Observed> {
  const port = await findFreePort()
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: Record<Script, string>
  }
  const [node, ...args] = scripts[script].split(' ')
  if (node !== 'node') throw new Error(`${script} starts ${node}, not node`)
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...sourceEnvironment, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: `node --watch` runs the server in a process below it.
    detached: process.platform !== 'win32',
  })
  const output = { stdout: '', stderr: '' }
  const changed = new EventTarget()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      output[name] += chunk.toString()
      changed.dispatchEvent(new Event('change'))
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) {
      const change = new Promise<boolean>((resolve) =>
        changed.addEventListener('change', () => resolve(true), { once: true }),
      )
      // `node --watch` stays when the server fails.
      const hasFailed = output.stdout.includes('Failed running')
      if (hasFailed || !(await Promise.race([change, exited.then(() => false)])))
        throw new Error(`${folder} ended early:\n${output.stdout}\n${output.stderr}`)
    }
  }
  const countHandled = ({ name }: Sender): number =>
    output.stdout.split('\n').filter((line) => line.startsWith(`${name}: `)).length

  try {
    await until(() => output.stdout.includes('Listening'))
    const url = `http://127.0.0.1:${port}`
    const secrets = parseEnv(readFileSync(join(folder, '.env'), 'utf8'))
    const answers: Record<string, [number, number]> = {}
    for (const sender of senders) {
      const forged = await post(url, sender, `${secrets[sender.variable]!.slice(0, -4)}AAA=`)
      answers[sender.name] = [await post(url, sender, secrets[sender.variable]!), forged]
    }
    await until(() => senders.every((sender) => countHandled(sender) > 0))
    const health = (await fetch(`${url}/health`)).status
    child.kill('SIGTERM')
    const exitCode = await exited
    const handled = senders.filter((sender) => countHandled(sender) === 1).map(({ name }) => name)
    return { answers, handled, health, exitCode, stderr: output.stderr }
  } finally {
    killAll(child)
    await exited
  }
}

function killAll(child: ChildProcess): void {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // They ended already.
  }
}

async function post(url: string, { name, event: type }: Sender, secret: string): Promise<number> {
  const provider = await knownProviders[name]!.load({})
  const { plainHeaders: headers, body } = signDelivery(provider, { secret, type })
  return (await fetch(`${url}/webhooks/${name}`, { method: 'POST', headers, body })).status
}

/** What a project with these senders must do. */
export async function expectationFor(senders: readonly Sender[], isStored: boolean): Promise<Observed> {
  const answers = senders.map(async ({ name }) => {
    const { acknowledgement, statuses } = await knownProviders[name]!.load({})
    const good = acknowledgement?.status ?? (isStored ? 202 : 200)
    return [name, [good, statuses?.SIGNATURE_MISMATCH ?? 401]] as const
  })
  return {
    answers: Object.fromEntries(await Promise.all(answers)),
    handled: senders.map(({ name }) => name),
    health: 200,
    exitCode: 0,
    stderr: '',
  }
}
