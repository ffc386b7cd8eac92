import type { Folder } from './folder.ts'
import { Places } from './places.ts'

/** Removes an entry and everything below it. Links are removed, never followed, even one planted meanwhile. */
export async function removeTree(parent: Folder, name: string, places = new Places(16)): Promise<void> {
  const seen = await parent.stat(name)
  if (seen === undefined) return
  if (!seen.isDirectory()) {
    await parent.unlink(name)
    return
  }
  const folder = await parent.open(name)
  try {
    await places.each(await folder.names(), async (entry) => removeTree(folder, entry, places))
  } finally {
    await folder.close()
  }
  await parent.removeEmpty(name)
}
