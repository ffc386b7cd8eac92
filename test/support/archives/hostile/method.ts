import { concat, extraRecord, noise } from '../bytes.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { forRule, zip, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'some text, some text\n' }

const otherMethods: Readonly<Record<string, number>> = {
  shrink: 1,
  'reduce-1': 2,
  implode: 6,
  tokenize: 7,
  deflate64: 9,
  'pkware-implode': 10,
  bzip2: 12,
  lzma: 14,
  'ibm-terse': 18,
  'zstandard-old': 20,
  zstandard: 93,
  mp3: 94,
  xz: 95,
  jpeg: 96,
  wavpack: 97,
  ppmd: 98,
  'deflate-and-high-byte': 0x0108,
  'stored-and-high-byte': 0x0100,
  'all-bits': 0xffff,
}

const aes = extraRecord(0x9901, Uint8Array.of(2, 0, 0x41, 0x45, 3, 8, 0))

const methods: Row[] = [
  ...Object.entries(otherMethods).map(([name, method]): Row => {
    return { code: 'METHOD_UNSUPPORTED', name, build: () => zip({ ...a, method, data: noise(12) }) }
  }),
  {
    code: 'METHOD_UNSUPPORTED',
    name: 'only-in-the-directory',
    build: () => zip({ ...a, central: { method: 12 } }),
  },
  {
    code: 'METHOD_UNSUPPORTED',
    name: 'of-a-directory',
    build: () => zip({ name: 'folder/', method: 12 }),
  },
  {
    code: ['METHOD_UNSUPPORTED', 'EXTRA_FIELD_FORBIDDEN'],
    name: 'aes-unflagged',
    why: 'method 99 with the AES extra field, and no encryption flag',
    build: () => zip({ ...a, method: 99, data: noise(30), extra: aes }),
  },
]

const encrypted: Row[] = [
  { code: 'ENCRYPTED', name: 'traditional', build: () => zip({ ...a, flags: 0x0001, data: noise(33) }) },
  { code: 'ENCRYPTED', name: 'flag-on-plain-content', build: () => zip({ ...a, flags: 0x0001 }) },
  {
    code: 'ENCRYPTED',
    name: 'flag-only-in-the-directory',
    build: () => zip({ ...a, central: { flags: 0x0001 } }),
  },
  { code: 'ENCRYPTED', name: 'with-descriptor', build: () => zip({ ...a, flags: 0x0009, descriptor: true }) },
  { code: 'ENCRYPTED', name: 'directory', build: () => zip({ name: 'folder/', flags: 0x0001 }) },
  {
    code: ['ENCRYPTED', 'FLAGS_UNSUPPORTED'],
    name: 'strong',
    why: 'strong encryption has a flag of its own',
    build: () => zip({ ...a, flags: 0x0041 }),
  },
  {
    code: ['ENCRYPTED', 'FLAGS_UNSUPPORTED'],
    name: 'strong-flag-alone',
    why: 'strong encryption has a flag of its own',
    build: () => zip({ ...a, flags: 0x0040 }),
  },
  {
    code: ['ENCRYPTED', 'METHOD_UNSUPPORTED', 'EXTRA_FIELD_FORBIDDEN'],
    name: 'aes',
    why: 'the encryption flag, method 99 and the AES extra field, as 7-Zip writes them',
    build: () => zip({ ...a, flags: 0x0001, method: 99, data: noise(30), extra: aes }),
  },
]

const otherFlags: Readonly<Record<string, number>> = {
  'bit-4-enhanced-deflate': 0x0010,
  'bit-5-patched-data': 0x0020,
  'bit-7': 0x0080,
  'bit-8': 0x0100,
  'bit-9': 0x0200,
  'bit-10': 0x0400,
  'bit-12-enhanced-compression': 0x1000,
  'bit-14': 0x4000,
  'bit-15': 0x8000,
}

