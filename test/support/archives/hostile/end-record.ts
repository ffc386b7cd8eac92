import { concat, littleEndian, noise } from '../bytes.ts'
import { buildZip, signatureBytes } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { encodeRecord, endRecord, signatures } from '../zip-fields.ts'
import { agents, archive, forRule, zip, type Row } from './fixture.ts'

const decoy = () => zip({ name: 'decoy.md', content: 'another archive\n' })

/** An end record of an empty archive that announces a comment of this length. */
function emptyEnd(commentLength: number): Uint8Array {
  const zero = { disk: 0, directoryDisk: 0, countOnDisk: 0, count: 0, directorySize: 0, directoryOffset: 0 }
  return encodeRecord(endRecord, { signature: signatures.endRecord, ...zero, commentLength })
}

const missing: Row[] = [
  { code: 'END_RECORD_MISSING', name: 'zeros', build: () => new Uint8Array(100) },
  { code: 'END_RECORD_MISSING', name: 'noise', build: () => noise(4000) },
  { code: 'END_RECORD_MISSING', name: 'text', build: () => new TextEncoder().encode('# Agent\n'.repeat(20)) },
  { code: 'END_RECORD_MISSING', name: 'gzip', build: () => concat(Uint8Array.of(0x1f, 0x8b, 8, 0), noise(200)) },
  { code: 'END_RECORD_MISSING', name: 'signature-damaged', build: () => archive({ end: { signature: 0x06054b51 } }) },
  {
    code: 'END_RECORD_MISSING',
    name: 'signature-big-endian',
    build: () => archive({ end: { signature: 0x504b0506 } }),
  },
  {
    code: 'END_RECORD_MISSING',
    name: 'comment-longer-than-the-file',
    build: () => archive({ end: { commentLength: 1 } }),
  },
  {
    code: 'END_RECORD_MISSING',
    name: 'comment-cut-short',
    build: () => archive({ comment: 'a comment that is cut' }).subarray(0, -3),
  },
  {
    code: 'END_RECORD_MISSING',
    name: 'comment-length-65535',
    build: () => archive({ comment: 'short', end: { commentLength: 0xffff } }),
  },
  {
    code: 'END_RECORD_MISSING',
    name: 'local-entries-only',
    build: () => buildZip({ entries: [agents] }).subarray(0, 70),
  },
  {
    code: ['END_RECORD_MISSING', 'TRAILING_BYTES'],
    name: 'end-record-out-of-reach',
    why: 'an end record that no comment could stretch to the end is none, and what follows it trails',
    build: () => archive({ trailing: new Uint8Array(66_000) }),
  },
]

const trailing: Row[] = [
  { code: 'TRAILING_BYTES', name: 'newline', build: () => archive({ trailing: '\n' }) },
  { code: 'TRAILING_BYTES', name: 'zero', build: () => archive({ trailing: new Uint8Array(1) }) },
  { code: 'TRAILING_BYTES', name: 'padding-to-512', build: () => archive({ trailing: new Uint8Array(512) }) },
  { code: 'TRAILING_BYTES', name: 'after-the-comment', build: () => archive({ comment: 'hi', trailing: 'x' }) },
  {
    code: 'TRAILING_BYTES',
    name: 'comment-not-announced',
    build: () => archive({ comment: 'hello', end: { commentLength: 0 } }),
  },
  {
    code: 'TRAILING_BYTES',
    name: 'comment-announced-short',
    build: () => archive({ comment: 'hello', end: { commentLength: 4 } }),
  },
  {
    code: ['TRAILING_BYTES', 'END_RECORD_AMBIGUOUS', 'END_RECORD_MISSING'],
    name: 'half-an-end-record',
    why: 'what trails is the beginning of a second end record',
    build: () => archive({ trailing: emptyEnd(0).subarray(0, 12) }),
  },
]

