import { noise } from '../bytes.ts'
import { buildZip } from '../zip-builder.ts'
import { archive, forRule, zip } from './fixture.ts'

const mebibyte = 1024 * 1024

/** 1: sizes of the whole archive. */
export const sizes = forRule(1, [
  { code: 'ARCHIVE_TOO_SMALL', name: 'no-bytes', build: () => new Uint8Array() },
  { code: 'ARCHIVE_TOO_SMALL', name: 'one-byte', build: () => Uint8Array.of(0x50) },
  { code: 'ARCHIVE_TOO_SMALL', name: 'signature-only', build: () => Uint8Array.of(0x50, 0x4b, 5, 6) },
  { code: 'ARCHIVE_TOO_SMALL', name: '21-bytes', build: () => buildZip({ entries: [] }).subarray(0, 21) },
  {
    code: 'ARCHIVE_TOO_LARGE',
    name: 'one-byte-over-a-limit',
    limits: { maxArchiveBytes: zip().length - 1 },
    build: () => zip(),
  },
  {
    code: 'ARCHIVE_TOO_LARGE',
    name: 'over-32-MiB',
    build: () => zip({ name: 'noise.bin', method: 0, content: noise(32 * mebibyte) }),
  },
  {
    code: 'ARCHIVE_TOO_LARGE',
    name: 'zeros-over-32-MiB',
    why: 'not even searched for an end record',
    build: () => new Uint8Array(32 * mebibyte + 1),
  },
  {
    code: ['ARCHIVE_TOO_LARGE', 'TRAILING_BYTES'],
    name: 'padded-over-a-limit',
    why: 'too long because of what follows the end',
    limits: { maxArchiveBytes: 1000 },
    build: () => archive({ trailing: new Uint8Array(1000) }),
  },
])
