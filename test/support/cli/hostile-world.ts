import { afterAll, beforeAll } from 'vitest'
import { temporaryFolder } from './command.ts'
import { writeHostileFiles } from './hostile-files.ts'
import { serveHostile } from './hostile-server.ts'

export const hostileSecret = 'whsec_a-secret-that-is-long-enough'

export const hostileEnv = {
  SONZAI_WEBHOOK_SECRET: hostileSecret,
  SONZAI_API_KEY: 'sk_a-key-of-the-test',
  INVORATEC_API_KEY: 'claw_a-key-of-the-test',
}

/** A folder of hostile files and a hostile server, for all tests of a file. */
export interface HostileWorld {
  folder(): string
  /** Replaces `URL`, `PORT` and `NUMBER` in words of a command line; each `NUMBER` is a new one. */
  fill(words: readonly string[]): string[]
}

/** Sets up a `HostileWorld` before the tests of a file, and removes it after them. */
export function useHostileWorld(): HostileWorld {
  const removals: (() => Promise<void>)[] = []
  let folder: string
  let server: Awaited<ReturnType<typeof serveHostile>>
  let count = 0

  beforeAll(async () => {
    folder = await temporaryFolder((work) => removals.push(work))
    server = await serveHostile(hostileSecret)
    await writeHostileFiles(folder, hostileSecret, server.url)
  })
  afterAll(() => {
    server.close()
    return Promise.all(removals.map((remove) => remove()))
  })

  return {
    folder: () => folder,
    fill: (words) =>
      words.map((word) =>
        word.replace('URL', server.url).replace('PORT', String(server.port)).replace('NUMBER', String(++count)),
      ),
  }
}
