/**
 * Every error code of this package, with its title. Codes are specific: a person must be able to tell a hostile archive from an
 * unusual one. Numbers in comments are the rules of `docs/bundles.md`.
 */
export const fleetErrorCodes = {
  // 1 Size and base64.
  ARCHIVE_TOO_SMALL: 'The archive is smaller than an empty ZIP',
  ARCHIVE_TOO_LARGE: 'The archive is larger than the limit',
  BASE64_INVALID: 'The base64 text is not canonical in length, padding, alphabet or leftover bits',
  // 2 End record.
  END_RECORD_MISSING: 'No end-of-central-directory record ends the file',
  END_RECORD_AMBIGUOUS: 'More than one place could be the end-of-central-directory record',
  TRAILING_BYTES: 'Bytes follow the end of the archive',
  ARCHIVE_COMMENT_TOO_LONG: 'The archive comment is longer than 1,024 bytes',
  PREFIX_BYTES: 'Bytes precede the first entry, as in a self-extractor',
  // 3 Disks and counts.
  MULTI_DISK: 'The archive spans several disks',
  ENTRY_COUNT_MISMATCH: 'The number of directory records differs from the declared number',
  // 4 ZIP64.
  ZIP64_INVALID: 'The ZIP64 end records are misplaced, of a wrong size or contradict the others',
  ZIP64_MISSING: 'A field requires ZIP64 records, but there are none',
  ZIP64_VALUE_TOO_LARGE: 'A 64-bit value exceeds 53 bits',
  // 5, 6 Directory.
  DIRECTORY_MISPLACED: 'The central directory does not end where the end records begin',
  DIRECTORY_RECORD_INVALID: 'A central directory record is damaged or does not fit',
  ENTRY_COMMENT: 'An entry has a comment',
  EXTRA_FIELD_TOO_LONG: 'The extra field of an entry is longer than 4,096 bytes',
  // 7 Flags and method.
  METHOD_UNSUPPORTED: 'An entry uses a compression method other than stored or deflate',
  ENCRYPTED: 'An entry is encrypted',
  VERSION_UNSUPPORTED: 'An entry needs a newer version of ZIP than 4.5',
  FLAGS_UNSUPPORTED: 'An entry sets flags other than deflate level, data descriptor and UTF-8',
  // 8 Kind.
  ENTRY_KIND: 'An entry is neither a regular file nor a directory, or claims to be both',
  DIRECTORY_WITH_CONTENT: 'A directory entry has content',
  // 9, 10 Extra fields.
  EXTRA_FIELD_INVALID: 'The extra field of an entry is malformed',
  EXTRA_FIELD_DUPLICATE: 'The extra field of an entry repeats a record',
  EXTRA_FIELD_FORBIDDEN: 'The extra field of an entry contains encryption, a link or another name, kind or content',
  UNICODE_PATH_MISMATCH: 'The Unicode path of an entry differs from its name',
  ZIP64_EXTRA_INVALID: 'The ZIP64 extra record of an entry does not match its header',
  // 11 Name bytes.
  NAME_NOT_UTF8: 'A name is not valid UTF-8',
  NAME_UNFLAGGED: 'A name is not ASCII but not marked as UTF-8',
  NAME_EMPTY: 'A name is empty',
  NAME_TOO_LONG: 'A name is longer than 1,024 bytes, or one of its segments than 255',
  NAME_TOO_DEEP: 'A name has more than 32 levels',
  NAME_CHARACTER: 'A name contains a control, invisible, bidirectional or reserved character',
  // 12, 13 Path.
  PATH_ABSOLUTE: 'A path is absolute',
  PATH_TRAVERSAL: 'A path contains a "." or ".." segment',
  PATH_SEGMENT_EMPTY: 'A path contains an empty segment',
  NAME_NOT_PORTABLE: 'A segment ends in a dot or a space, or is a Windows device name',
  // 14 Uniqueness.
  DUPLICATE_NAME: 'Two entries have the same name, or names that are the same on some file systems',
  FILE_AND_DIRECTORY: 'A path is both a file and a directory',
  // 15, 16, 17 Tiling, local headers, data descriptors.
  ENTRIES_OVERLAP: 'Two entries share bytes',
  HIDDEN_DATA: 'Bytes between the entries belong to no entry',
  LOCAL_HEADER_INVALID: 'An entry does not begin with a local header',
  LOCAL_HEADER_MISMATCH: 'The local header of an entry contradicts the directory',
  DATA_DESCRIPTOR_INVALID: 'The data descriptor of an entry is missing, damaged or contradicts the directory',
  STORED_DESCRIPTOR_AMBIGUOUS: 'A stored entry with a data descriptor contains ZIP signatures',
  // 18 Data.
  RATIO_IMPLAUSIBLE: 'The declared sizes of an entry are impossible',
  DEFLATE_INVALID: 'The compressed data of an entry is damaged',
  SIZE_MISMATCH: 'An entry does not decompress to its declared size',
  COMPRESSED_SIZE_MISMATCH: 'Bytes follow the end of the compressed data of an entry',
  CRC_MISMATCH: 'The content of an entry does not match its CRC',
  // 19 Limits.
  TOO_MANY_ENTRIES: 'The archive has more entries than the limit',
  FILE_TOO_LARGE: 'A file is larger than the limit',
  TOTAL_TOO_LARGE: 'All files together are larger than the limit',
  RATIO_TOO_HIGH: 'The archive expands beyond the limit',
  // 20 The bundle.
  AGENTS_MD_MISSING: 'AGENTS.md is missing at the root or in the only top folder',
  GIT_FOLDER: 'A path contains a .git folder',
  TEXT_NOT_UTF8: 'A text file of the bundle is not valid UTF-8',
  CONFIG_INVALID: 'config.json does not match the documented format',
  TOOLS_INVALID: 'A tools.json does not match the documented format',
  DUPLICATE_MEMBER: 'A JSON object has two members of the same name',
  FRONT_MATTER_INVALID: 'The YAML front matter of a file is not a plain mapping',

  // Extraction and deployment.
  TARGET_EXISTS: 'The target folder already exists',
  TARGET_UNSAFE: 'The target or a folder above it is a symbolic link or a file, or changed',
  RELEASE_DAMAGED: 'A release on disk differs from its manifest',
  DEPLOY_LOCKED: 'Another process is deploying under this name',
  NO_RELEASE: 'The release does not exist',
  NAME_INVALID: 'The name makes no folder name',
  DEPLOYMENT_TAKEN: 'The deployment belongs to another agent',
  // Pulling from the Context Hub.
  REPO_INVALID: 'The repository, its type or the commit has a name that cannot exist',
  COMMIT_NOT_FOUND: 'The Context Hub has no such repository or commit',
  PULL_DENIED: 'The Context Hub rejected the API key, or the key may not read this repository',
  PULL_FAILED: 'The Context Hub did not answer, or failed',
  PULL_INVALID: 'The Context Hub rejected the request, or its answer is not as documented',
  COMMIT_MISMATCH: 'The Context Hub answered with another commit',
  LINK_UNRESOLVED: 'A linked agent or skill came without files',
  SKILL_MD_MISSING: 'SKILL.md is missing at the root of the skill',
  BUNDLE_ALTERED: 'The bundle does not match its digests: it changed after it was read',
  DISK_ERROR: 'The file system failed: full, read-only, not permitted or broken',
} as const satisfies Record<string, string>

