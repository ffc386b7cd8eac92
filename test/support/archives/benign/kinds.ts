import { concat, extraRecord, unicodePathExtra } from '../bytes.ts'
import { a, b, entries, text, type BenignArchive } from './fixture.ts'

/** Files and folders, marked in every possible way. */
export const kinds: BenignArchive[] = [
  entries('folders', { name: 'skills/' }, { name: 'skills/a/' }, { name: 'skills/a/SKILL.md', content: text }),
  entries('folders-after-files', { name: 'skills/a/x.md', content: text }, { name: 'skills/' }, { name: 'skills/a/' }),
  entries('folder-without-mode', { name: 'folder/', mode: 0 }),
  entries('folder-by-mode-alone', { name: 'folder/', attributes: 0 }),
  entries('folder-by-old-maven', { name: 'folder/', mode: 0xffff }),
  entries('folder-deflated', { name: 'folder/', method: 8 }, b),
  entries(
    'folder-deflated-with-descriptor',
    { name: 'folder/', method: 8, descriptor: true, mode: 0, attributes: 0, host: 0 },
    b,
  ),
  entries('folder-stored-with-descriptor', { name: 'folder/', descriptor: true }, b),
  ...[0, 1, 2, 3, 7, 10, 11, 14, 19, 255].map((host) => entries(`host-${host}`, { ...a, host })),
  ...['000000', '000644', '100000', '100644', '100755', '104755', '102755', '101777', '100777'].map((mode) => {
    return entries(`mode-${mode}`, { ...a, mode: Number.parseInt(mode, 8) })
  }),
  ...[0x01, 0x02, 0x04, 0x20, 0x27, 0x80, 0x8000].map((attributes) => {
    return entries(`attributes-${attributes.toString(16)}`, {
      ...a,
      attributes,
      mode: attributes === 0x8000 ? 0o100644 : 0,
      host: 0,
    })
  }),
]

const time = extraRecord(0x5455, Uint8Array.of(1, 0, 0, 0, 0))
const owner = extraRecord(0x7875, Uint8Array.of(1, 4, 0xe8, 3, 0, 0, 4, 0xe8, 3, 0, 0))

/** Extra fields. */
export const extras: BenignArchive[] = [
  entries('extra-times-and-owners', { ...a, extra: concat(time, owner) }),
  entries('extra-only-in-the-directory', { ...a, central: { extra: time } }),
  entries('extra-only-in-the-local-header', { ...a, local: { extra: concat(time, owner) } }),
  entries('extra-ntfs-times', { ...a, extra: extraRecord(0x000a, new Uint8Array(32)) }),
  entries('extra-java', { ...a, extra: extraRecord(0xcafe) }),
  entries('extra-unknown-twice', { ...a, extra: concat(extraRecord(0x9999, 'x'), extraRecord(0x9999, 'y')) }),
  entries('extra-4096-bytes', { ...a, extra: extraRecord(0x9999, new Uint8Array(4092)) }),
  entries('extra-unicode-path', { ...a, name: 'é.md', extra: unicodePathExtra('é.md', 'é.md') }),
  entries('extra-unicode-path-of-ascii', { ...a, extra: unicodePathExtra('a.md', 'a.md') }),
  entries('extra-unicode-path-only-in-the-directory', { ...a, central: { extra: unicodePathExtra('a.md', 'a.md') } }),
  entries('extra-links-of-no-kind', { ...a, extra: extraRecord(0x5855, new Uint8Array(8)) }),
]
