import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, run, withAgent, type Writer } from './writer.ts'

const zip = findProgram(['zip'], '-h')
const git = findProgram(['git'], '--version')
const sevenZip = findProgram(['7z', '7za', '7zz'], 'i')
const bsdtar = findProgram(['bsdtar'], '--version')
const perl = findProgram(['perl'], '-v')

interface ToFileOptions extends Pick<Writer, 'limits' | 'asciiOnly'> {
  readonly env?: Record<string, string>
}

/** A program that runs in the agent's folder and writes a file beside it. */
function toFile(
  name: string,
  program: string | undefined,
  missing: string,
  args: (file: string) => readonly string[],
  options: ToFileOptions = {},
): Writer {
  const { env = {}, ...rest } = options
  const write = () =>
    withAgent((agent, beside) => {
      const file = join(beside, 'agent.zip')
      run(program!, args(file), { cwd: agent, env })
      return readFileSync(file)
    }, rest)
  return { name, missing: program === undefined ? missing : undefined, write, ...rest }
}

const utf8 = { LC_ALL: 'C.UTF-8' }

// It marks names as UTF-8 only where the locale en_US.UTF-8 is installed, whatever the locale in use; many servers lack it.
const unmarked = { limits: { allowUnflaggedUtf8: true } }

function infoZip(name: string, flags: readonly string[], more: ToFileOptions = unmarked): Writer {
  return toFile(`Info-ZIP ${name}`, zip, 'zip', (file) => ['-q', '-r', ...flags, file, '.'], more)
}

function infoZipToPipe(name: string, flags: readonly string[]): Writer {
  const write = () => withAgent((agent) => run(zip!, ['-q', '-r', ...flags, '-', '.'], { cwd: agent }))
  return { name: `Info-ZIP to a pipe ${name}`, missing: zip === undefined ? 'zip' : undefined, write, ...unmarked }
}

const infoZips: Writer[] = [
  infoZip('-r', []),
  infoZip('-r, ASCII names', [], { asciiOnly: true }),
  infoZip('-X', ['-X']),
  infoZip('-D', ['-D']),
  infoZip('-0', ['-0']),
  infoZip('-9', ['-9']),
  infoZip('-fd, data descriptors', ['-fd']),
  infoZip('-fd -0, data descriptors after stored files', ['-fd', '-0']),
  infoZip('-fz, ZIP64', ['-fz']),
  infoZip('-UN=UTF8', ['-UN=UTF8']),
  infoZip('in a C locale', [], { env: { LC_ALL: 'C' }, ...unmarked }),
  infoZipToPipe('-r', []),
  infoZipToPipe('-X', ['-X']),
  infoZipToPipe('-0', ['-0']),
]

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'core.autocrlf=false']
const alone = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

function gitArchive(name: string, flags: readonly string[], warnings: Writer['warnings'] = []): Writer {
  const write = () =>
    withAgent((agent) => {
      run(git!, ['init', '-q'], { cwd: agent, env: alone })
      run(git!, ['add', '-A'], { cwd: agent, env: alone })
      run(git!, [...identity, 'commit', '-q', '--no-verify', '-m', 'Agent'], { cwd: agent, env: alone })
      return run(git!, ['archive', '--format=zip', ...flags, 'HEAD'], { cwd: agent, env: alone })
    })
  return { name: `git archive ${name}`, missing: git === undefined ? 'git' : undefined, write, warnings }
}

const perlScript = `
  use IO::Compress::Zip qw(:all);
  use File::Find;
  my @files;
  find({ wanted => sub { push @files, $_ =~ s{^\\./}{}r if -f }, no_chdir => 1 }, '.');
  zip \\@files => $ARGV[0], Efs => 1, Stream => $ARGV[1] or die $ZipError;
`

/** Programs that people have, or have a build server have. */
export const programs: readonly Writer[] = [
  ...infoZips,
  gitArchive('HEAD', []),
  gitArchive('-0', ['-0']),
  gitArchive('--prefix', ['--prefix=agent/'], ['UNWRAPPED_FOLDER']),
  toFile('7-Zip', sevenZip, '7z', (file) => ['a', '-tzip', '-bd', file, '.']),
  toFile('7-Zip, stored', sevenZip, '7z', (file) => ['a', '-tzip', '-bd', '-mx=0', file, '.']),
  toFile('7-Zip, all names in UTF-8', sevenZip, '7z', (file) => ['a', '-tzip', '-bd', '-mcu=on', file, '.']),
  toFile(
    'bsdtar',
    bsdtar,
    'bsdtar',
    (file) => [
      '--format=zip',
      '-cf',
      file,
      '--strip-components=0',
      'AGENTS.md',
      'config.json',
      'tools.json',
      'skills',
      'subagents',
    ],
    { env: utf8 },
  ),
  toFile('Perl IO::Compress', perl, 'perl', (file) => ['-e', perlScript, file, '0']),
  toFile('Perl IO::Compress, streaming', perl, 'perl', (file) => ['-e', perlScript, file, '1']),
]
