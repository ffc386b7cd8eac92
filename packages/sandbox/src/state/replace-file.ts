import { open, rename, rm } from 'node:fs/promises'

/** Puts a new content in the place of a file in one step, readable by its owner only. */
export async function replaceFile(path: string, temporary: string, content: string): Promise<void> {
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
