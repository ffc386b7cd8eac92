import { readFile } from 'node:fs/promises'
import { FleetError, readBundle } from '@sallyport/fleet'

export async function inspect(path: string): Promise<void> {
  try {
    const { config, digest, files, warnings } = await readBundle(await readFile(path))
    console.log(config.name, digest, files.length, warnings)
  } catch (error) {
    if (!FleetError.is(error)) throw error
    console.error(error.code, error.path, error.message)
  }
}