/** A stable error code of this package; see `docs/bundles.md`. */
export type FleetErrorCode = keyof typeof fleetErrorCodes

const rename = 'Rename the file.'
const withoutComments = 'Write the archive without comments.'
const correct = 'Correct the file; the message says where.'

const fixes: Partial<Record<FleetErrorCode, string>> = {
  ARCHIVE_TOO_LARGE: 'Make the bundle smaller, or raise maxArchiveBytes.',
  BASE64_INVALID: 'Send standard base64 with padding and without line breaks.',
  TRAILING_BYTES: 'Remove the bytes after the archive; often it is a line break.',
  ARCHIVE_COMMENT_TOO_LONG: withoutComments,
  PREFIX_BYTES: 'Send a plain ZIP, not a self-extractor.',
  MULTI_DISK: 'Write the archive as one file.',
  ENTRY_COMMENT: withoutComments,
  VERSION_UNSUPPORTED: 'Write the archive with stored or deflated entries; they need no version above 4.5.',
  METHOD_UNSUPPORTED: 'Compress with deflate, or do not compress.',
  ENCRYPTED: 'Write the archive without a password.',
  ENTRY_KIND: 'Leave out links and devices.',
  NAME_NOT_UTF8: 'Write names in UTF-8.',
  NAME_UNFLAGGED: 'Mark names as UTF-8, or set allowUnflaggedUtf8.',
  NAME_TOO_LONG: rename,
  NAME_TOO_DEEP: 'Use fewer levels of folders.',
  NAME_CHARACTER: rename,
  NAME_NOT_PORTABLE: rename,
  DUPLICATE_NAME: 'Rename one of the two.',
  FILE_AND_DIRECTORY: 'Rename one of the two.',
  TOO_MANY_ENTRIES: 'Remove files, or raise maxEntries.',
  FILE_TOO_LARGE: 'Make the file smaller, or raise maxFileBytes.',
  TOTAL_TOO_LARGE: 'Remove files, or raise maxTotalBytes.',
  RATIO_TOO_HIGH: 'Raise maxRatio, but only if you made the archive yourself.',
  AGENTS_MD_MISSING: 'Put AGENTS.md at the root of the bundle.',
  GIT_FOLDER: 'Remove .git from the bundle.',
  TEXT_NOT_UTF8: 'Save the file as UTF-8.',
  CONFIG_INVALID: correct,
  TOOLS_INVALID: correct,
  DUPLICATE_MEMBER: 'Remove one of the two; the message says where the second is.',
  FRONT_MATTER_INVALID: correct,
  TARGET_EXISTS: 'Choose a new folder, or remove the old one.',
  TARGET_UNSAFE: 'Use a real folder, and check who else can write there.',
  RELEASE_DAMAGED: 'Find out who changed it; then deploy another version or roll back.',
  DEPLOY_LOCKED: 'Try again when the other deployment has ended.',
  NO_RELEASE: 'Check name and digest; listDeployments and listReleases show them.',
  NAME_INVALID: 'Pass a name of 1 to 64 letters and digits, . _ and -.',
  DEPLOYMENT_TAKEN: 'Pass another name. If the agent was renamed, pass its old name as agent.',
  REPO_INVALID: 'Pass the repo_handle, repo_type and commit_hash of the commit event.',
  COMMIT_NOT_FOUND: 'Check handle, commit and the workspace of the API key; it may have been deleted.',
  PULL_DENIED: 'Pass the client an API key of the workspace that may read prompts.',
  PULL_FAILED: 'Try again later; check the address of the client.',
  PULL_INVALID: 'Check the address of the client, and update the package langsmith.',
  COMMIT_MISMATCH: 'Do not deploy it; check the address of the client.',
  LINK_UNRESOLVED: 'Restore the linked repository, or remove the link and commit again.',
  SKILL_MD_MISSING: 'Put SKILL.md at the root of the skill and commit again.',
  BUNDLE_ALTERED: 'Read the bundle again, and do not change its bytes.',
  DISK_ERROR: 'Free space or correct the permissions, then try again.',
}

/** What to do about an error. */
export function fixOf(code: FleetErrorCode): string {
  return (
    fixes[code] ?? 'Write the archive again with an ordinary ZIP program. If you did not write it, do not trust it.'
  )
}
