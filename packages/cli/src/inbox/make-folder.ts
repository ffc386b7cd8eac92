import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { defaultInbox } from './open-store.ts'

/** Makes the folder of a new inbox; the default one is kept out of version control. */
export async function makeInboxFolder(path: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (path.replaceAll('\\', '/').endsWith(`/${defaultInbox}`))
    await writeFile(`${folder}/.gitignore`, '*\n', { flag: 'wx' }).catch(() => {})
}
