// What the tests use of packages that come without types.
declare module 'yauzl' {
  import type { Readable } from 'node:stream'

  export interface Entry {
    readonly fileName: string
    readonly fileNameRaw: Buffer
    readonly generalPurposeBitFlag: number
  }
  export interface ZipFile {
    eachEntry(): AsyncIterable<Entry>
    openReadStreamPromise(entry: Entry): Promise<Readable>
  }
  export interface Options {
    readonly lazyEntries?: boolean
    readonly decodeStrings?: boolean
    readonly validateEntrySize?: boolean
    readonly strictFileNames?: boolean
  }
  const yauzl: { fromBufferPromise(buffer: Buffer, options: Options): Promise<ZipFile> }
  export default yauzl
}

declare module 'yazl' {
  import type { Readable } from 'node:stream'

  export interface EntryOptions {
    readonly mtime?: Date
    readonly mode?: number
    readonly compress?: boolean
    readonly compressionLevel?: number
    readonly forceZip64Format?: boolean
    readonly forceDosTimestamp?: boolean
  }
  export class ZipFile {
    readonly outputStream: Readable
    addBuffer(buffer: Buffer, path: string, options?: EntryOptions): void
    addReadStream(stream: Readable, path: string, options?: EntryOptions): void
    addEmptyDirectory(path: string, options?: EntryOptions): void
    end(options?: { readonly forceZip64Format?: boolean; readonly comment?: string }): void
  }
}

declare module 'archiver' {
  import type { Readable } from 'node:stream'

  export interface ZipOptions {
    readonly zlib?: { readonly level: number }
    readonly store?: boolean
    readonly forceZip64?: boolean
    readonly forceLocalTime?: boolean
    readonly comment?: string
  }
  export class ZipArchive extends Readable {
    constructor(options?: ZipOptions)
    append(
      source: Buffer | Readable | string,
      data: { name: string; date?: Date; mode?: number; type?: 'directory'; store?: boolean },
    ): this
    finalize(): Promise<void>
  }
}