const flags: Row[] = [
  ...Object.entries(otherFlags).map(([name, value]): Row => {
    return { code: 'FLAGS_UNSUPPORTED', name, build: () => zip({ ...a, flags: value }) }
  }),
  {
    code: ['FLAGS_UNSUPPORTED', 'ENCRYPTED'],
    name: 'bit-13-masked-header',
    why: 'headers are masked when the directory is encrypted',
    build: () => zip({ ...a, flags: 0x2000 }),
  },
  { code: 'FLAGS_UNSUPPORTED', name: 'only-in-the-directory', build: () => zip({ ...a, central: { flags: 0x0020 } }) },
  { code: 'FLAGS_UNSUPPORTED', name: 'with-utf8', build: () => zip({ ...a, flags: 0x8800 }) },
]

/** What a reader must support: one that is honest about it skips the entry, or rejects the archive. */
const versions = [46, 50, 51, 61, 62, 63, 64, 99, 255, 0x0100, 0x0314, 0x8014, 0xffff].flatMap((version): Row[] => {
  const name = `needs-version-${version}`
  return [
    {
      code: 'VERSION_UNSUPPORTED',
      name: `${name}-by-both`,
      build: () => zip({ ...a, local: { version }, central: { version } }),
    },
    { code: 'VERSION_UNSUPPORTED', name: `${name}-by-the-directory`, build: () => zip({ ...a, central: { version } }) },
    {
      code: 'VERSION_UNSUPPORTED',
      name: `${name}-by-the-local-header`,
      build: () => zip({ ...a, local: { version } }),
    },
  ]
})

const forbiddenIds: Readonly<Record<string, number>> = {
  'store-for-x509': 0x0014,
  'x509-of-the-file': 0x0015,
  'x509-of-the-directory': 0x0016,
  'strong-encryption': 0x0017,
  aes: 0x9901,
  'recipients-of-encryption': 0x0019,
  'policy-of-decryption': 0x0021,
  'provider-of-keys': 0x0022,
  'policy-of-keys': 0x0023,
  'language-of-names': 0x0008,
  'streams-and-forks': 0x000e,
  patch: 0x000f,
  'lengths-of-records': 0x0018,
  'macintosh-fork': 0x07c8,
  'zipit-name': 0x2605,
  'macintosh-fork-of-info-zip': 0x334d,
  'xceed-name': 0x554e,
  'mode-of-libarchive': 0x6c78,
  'code-page-of-names': 0xe57a,
  'pkware-unix-link': 0x000d,
  'asi-unix-link': 0x756e,
}

const forbidden = Object.entries(forbiddenIds).flatMap(([name, id]): Row[] => {
  const record = concat(extraRecord(0x5455, Uint8Array.of(1, 0, 0, 0, 0)), extraRecord(id, noise(16)))
  return [
    { code: 'EXTRA_FIELD_FORBIDDEN', name: `${name}-in-both`, build: () => zip({ ...a, extra: record }) },
    {
      code: 'EXTRA_FIELD_FORBIDDEN',
      name: `${name}-in-the-directory`,
      build: () => zip({ ...a, central: { extra: record } }),
    },
    {
      code: 'EXTRA_FIELD_FORBIDDEN',
      name: `${name}-in-the-local-header`,
      build: () => zip({ ...a, local: { extra: record } }),
    },
  ]
})

/** 7: version, method and flags; with them of 9 the extra fields of encryption, links, other names and kinds. */
export const methodsAndFlags = [
  ...forRule(
    7,
    methods.map((row) => ({ ...row, ambiguity: 'method' })),
  ),
  ...forRule(
    7,
    encrypted.map((row) => ({ ...row, ambiguity: 'encryption flag' })),
  ),
  ...forRule(7, flags),
  ...forRule(
    7,
    versions.map((row) => ({ ...row, ambiguity: 'local against central' })),
  ),
  ...forRule(9, forbidden),
]
