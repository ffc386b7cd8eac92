import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
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

/** Starts a project, sends a good and a forged delivery per sender, and ends it with SIGTERM once all are handled. */
export async function runProject(
  folder: string,
  senders: readonly Sender[],
  env: Readonly<Record<string, string>>,
): Promise<Observed> {
  const port = await findFreePort()
  const file = existsSync(join(folder, 'src', 'server.ts')) ? 'src/server.ts' : 'src/server.js'
  const child = spawn(process.execPath, ['--env-file=.env', file], {
    cwd: folder,
    env: { ...sourceEnvironment, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
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
      if (!(await Promise.race([change, exited.then(() => false)])))
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
    child.kill('SIGKILL')
    await exited
  }
}

async function post(url: string, { name, event: type }: Sender, secret: string): Promise<number> {
  const provider = knownProviders[name]!.create({})
  const { plainHeaders: headers, body } = signDelivery(provider, { secret, type })
  return (await fetch(`${url}/webhooks/${name}`, { method: 'POST', headers, body })).status
}

/** What a project with these senders must do. */
export function expectationFor(senders: readonly Sender[], isStored: boolean): Observed {
  return {
    answers: Object.fromEntries(
      senders.map(({ name }) => {
        const refused = knownProviders[name]!.create({}).statuses?.SIGNATURE_MISMATCH ?? 401
        return [name, [isStored ? 202 : 200, refused]]
      }),
    ),
    handled: senders.map(({ name }) => name),
    health: 200,
    exitCode: 0,
    stderr: '',
  }
}
