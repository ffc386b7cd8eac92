import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js'
import AdmZip from 'adm-zip'
import { unzipSync } from 'fflate'
import JSZip from 'jszip'
import yauzl, { type Entry } from 'yauzl'
import { toBytes } from './bytes.ts'

/** SHA-256 (hex) of each file by its path; folders are left out. */
export type FileSums = ReadonlyMap<string, string>

export type Library = (bytes: Uint8Array) => Promise<FileSums>

/** How other libraries read an archive; each throws if it rejects it. */
export const libraries = {
  jszip: (bytes) => readWithJszip(bytes, false),
  'jszip, CRC checked': (bytes) => readWithJszip(bytes, true),
  yauzl: readWithYauzl,
  'zip.js': (bytes) => readWithZipJs(bytes, false),
  'zip.js, strict': (bytes) => readWithZipJs(bytes, true),
  fflate: readWithFflate,
  'adm-zip': readWithAdmZip,
} as const satisfies Readonly<Record<string, Library>>

export function sum(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** One digest of several files, in any order. */
export function digestOf(files: FileSums): string {
  return sum(toBytes(JSON.stringify([...files].map((entry) => entry.join(' ')).toSorted())))
}

// Unmarked names are read as UTF-8, as with `allowUnflaggedUtf8`.
const decodeFileName = (bytes: string[] | Uint8Array) => Buffer.from(bytes as Uint8Array).toString('utf8')

async function readWithJszip(bytes: Uint8Array, checkCRC32: boolean): Promise<FileSums> {
  const archive = await JSZip.loadAsync(bytes, { checkCRC32, decodeFileName })
  const sums = new Map<string, string>()
  for (const file of Object.values(archive.files)) {
    if (!file.dir) sums.set(file.unsafeOriginalName ?? file.name, sum(await file.async('uint8array')))
  }
  return sums
}

async function readWithYauzl(bytes: Uint8Array): Promise<FileSums> {
  const options = { lazyEntries: true, decodeStrings: true, validateEntrySize: true, strictFileNames: true }
  const archive = await yauzl.fromBufferPromise(Buffer.from(bytes), options)
  const sums = new Map<string, string>()
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    sums.set(yauzlName(entry), sum(await buffer(await archive.openReadStreamPromise(entry))))
  }
  return sums
}

function yauzlName({ fileName, fileNameRaw, generalPurposeBitFlag }: Entry): string {
  const isMarked = (generalPurposeBitFlag & 0x0800) !== 0
  return isMarked ? fileName : decodeFileName(fileNameRaw)
}

async function readWithZipJs(bytes: Uint8Array, strict: boolean): Promise<FileSums> {
  const checks = strict ? ({ strictness: 'strict', checkSignature: true } as const) : {}
  const options = { useWebWorkers: false, ...checks }
  const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(bytes)])), options)
  const sums = new Map<string, string>()
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) sums.set(entry.filename, sum(await entry.getData(new Uint8ArrayWriter())))
  }
  return sums
}

async function readWithFflate(bytes: Uint8Array): Promise<FileSums> {
  const files = Object.entries(unzipSync(bytes)).filter(([name]) => !name.endsWith('/'))
  return new Map(files.map(([name, content]) => [name, sum(content)]))
}

async function readWithAdmZip(bytes: Uint8Array): Promise<FileSums> {
  const entries = new AdmZip(Buffer.from(bytes)).getEntries().filter(({ isDirectory }) => !isDirectory)
  return new Map(entries.map((entry) => [entry.entryName, sum(entry.getData())]))
}
