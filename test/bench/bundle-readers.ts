import { buffer } from 'node:stream/consumers'
import { crc32, inflateRawSync } from 'node:zlib'
import { readBundle } from '@sallyport/fleet'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js'
import AdmZip from 'adm-zip'
import { unzipSync } from 'fflate'
import JSZip from 'jszip'
import yauzl from 'yauzl'

/** Reads every file of a base64 archive into memory; resolves to their number. */
export type BundleReader = (base64: string) => number | Promise<number>

/** Walks the directory, inflates and compares the CRC: no other check, no name rules, no digest. */
function readByFloor(base64: string): number {
  const bytes = Buffer.from(base64, 'base64')
  let end = bytes.length - 22
  while (bytes.readUInt32LE(end) !== 0x06054b50) end--
  const files = new Map<string, Uint8Array>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = bytes.readUInt16LE(at + 28)
    const local = bytes.readUInt32LE(at + 42)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const data = bytes.subarray(start, start + bytes.readUInt32LE(at + 20))
    const content = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data
    if (crc32(content) !== bytes.readUInt32LE(at + 16)) throw new Error('CRC')
    files.set(bytes.toString('utf8', at + 46, at + 46 + nameLength), content)
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return files.size
}

async function readBySallyport(base64: string): Promise<number> {
  const bundle = await readBundle(base64, { maxArchiveBytes: 128 * 1024 * 1024 })
  return bundle.files.length
}

/** As above, plus the SHA-256 of each file and of the bundle, which a small bundle computes on demand. */
async function readAndDigest(base64: string): Promise<number> {
  const bundle = await readBundle(base64, { maxArchiveBytes: 128 * 1024 * 1024 })
  return bundle.digest.length
}

async function readByJszip(base64: string, checkCRC32: boolean): Promise<number> {
  const zip = await JSZip.loadAsync(base64, { base64: true, checkCRC32 })
  const contents = await Promise.all(Object.values(zip.files).map((file) => file.async('uint8array')))
  return contents.length
}

async function readByYauzl(base64: string): Promise<number> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(base64, 'base64'), { lazyEntries: true })
  let count = 0
  for await (const entry of zip.eachEntry()) {
    await buffer(await zip.openReadStreamPromise(entry))
    count++
  }
  return count
}

async function readByZipJs(base64: string): Promise<number> {
  const reader = new ZipReader(new Uint8ArrayReader(Buffer.from(base64, 'base64')), {
    checkSignature: true,
    useWebWorkers: false,
  })
  const entries = await reader.getEntries()
  for (const entry of entries) if (!entry.directory) await entry.getData(new Uint8ArrayWriter())
  return entries.length
}

const readByFflate = (base64: string): number => Object.keys(unzipSync(Buffer.from(base64, 'base64'))).length

function readByAdmZip(base64: string): number {
  return new AdmZip(Buffer.from(base64, 'base64')).getEntries().map((entry) => entry.getData()).length
}

/** The floor first. Those marked with CRC compare it, like the floor and `readBundle`; the others check less. */
export const readers: Readonly<Record<string, BundleReader>> = {
  floor: readByFloor,
  sallyport: readBySallyport,
  'sallyport and digests': readAndDigest,
  'jszip with CRC': (base64) => readByJszip(base64, true),
  jszip: (base64) => readByJszip(base64, false),
  yauzl: readByYauzl,
  '@zip.js/zip.js with CRC': readByZipJs,
  fflate: readByFflate,
  'adm-zip with CRC': readByAdmZip,
}
