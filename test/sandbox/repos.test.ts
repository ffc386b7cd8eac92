import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { createRepos } from '../../packages/sandbox/src/langsmith/repos.ts'
import { makeFolder } from '../support/deploy/folders.ts'
import type { SwapTask } from '../support/deploy/swap-links.ts'

const secret = 'of somebody else'

describe('the repositories of the sandbox', () => {
  it.skipIf(process.platform === 'win32').each(['skills', 'skills/a', 'skills/a/SKILL.md'])(
    'have nothing from outside while links are swapped: %s',
    async (path) => {
      const scene = await makeFolder()
      const [agents, outside] = [join(scene, 'agents'), join(scene, 'outside')]
      for (const [folder, text] of [
        [join(agents, 'luna'), 'public'],
        [outside, secret],
      ] as const) {
        await mkdir(join(folder, 'skills/a'), { recursive: true })
        await writeFile(join(folder, 'AGENTS.md'), text)
        await writeFile(join(folder, 'skills/a/SKILL.md'), text)
      }
      const repos = createRepos({ agent: agents, skill: undefined })
      expect(await repos.read('agent', 'luna')).toEqual({ 'AGENTS.md': 'public', 'skills/a/SKILL.md': 'public' })

      const state = new SharedArrayBuffer(8)
      const workerData: SwapTask = { path: join(agents, 'luna', path), target: join(outside, path), state }
      const swapper = new Worker(join(import.meta.dirname, '../support/deploy/swap-links.ts'), { workerData })
      await once(swapper, 'online')
      const shared = new Int32Array(state)
      const seen = new Set<string>()
      try {
        for (let count = 0; count < 600; count++) {
          const texts = await repos.read('agent', 'luna').catch(() => ({}))
          for (const text of Object.values(texts)) seen.add(text)
        }
      } finally {
        Atomics.store(shared, 1, 1)
        await once(swapper, 'exit')
      }
      expect(seen).not.toContain(secret)
      expect(shared[0]).toBeGreaterThan(10)
    },
  )
})
