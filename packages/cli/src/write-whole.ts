import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'

/**
 * Writes a file whole or not at all: on a full disk a new one does not stay, and one that was there stays as it was.
 *
 * @param replace whether a file that is there is replaced; else it is an error, `EEXIST`
 */
export async function writeWhole(
  path: string,
  content: Uint8Array,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const place = replace ? `${path}.${randomUUID()}.tmp` : path
  let isOurs = false
  try {
    await writeFile(place, '', { flag: 'wx' })
    isOurs = true
    await writeFile(place, content)
    if (replace) await rename(place, path)
  } catch (error) {
    if (isOurs) await rm(place, { force: true })
    throw error
  }
}
