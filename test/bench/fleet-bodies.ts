import { buffer } from 'node:stream/consumers'
import { deflateRawSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import { createChance, makePicture, makeText } from './bundle-archives.ts'

/** A Fleet delivery to measure. */
export interface FleetCase {
  readonly name: string
  /** Bytes of the HTTP body, at most; a little less in fact. */
  readonly bodyBytes: number
  readonly files: number
}

const mebibyte = 1024 * 1024

export const fleetCases: readonly FleetCase[] = [
  { name: '200 KB', bodyBytes: 200_000, files: 40 },
  { name: '1 MB', bodyBytes: 1_000_000, files: 60 },
  { name: '5 MB', bodyBytes: 5_000_000, files: 200 },
  { name: '23 MB', bodyBytes: 23_000_000, files: 400 },
  { name: '48 MiB', bodyBytes: 48 * mebibyte, files: 400 },
  { name: '48 MiB, 20 files', bodyBytes: 48 * mebibyte, files: 20 },
]

/** The action that the server handles. */
export const action = 'Deploy'
export const secret = 'fleet-bench-secret-of-32-characters'

/** The JSON body of a delivery: an agent's files, one in eight of them a picture, as a base64 ZIP. */
export async function buildBody({ bodyBytes, files }: FleetCase): Promise<Buffer> {
  // Each file compresses a little worse than the sample.
  const archive = await buildArchive((bodyBytes - 2_000) * 0.75 * 0.96 - files * 200, files)
  return Buffer.from(
    JSON.stringify({
      action,
      input: {},
      publisher: { user_id: '3f0c2a6e-5a0f-4c3b-9f0e-0d8d1c5a7b42', email: 'ada@example.com' },
      agent: { name: 'Bench', description: 'An agent of many files.' },
      tool_auth_requirements: [],
      files: { type: 'zip', filename: 'Bench.zip', content_base64: archive.toString('base64') },
      fields: [],
    }),
  )
}

const settings = {
  'AGENTS.md': '# Agent\n\nYou help.\n',
  'config.json': '{"name":"Bench","description":"","visibility_scope":"tenant","triggers_paused":false}',
  'tools.json': '{"tools":[],"interrupt_config":{}}',
}
const picturesOf = 8
// Building it is no part of the bench, and a third of its time at the usual level.
const level = 1
// Further apart than deflate looks back, so that every file costs as much to compress as the first.
const sampleBytes = 1_000_000

async function buildArchive(archiveBytes: number, files: number): Promise<Buffer> {
  const chance = createChance(files)
  const text = makeText(sampleBytes, chance)
  const picture = makePicture(sampleBytes, chance)
  const textRatio = deflateRawSync(text, { level }).length / text.length
  const each = Math.floor(archiveBytes / files / (1 / picturesOf + textRatio * (1 - 1 / picturesOf)))
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(settings)) zip.addBuffer(Buffer.from(content), path)
  for (let index = 0; index < files; index++) {
    const isPicture = index % picturesOf === picturesOf - 1
    const content = repeat(isPicture ? picture : text, each, (index * 7_919) % sampleBytes)
    zip.addBuffer(content, `skills/skill-${index % 60}/part-${index}.${isPicture ? 'png' : 'md'}`, {
      compressionLevel: level,
    })
  }
  zip.end()
  return buffer(zip.outputStream)
}

/** So many bytes of an endless repetition of a sample. */
function repeat(sample: Buffer, bytes: number, offset: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes)
  for (let at = 0, from = offset; at < bytes; from = 0) at += sample.copy(whole, at, from)
  return whole
}
