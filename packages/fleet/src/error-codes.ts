/**
 * Every code this package refuses or fails with, and what it means. Specific on purpose: a person must be able to tell a
 * hostile archive from one that is merely unusual. Numbers in comments are the rules of `docs/bundles.md`.
 */
export const fleetErrorCodes = {
  // 1 Size and base64.
  ARCHIVE_TOO_SMALL: 'The archive is smaller than an empty ZIP',
  ARCHIVE_TOO_LARGE: 'The archive is larger than the limit',
  BASE64_INVALID: 'The base64 text is not canonical: length, padding, alphabet or leftover bits are wrong',
  // 2 End record.
  END_RECORD_MISSING: 'No end-of-central-directory record ends the file',
  END_RECORD_AMBIGUOUS: 'More than one end-of-central-directory record could be meant',
  TRAILING_BYTES: 'Bytes follow the end of the archive',
  ARCHIVE_COMMENT_TOO_LONG: 'The archive comment is longer than 1,024 bytes',
  PREFIX_BYTES: 'Bytes stand before the first entry, as in a self-extractor',
  // 3 Disks and counts.
  MULTI_DISK: 'The archive spans several disks',
  ENTRY_COUNT_MISMATCH: 'The number of directory records is not the number announced',
  // 4 ZIP64.
  ZIP64_INVALID: 'The ZIP64 end records are misplaced, of another size, or contradict the classic ones',
  ZIP64_MISSING: 'A field says that ZIP64 records exist, and there are none',
  ZIP64_VALUE_TOO_LARGE: 'A 64-bit value exceeds 53 bits',
  // 5, 6 Directory.
  DIRECTORY_MISPLACED: 'The central directory does not end where the end records begin',
  DIRECTORY_RECORD_INVALID: 'A central directory record is damaged or does not fit',
  ENTRY_COMMENT: 'An entry carries a comment',
  EXTRA_FIELD_TOO_LONG: 'The extra field of an entry is longer than 4,096 bytes',
  // 7 Flags and method.
  METHOD_UNSUPPORTED: 'An entry is compressed by another method than stored or deflate',
  ENCRYPTED: 'An entry is encrypted',
  FLAGS_UNSUPPORTED: 'An entry sets flags other than deflate level, data descriptor and UTF-8',
  // 8 Kind.
  ENTRY_KIND: 'An entry is neither a regular file nor a directory, or says both',
  DIRECTORY_WITH_CONTENT: 'A directory entry has content',
  // 9, 10 Extra fields.
  EXTRA_FIELD_INVALID: 'The extra field of an entry is not well-formed to its last byte',
  EXTRA_FIELD_DUPLICATE: 'The extra field of an entry repeats a record',
  EXTRA_FIELD_FORBIDDEN: 'The extra field of an entry holds encryption or link records',
  UNICODE_PATH_MISMATCH: 'The Unicode path of an entry is not its name',
  ZIP64_EXTRA_INVALID: 'The ZIP64 extra record of an entry does not hold exactly what its header asks for',
  // 11 Name bytes.
  NAME_NOT_UTF8: 'A name is not valid UTF-8',
  NAME_UNFLAGGED: 'A name is not ASCII and not marked as UTF-8',
  NAME_EMPTY: 'A name is empty',
  NAME_TOO_LONG: 'A name is longer than 1,024 bytes, or one of its segments than 255',
  NAME_TOO_DEEP: 'A name has more than 32 levels',
  NAME_CHARACTER:
    'A name holds a character that is refused: control, invisible, bidirectional, or one of \\ : < > | ? * "',
  // 12, 13 Path.
  PATH_ABSOLUTE: 'A path is absolute',
  PATH_TRAVERSAL: 'A path holds a "." or ".." segment',
  PATH_SEGMENT_EMPTY: 'A path holds an empty segment',
  NAME_NOT_PORTABLE: 'A segment ends in a dot or a space, or is a Windows device name',
  // 14 Uniqueness.
  DUPLICATE_NAME: 'Two entries have the same name, or names that some file systems take for the same',
  FILE_AND_DIRECTORY: 'A path is both a file and a directory',
  // 15, 16, 17 Tiling, local headers, data descriptors.
  ENTRIES_OVERLAP: 'Two entries share bytes',
  HIDDEN_DATA: 'Bytes between the entries belong to none of them',
  LOCAL_HEADER_INVALID: 'An entry does not begin with a local header',
  LOCAL_HEADER_MISMATCH: 'The local header of an entry contradicts the directory',
  DATA_DESCRIPTOR_INVALID: 'The data descriptor of an entry is missing, damaged or contradicts the directory',
  STORED_DESCRIPTOR_AMBIGUOUS:
    'A stored entry with a data descriptor holds ZIP signatures, so that a streaming parser could read it differently',
  // 18 Data.
  RATIO_IMPLAUSIBLE: 'The sizes of an entry cannot both be true',
  DEFLATE_INVALID: 'The compressed data of an entry is damaged',
  SIZE_MISMATCH: 'An entry does not decompress to its declared size',
  COMPRESSED_SIZE_MISMATCH: 'Bytes follow the end of the compressed data of an entry',
  CRC_MISMATCH: 'The content of an entry does not match its CRC',
  // 19 Limits.
  TOO_MANY_ENTRIES: 'The archive has more entries than the limit',
  FILE_TOO_LARGE: 'A file is larger than the limit',
  TOTAL_TOO_LARGE: 'The files together are larger than the limit',
  RATIO_TOO_HIGH: 'The archive expands more than the limit',
  // 20 The bundle.
  AGENTS_MD_MISSING: 'There is no AGENTS.md at the root, nor in one single wrapping folder',
  GIT_FOLDER: 'A path goes through .git',
  TEXT_NOT_UTF8: 'A text file of the bundle is not valid UTF-8',
  CONFIG_INVALID: 'config.json is not a JSON object of the documented form',
  TOOLS_INVALID: 'A tools.json is not a JSON object of the documented form',
  FRONT_MATTER_INVALID: 'The YAML front matter of a file is not a plain mapping',

  // Extraction and deployment.
  TARGET_EXISTS: 'The target folder exists already',
  TARGET_UNSAFE:
    'The target, or a folder above it, is not what it must be: a symbolic link, a file, or changed under way',
  RELEASE_DAMAGED: 'A release on disk is not what its manifest says',
  DEPLOY_LOCKED: 'Another process is deploying there',
  NO_RELEASE: 'There is no such release',
  NAME_INVALID: 'The name is not a plain folder name',
  BUNDLE_ALTERED: 'The bundle is not what its digests say: it was changed after it was read',
  DISK_ERROR: 'The file system refused: full, read-only, not permitted or failing',
} as const satisfies Record<string, string>

/** A stable code of this package; see `docs/errors.md`. */
export type FleetErrorCode = keyof typeof fleetErrorCodes
