import { constants } from 'node:fs'

const known: Partial<typeof constants> = constants

export const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants
/** 0 on Windows, which has none of these. */
export const { O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = known
