import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BundleLimits, BundleWarning, FleetErrorCode } from '@sallyport/fleet'
import { agentFiles, asciiFiles, writeAgent } from '../agent-folder.ts'

/** Something that writes ZIP archives, used in one way. */
export interface Writer {
  readonly name: string
  /** The program without which it cannot run. */
  readonly missing?: string | undefined
  readonly limits?: BundleLimits
  /** Leaves out what has a name in another script. */
  readonly asciiOnly?: boolean
  /** Files that it adds on its own. */
  readonly adds?: readonly string[]
  readonly warnings?: readonly BundleWarning['code'][]
  /** Why what it writes is refused: two readers could disagree about it. */
  readonly refused?: FleetErrorCode
  /** The agent of `agent-folder.ts`, as an archive. */
  readonly write: () => Promise<Uint8Array>
}

/** A writer that can be given other files. */
export interface LibraryWriter extends Writer {
  readonly write: (files?: ReadonlyMap<string, Uint8Array>) => Promise<Uint8Array>
}

/** The first of these programs that starts with this argument, if any. */
export function findProgram(names: readonly string[], argument: string): string | undefined {
  return names.find((name) => {
    const { error, status } = spawnSync(name, [argument], { stdio: 'ignore' })
    return error === undefined && status !== null
  })
}

/** Runs a program to its end and gives what it printed. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Buffer {
  const environment = { ...process.env, ...options.env }
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${String(stderr)}`)
  return stdout
}

/** Does something with the agent in a folder on disk, and a place beside it for the result. */
export async function withAgent<Result>(
  use: (agent: string, beside: string) => Result | Promise<Result>,
  { asciiOnly = false }: Pick<Writer, 'asciiOnly'> = {},
): Promise<Result> {
  const beside = mkdtempSync(join(tmpdir(), 'sallyport-writer-'))
  try {
    const agent = join(beside, 'agent')
    writeAgent(agent, asciiOnly ? asciiFiles : agentFiles)
    return await use(agent, beside)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}
