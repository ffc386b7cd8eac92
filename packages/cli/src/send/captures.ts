import { CliError } from '../cli-error.ts'
import { parseHttpFile, type CapturedRequest } from '../http-file.ts'
import { readNamedFile } from '../read-named-file.ts'

/** A request from a file, to send again. */
export interface Capture extends CapturedRequest {
  /** As named on the command line. */
  readonly file: string
}

/**
 * Reads request files, as `listen --record` writes them and `verify --request` reads them.
 *
 * @throws CliError `REQUEST_INVALID`, `ENCODING_UNSUPPORTED`, or the system's code for a file that cannot be read
 */
export async function readCaptures(cwd: string, files: readonly string[]): Promise<Capture[]> {
  const captures: Capture[] = []
  // One after the other, so that the first that is wrong is the one that is named.
  for (const file of files) captures.push(toCapture(file, await readNamedFile(cwd, file, '--replay')))
  return captures
}

function toCapture(file: string, bytes: Buffer): Capture {
  const capture = { file, ...parseFile(file, bytes) }
  for (const [name, value] of capture.headers)
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) unsendable(file, `the value of its header ${name}`)
  if (!/^\/[\u0021-\u007e\u0080-\u00ff]*$/.test(capture.url)) unsendable(file, 'its path')
  return capture
}

function parseFile(file: string, bytes: Buffer): CapturedRequest {
  try {
    return parseHttpFile(bytes)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    throw new CliError('no', error.code, `--replay: ${file}: ${error.message}`, { fix: error.fix, cause: error })
  }
}

function unsendable(file: string, what: string): never {
  throw new CliError('no', 'REQUEST_INVALID', `--replay: ${file}: ${what} has a character that HTTP does not allow`, {
    fix: 'Record the request again, or correct the file.',
  })
}

// They say something about the connection or the length, not about the delivery.
const ofConnection = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
])

/** The header lines that belong to the delivery, in their order and as they were written. */
export function ownHeaders({ headers }: Capture): (readonly [name: string, value: string])[] {
  return headers.filter(([name]) => !ofConnection.has(name.toLowerCase()))
}
