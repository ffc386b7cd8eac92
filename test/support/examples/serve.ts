import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignedDelivery } from 'sallyport/testing'
import { startProgram, type Program } from './program.ts'
import { secrets } from './environment.ts'

/** Starts a program of a document and waits until it takes connections. */
export async function startDocumented(
  file: string,
  port: number,
  environment: Record<string, string> = {},
): Promise<Program> {
  const program = startProgram(file, [], { ...secrets, PORT: String(port), ...environment })
  let ended: string | undefined
  void program.end().then(({ stdout, stderr }) => (ended = stdout + stderr))
  for (let attempt = 0; attempt < 200; attempt++) {
    if (ended !== undefined) throw new Error(`${file} ended:\n${ended}`)
    if (await isListening(port)) return program
    await sleep(50)
  }
  await program.end('SIGKILL')
  throw new Error(`${file} does not listen on ${port}`)
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Sends a delivery, and reads what the answer says became of it. */
export async function send(
  url: string,
  { plainHeaders, body }: SignedDelivery,
): Promise<{ status: number; said: unknown }> {
  const response = await fetch(url, { method: 'POST', headers: plainHeaders, body: Buffer.from(body) })
  const { outcome, code } = (await response.json()) as { outcome?: string; code?: string }
  return { status: response.status, said: outcome ?? code }
}
