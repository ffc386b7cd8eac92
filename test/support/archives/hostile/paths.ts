import { forRule, zip, type HostileArchive, type Row } from './fixture.ts'

/** A file of this name. */
function refused(
  code: HostileArchive['codes'][0] | HostileArchive['codes'],
  name: string,
  path: string,
  why?: string,
): Row {
  return { code, name, ...(why !== undefined && { why }), build: () => zip({ name: path, content: 'text\n' }) }
}

function refusedFolder(code: HostileArchive['codes'][0], name: string, path: string): Row {
  return { code, name, build: () => zip({ name: path }) }
}

const paths: Row[] = [
  refused('PATH_ABSOLUTE', 'root', '/evil.md'),
  refused('PATH_ABSOLUTE', 'etc', '/etc/passwd'),
  refused(
    ['PATH_ABSOLUTE', 'PATH_SEGMENT_EMPTY'],
    'two-slashes',
    '//server/share/evil.md',
    'absolute, with an empty segment',
  ),
  refused(['PATH_ABSOLUTE', 'PATH_TRAVERSAL'], 'root-and-up', '/../evil.md', 'absolute, and up'),
  {
    code: ['PATH_ABSOLUTE', 'PATH_SEGMENT_EMPTY'],
    name: 'slash-alone',
    why: 'the root, and a folder without a name',
    build: () => zip({ name: '/' }),
  },
  refused(['PATH_ABSOLUTE', 'NAME_CHARACTER'], 'drive', 'C:/evil.md', 'a drive, and a colon'),
  refused(['PATH_ABSOLUTE', 'NAME_CHARACTER'], 'drive-relative', 'C:evil.md', 'a drive, and a colon'),
  refused(['PATH_ABSOLUTE', 'NAME_CHARACTER'], 'drive-backslash', 'C:\\evil.md', 'a drive, and a backslash'),
  refused(
    ['PATH_ABSOLUTE', 'NAME_CHARACTER'],
    'share',
    '\\\\server\\share\\evil.md',
    'a network share, and backslashes',
  ),
  refused(
    ['PATH_ABSOLUTE', 'NAME_CHARACTER'],
    'device-path',
    '\\\\?\\C:\\evil.md',
    'a device path, and its characters',
  ),

  refused('PATH_TRAVERSAL', 'up', '../evil.md'),
  refused('PATH_TRAVERSAL', 'up-twice', '../../evil.md'),
  refused('PATH_TRAVERSAL', 'down-and-up', 'a/../evil.md'),
  refused('PATH_TRAVERSAL', 'down-and-out', 'a/../../evil.md'),
  refused('PATH_TRAVERSAL', 'up-at-the-end', 'a/..'),
  refused('PATH_TRAVERSAL', 'up-alone', '..'),
  refused('PATH_TRAVERSAL', 'here-first', './a.md'),
  refused('PATH_TRAVERSAL', 'here-between', 'a/./b.md'),
  refused('PATH_TRAVERSAL', 'here-at-the-end', 'a/.'),
  refused('PATH_TRAVERSAL', 'here-alone', '.'),
  refused('PATH_TRAVERSAL', 'here-before-agents', './AGENTS.md'),
  refusedFolder('PATH_TRAVERSAL', 'folder-up', '../'),
  refusedFolder('PATH_TRAVERSAL', 'folder-down-and-up', 'a/../'),
  refusedFolder('PATH_TRAVERSAL', 'folder-here', './'),
  refused('PATH_TRAVERSAL', 'non-ascii-and-up', 'é/../evil.md'),

  refused('PATH_SEGMENT_EMPTY', 'between', 'a//b.md'),
  refused('PATH_SEGMENT_EMPTY', 'three-slashes', 'a///b.md'),
  refusedFolder('PATH_SEGMENT_EMPTY', 'folder', 'a//'),
  refused('PATH_SEGMENT_EMPTY', 'deep', 'a/b//c.md'),
]

const devices = [
  'CON',
  'PRN',
  'AUX',
  'NUL',
  'COM1',
  'COM9',
  'LPT1',
  'LPT9',
  'COM\u00b9',
  'COM\u00b2',
  'LPT\u00b3',
  'CONIN$',
  'CONOUT$',
]

/** A name, shown by its code points if it is not plain ASCII. */
const spelled = (name: string) =>
  name
    .replaceAll('\u00b9', '-superscript-1')
    .replaceAll('\u00b2', '-superscript-2')
    .replaceAll('\u00b3', '-superscript-3')

const portability: Row[] = [
  ...devices.map((device) => refused('NAME_NOT_PORTABLE', `device-${spelled(device)}`, device)),
  ...devices.map((device) =>
    refused('NAME_NOT_PORTABLE', `device-${spelled(device)}-lower-case-with-extension`, `${device.toLowerCase()}.md`),
  ),
  refused('NAME_NOT_PORTABLE', 'device-mixed-case', 'nUl.TxT'),
  refused('NAME_NOT_PORTABLE', 'device-two-extensions', 'aux.tar.gz'),
  refused('NAME_NOT_PORTABLE', 'device-space-before-extension', 'NUL .txt'),
  refused('NAME_NOT_PORTABLE', 'device-in-a-folder', 'skills/aux.md'),
  refused('NAME_NOT_PORTABLE', 'device-as-a-folder', 'skills/con/SKILL.md'),
  refused('NAME_NOT_PORTABLE', 'device-then-dot', 'nul.'),
  refusedFolder('NAME_NOT_PORTABLE', 'device-folder', 'lpt1/'),
  refused('NAME_NOT_PORTABLE', 'dot-at-the-end', 'a.md.'),
  refused('NAME_NOT_PORTABLE', 'dots-at-the-end', 'a.md...'),
  refused('NAME_NOT_PORTABLE', 'space-at-the-end', 'a.md '),
  refused('NAME_NOT_PORTABLE', 'spaces-at-the-end', 'a.md   '),
  refused('NAME_NOT_PORTABLE', 'dot-and-space-at-the-end', 'a.md. '),
  refused('NAME_NOT_PORTABLE', 'folder-dot-at-the-end', 'skills./a.md'),
  refused('NAME_NOT_PORTABLE', 'folder-space-at-the-end', 'skills /a.md'),
  refusedFolder('NAME_NOT_PORTABLE', 'explicit-folder-dot-at-the-end', 'skills./'),
  refused('NAME_NOT_PORTABLE', 'three-dots', '.../evil.md'),
  refused('NAME_NOT_PORTABLE', 'up-and-space', '.. /evil.md'),
  refused('NAME_NOT_PORTABLE', 'here-and-space', '. /evil.md'),
  refused('NAME_NOT_PORTABLE', 'space-alone', 'a/ /b.md'),
  refused('NAME_NOT_PORTABLE', 'agents-with-a-dot', 'AGENTS.md.'),
  refused(
    ['NAME_NOT_PORTABLE', 'GIT_FOLDER'],
    'git-folder-with-a-space',
    '.git /config',
    'what Windows makes of it is .git',
  ),
  refused(
    ['NAME_NOT_PORTABLE', 'GIT_FOLDER'],
    'git-folder-with-a-dot',
    '.git./config',
    'what Windows makes of it is .git',
  ),
]

/** 12 and 13: paths that lead outside, or mean something else on another system. */
export const unsafePaths = [
  ...forRule(
    12,
    paths.map((row) => ({ ...row, ambiguity: 'path canonicalisation' })),
  ),
  ...forRule(13, portability),
]
