import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../free-port.ts'

/** A program that serves on a free port. */
export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a program with `PORT` set and waits until it answers there. */
export async function startServer(
  node: string,
  file: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<RunningServer> {
  const port = await findFreePort()
  const child = spawn(node, [file, ...args], {
    cwd,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}:\n${output}`)
    if (await answers(url)) return { url, stop: () => stop(child) }
    await sleep(100)
  }
  await stop(child)
  throw new Error(`${file} did not listen on PORT (${port}):\n${output}`)
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}
