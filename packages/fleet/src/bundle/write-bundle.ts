import type { AgentBundle } from './agent-bundle.ts'
import { readFolder } from './read-folder.ts'

// ZIP times begin in 1980 and have no zone. A fixed one makes the archive depend on its files alone.
const fixedDate = new Date(Date.UTC(1980, 0, 1))

/**
 * Writes a bundle, or the agent in a folder, as a ZIP archive. Reproducible: the same files give the same bytes, whatever
 * their times, modes and order.
 *
 * @param source a bundle, or the path of a folder, which is checked like an archive
 * @returns the bytes of the archive
 * @throws FleetError as `readFolder`
 * @example
 * const archive = await writeBundle('agents/researcher')
 */
export async function writeBundle(source: AgentBundle | string): Promise<Uint8Array> {
  const { files } = typeof source === 'string' ? await readFolder(source) : source
  // Not loaded by those who only read bundles: it has 60 modules.
  const { default: JSZip } = await import('jszip')
  const zip = new JSZip()
  for (const { path, bytes } of files) zip.file(path, bytes, { date: fixedDate, createFolders: false, binary: true })
  return zip.generateAsync({
    type: 'uint8array',
    platform: 'DOS',
    compression: 'DEFLATE',
    compressionOptions: { level: 9 },
    streamFiles: false,
  })
}
