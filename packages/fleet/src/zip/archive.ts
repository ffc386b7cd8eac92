/** A record of the central directory; everything is checked but the entry itself. */
export interface DirectoryRecord {
  /** Path without the trailing slash of a directory. */
  readonly path: string
  readonly isDirectory: boolean
  /** Offset of the name, to compare it byte by byte with the local header's. */
  readonly nameStart: number
  readonly nameLength: number
  readonly flags: number
  /** 0 stored, 8 deflate. */
  readonly method: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  readonly localOffset: number
}

/** An entry whose place in the archive is known and shared with no other. */
export interface LocatedEntry {
  readonly record: DirectoryRecord
  /** Offset of its data. */
  readonly dataStart: number
}

/** A file of an archive. */
export interface ArchiveFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** CRC-32 of the bytes, as it was checked. */
  readonly crc: number
}

/** Content of an archive. Directories are listed, so that even an empty one can be rejected. */
export interface ArchiveContent {
  readonly files: readonly ArchiveFile[]
  readonly directories: readonly string[]
}

export const method = { stored: 0, deflate: 8 } as const

export const flag = { encrypted: 0x0001, deflateLevel: 0x0006, descriptor: 0x0008, utf8: 0x0800 } as const

export const signature = {
  localHeader: 0x04034b50,
  directoryRecord: 0x02014b50,
  endRecord: 0x06054b50,
  zip64EndRecord: 0x06064b50,
  zip64Locator: 0x07064b50,
  dataDescriptor: 0x08074b50,
} as const

/** The newest version of ZIP that stored and deflated entries need: 4.5, for ZIP64. Beyond it, readers skip or reject entries. */
export const newestVersion = 45

/** Values that mean "see the ZIP64 record". */
export const saturated = { count: 0xffff, size: 0xffffffff } as const
