import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../free-port.ts'
import { withoutNpmContext } from './temporary-project.ts'

/** What came of the steps of a Dockerfile. */
export interface RanImage {
  readonly health: number
  /** Exit code of its health check. */
  readonly probe: number | null
  /** Exit code of the server after SIGTERM. */
  readonly exitCode: number | null
  /** What lies in its work folder. */
  readonly files: readonly string[]
}

/**
 * Runs the steps of a Dockerfile as a script, because there is no container engine here: `COPY` obeys `.dockerignore`, `RUN` and `ENV`
 * happen in the work folder. Users and folders outside it stay as they are.
 */
export async function runImage(context: string, image: string, secrets: Record<string, string>): Promise<RanImage> {
  const steps = readFileSync(join(context, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const)
  const kept = readFileSync(join(context, '.dockerignore'), 'utf8')
  const env: NodeJS.ProcessEnv = { ...withoutNpmContext(process.env), ...secrets }
  let command: string[] = []
  let check: string[] = []
  for (const [step, rest] of steps) {
    if (step === 'ENV') Object.assign(env, Object.fromEntries([rest.split('=')]))
    else if (step === 'COPY') copy(rest.split(' ').slice(0, -1))
    // As root in an image; here the folder of events is the work folder's own.
    else if (step === 'RUN' && !rest.startsWith('mkdir /data')) runStep(rest)
    else if (step === 'CMD') command = JSON.parse(rest) as string[]
    else if (step === 'HEALTHCHECK') check = JSON.parse(rest.slice(rest.indexOf('['))) as string[]
  }
  const files = readdirSync(image)
  const port = String(await findFreePort())
  if (env['EVENTS_FILE'] !== undefined) env['EVENTS_FILE'] = join(image, 'events.db')
  const server = spawn(command[0]!, command.slice(1), { cwd: image, env: { ...env, PORT: port }, stdio: 'inherit' })
  const exited = new Promise<number | null>((resolve) => server.once('exit', resolve))
  try {
    const health = await waitForHealth(`http://127.0.0.1:${port}/health`)
    const probe = spawnSync(check[0]!, check.slice(1), { env: { ...env, PORT: port } }).status
    server.kill('SIGTERM')
    return { health, probe, exitCode: await exited, files }
  } finally {
    server.kill('SIGKILL')
  }

  function copy(names: readonly string[]): void {
    for (const name of names) {
      const path = name.replace(/^\.\//, '')
      if (!kept.split('\n').includes(`!${path}`)) throw new Error(`.dockerignore hides ${path}`)
      if (!existsSync(join(context, path))) throw new Error(`COPY: there is no ${path}`)
      cpSync(join(context, path), join(image, path), { recursive: true })
    }
  }

  function runStep(line: string): void {
    const { status, stderr } = spawnSync(line, { cwd: image, env, shell: true, encoding: 'utf8', timeout: 120_000 })
    if (status !== 0) throw new Error(`RUN ${line} ended with ${status}:\n${stderr}`)
  }
}

async function waitForHealth(url: string): Promise<number> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return answer.status
    await sleep(100)
  }
  throw new Error(`nothing answers at ${url}`)
}
