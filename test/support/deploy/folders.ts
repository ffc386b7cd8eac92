import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const folders: string[] = []

afterAll(async () => {
  await Promise.all(folders.splice(0).map(async (folder) => rm(folder, { recursive: true, force: true })))
})

/** A fresh folder below the system's temporary one, removed when the test file ends. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deploy-test-')))
  folders.push(folder)
  return folder
}

/** A folder to work in, and one outside it that nothing may change. */
export async function makeScene(): Promise<{ inside: string; outside: string }> {
  const scene = await makeFolder()
  const [inside, outside] = [join(scene, 'inside'), join(scene, 'outside')]
  await mkdir(inside)
  await mkdir(join(outside, 'skills'), { recursive: true })
  await writeFile(join(outside, 'AGENTS.md'), 'not yours')
  await writeFile(join(outside, 'skills', 'kept.md'), 'not yours either')
  return { inside, outside }
}