const ambiguous: Row[] = [
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'second-end-record-in-comment',
    build: () => archive({ comment: emptyEnd(0) }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'second-end-record-in-comment-with-comment',
    build: () => archive({ comment: concat(emptyEnd(5), 'hello') }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'archive-in-comment',
    build: () => archive({ comment: decoy() }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'signature-in-comment',
    why: 'a parser that searches backwards stops at the last signature, whatever follows it',
    build: () => archive({ comment: concat('see ', signatureBytes('endRecord'), ' here') }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'signature-ends-the-comment',
    build: () => archive({ comment: concat('see ', signatureBytes('endRecord')) }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'end-record-in-comment-stops-early',
    build: () => archive({ comment: concat(emptyEnd(0), 'x') }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'end-record-in-comment-runs-over',
    build: () => archive({ comment: concat(emptyEnd(900), 'x') }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'three-end-records',
    build: () => archive({ comment: concat(emptyEnd(22), emptyEnd(0)) }),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'stored-file-reaches-to-the-end',
    why: 'its end record has a comment that swallows the true directory',
    build: () => reachingEndRecord((tail) => ({ name: 'a.bin', method: 0, content: emptyEnd(tail) })),
  },
  {
    code: 'END_RECORD_AMBIGUOUS',
    name: 'extra-field-reaches-to-the-end',
    build: () => {
      return reachingEndRecord((tail) => ({
        name: 'a.bin',
        local: { extra: concat(littleEndian(0x9999, 2), littleEndian(22, 2), emptyEnd(tail)) },
      }))
    },
  },
  {
    code: ['END_RECORD_AMBIGUOUS', 'TRAILING_BYTES', 'DIRECTORY_MISPLACED'],
    name: 'two-end-records-in-a-row',
    why: 'the first one is followed by bytes, the last one is not preceded by the directory it names',
    build: () => archive({ trailing: emptyEnd(0) }),
  },
  {
    code: ['END_RECORD_AMBIGUOUS', 'DIRECTORY_MISPLACED'],
    name: 'same-end-record-twice',
    why: 'the last one has the first between itself and the directory',
    build: () => {
      const bytes = archive({})
      return concat(bytes, bytes.subarray(-22))
    },
  },
  {
    code: ['PREFIX_BYTES', 'DIRECTORY_MISPLACED', 'END_RECORD_AMBIGUOUS'],
    name: 'two-archives-in-a-row',
    why: 'the first archive is a prefix that the offsets of the second do not count',
    build: () => concat(decoy(), zip()),
  },
]

const comments: Row[] = [
  { code: 'ARCHIVE_COMMENT_TOO_LONG', name: '1025-bytes', build: () => archive({ comment: 'x'.repeat(1025) }) },
  { code: 'ARCHIVE_COMMENT_TOO_LONG', name: '65535-bytes', build: () => archive({ comment: 'x'.repeat(0xffff) }) },
]

const prefixes: Row[] = [
  { code: 'PREFIX_BYTES', name: 'one-byte', build: () => archive({ prefix: 'x' }) },
  { code: 'PREFIX_BYTES', name: 'shell-stub', build: () => archive({ prefix: '#!/bin/sh\nexec unzip "$0"\n' }) },
  { code: 'PREFIX_BYTES', name: 'executable-stub', build: () => archive({ prefix: concat('MZ', noise(510)) }) },
  { code: 'PREFIX_BYTES', name: 'spanning-marker', build: () => archive({ prefix: signatureBytes('descriptor') }) },
  {
    code: 'PREFIX_BYTES',
    name: 'unlisted-first-entry',
    why: 'a streaming parser reads it',
    build: () => buildZip({ entries: [{ name: 'AGENTS.md', content: 'another', listed: false }, agents] }),
  },
  {
    code: ['PREFIX_BYTES', 'DIRECTORY_MISPLACED'],
    name: 'offsets-ignore-the-stub',
    why: 'the directory does not end where its offset says, because of the prefix',
    build: () => archive({ prefix: '#!/bin/sh\n', ignorePrefix: true }),
  },
  {
    code: ['PREFIX_BYTES', 'HIDDEN_DATA'],
    name: 'no-entries-at-all',
    why: 'an archive without entries, none of whose bytes belong to one',
    build: () => buildZip({ entries: [], prefix: 'nothing listed' }),
  },
]

/** 2: exactly one end record, at the end, and nothing before the first entry. */
export const endRecords = [
  ...forRule(2, [...missing, ...trailing, ...comments, ...prefixes]),
  ...forRule(
    2,
    ambiguous.map((row) => ({ ...row, ambiguity: 'choice of end record' })),
  ),
]

/** An archive with an entry that contains an end record, made from the number of bytes that follow it. */
function reachingEndRecord(entry: (tail: number) => EntryPlan): Uint8Array {
  const draft = zip(entry(0))
  const start = Buffer.from(draft).indexOf(signatureBytes('endRecord'))
  return zip(entry(draft.length - start - 22))
}
