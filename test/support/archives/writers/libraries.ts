import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  TextReader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
  type ZipWriterConstructorOptions,
} from '@zip.js/zip.js'
import AdmZip from 'adm-zip'
import { ZipArchive, type ZipOptions } from 'archiver'
import { Zip, ZipDeflate, zipSync, type ZipOptions as FflateOptions } from 'fflate'
import JSZip, { type JSZipGeneratorOptions } from 'jszip'
import { ZipFile, type EntryOptions } from 'yazl'
import { agentFiles, foldersOf } from '../agent-folder.ts'
import { concatAll } from '../bytes.ts'
import type { LibraryWriter } from './writer.ts'

// The archives are the same on every run, so that a seed of the fuzzing means the same.
const date = new Date(2026, 0, 1)

function jszip(name: string, options: JSZipGeneratorOptions, createFolders = false): LibraryWriter {
  const write = async (files = agentFiles) => {
    const archive = new JSZip()
    for (const [path, bytes] of files) archive.file(path, bytes, { date, createFolders })
    return archive.generateAsync({ ...options, type: 'uint8array' })
  }
  return { name: `jszip ${name}`, write }
}

function yazl(
  name: string,
  options: EntryOptions,
  { streams = false, zip64 = false, folders = false } = {},
): LibraryWriter {
  const write = async (files = agentFiles) => {
    const archive = new ZipFile()
    if (folders) for (const path of foldersOf(files)) archive.addEmptyDirectory(path, { mtime: date })
    for (const [path, bytes] of files) {
      if (streams) archive.addReadStream(Readable.from([Buffer.from(bytes)]), path, { mtime: date, ...options })
      else archive.addBuffer(Buffer.from(bytes), path, { mtime: date, ...options })
    }
    archive.end({ forceZip64Format: zip64 })
    return buffer(archive.outputStream)
  }
  return { name: `yazl ${name}`, write }
}

function archiver(name: string, options: ZipOptions, folders = false): LibraryWriter {
  const write = async (files = agentFiles) => {
    const archive = new ZipArchive(options)
    if (folders) for (const path of foldersOf(files)) archive.append('', { name: path, date, type: 'directory' })
    for (const [path, bytes] of files) archive.append(Buffer.from(bytes), { name: path, date })
    const [bytes] = await Promise.all([buffer(archive), archive.finalize()])
    return bytes
  }
  return { name: `archiver ${name}`, write }
}

function fflate(name: string, options: FflateOptions): LibraryWriter {
  const write = async (files = agentFiles) => zipSync(Object.fromEntries(files), { mtime: date, ...options })
  return { name: `fflate ${name}`, write }
}

function fflateStreaming(files = agentFiles): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    const archive = new Zip((error, chunk, isLast) => {
      if (error) return reject(error)
      chunks.push(chunk)
      if (isLast) resolve(concatAll(chunks))
    })
    for (const [path, bytes] of files) {
      const file = new ZipDeflate(path)
      file.mtime = date
      archive.add(file)
      file.push(bytes, true)
    }
    archive.end()
  })
}

function admZip(name: string, folders: boolean): LibraryWriter {
  const write = async (files = agentFiles) => {
    const archive = new AdmZip()
    if (folders) for (const path of foldersOf(files)) archive.addFile(path, Buffer.alloc(0))
    for (const [path, bytes] of files) archive.addFile(path, Buffer.from(bytes))
    return archive.toBuffer()
  }
  return { name: `adm-zip ${name}`, write }
}

function zipJs(name: string, options: ZipWriterConstructorOptions, folders = false): LibraryWriter {
  const write = async (files = agentFiles) => {
    const archive = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, lastModDate: date, ...options })
    if (folders) for (const path of foldersOf(files)) await archive.add(path, undefined, { directory: true })
    for (const [path, bytes] of files) {
      await archive.add(path, bytes.length === 0 ? new TextReader('') : new Uint8ArrayReader(bytes))
    }
    return archive.close()
  }
  return { name: `zip.js ${name}`, write }
}

/** The packages that JavaScript programs write archives with. */
export const libraryWriters: readonly LibraryWriter[] = [
  jszip('by default', {}),
  jszip('with folders', {}, true),
  jszip('deflated', { compression: 'DEFLATE', compressionOptions: { level: 9 } }),
  jszip('deflated, streaming', { compression: 'DEFLATE', streamFiles: true }),
  jszip('stored, streaming', { compression: 'STORE', streamFiles: true }),
  jszip('for Unix', { compression: 'DEFLATE', platform: 'UNIX' }, true),
  jszip('with a comment', { comment: 'An agent' }),
  yazl('of buffers', {}),
  yazl('of buffers, stored', { compress: false }),
  yazl('of buffers, with folders', {}, { folders: true }),
  yazl('of streams', {}, { streams: true }),
  yazl('of streams, stored', { compress: false }, { streams: true }),
  yazl('ZIP64', { forceZip64Format: true }, { zip64: true }),
  {
    // It writes descriptors of 64 bits after local headers without a ZIP64 extra.
    ...yazl('ZIP64 of streams', { forceZip64Format: true }, { zip64: true, streams: true }),
    refused: 'DATA_DESCRIPTOR_INVALID',
  },
  archiver('by default', {}),
  archiver('with folders', {}, true),
  archiver('level 9', { zlib: { level: 9 } }),
  archiver('stored', { store: true }),
  archiver('ZIP64', { forceZip64: true }),
  archiver('with a comment', { comment: 'An agent' }),
  fflate('level 0', { level: 0 }),
  fflate('level 6', { level: 6 }),
  fflate('level 9', { level: 9 }),
  fflate('with Unix modes', { os: 3, attrs: 0o644 << 16 }),
  { name: 'fflate streaming', write: fflateStreaming },
  admZip('by default', false),
  admZip('with folders', true),
  zipJs('by default', {}),
  zipJs('with folders', {}, true),
  zipJs('ZIP64', { zip64: true }),
  zipJs('without descriptors', { dataDescriptor: false }),
  zipJs('descriptors without signature', { dataDescriptor: true, dataDescriptorSignature: false }),
  zipJs('descriptors with signature', { dataDescriptor: true, dataDescriptorSignature: true }),
  zipJs('stored', { level: 0 }),
  zipJs('stored without descriptors', { level: 0, dataDescriptor: false }),
  zipJs('without extended times', { extendedTimestamp: false }),
]
