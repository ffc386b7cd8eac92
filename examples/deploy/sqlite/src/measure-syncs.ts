import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

// Measures how long the disk below a folder takes to keep what was written: node src/measure-syncs.ts /data
const folder = process.argv[2] ?? '.'
const file = join(folder, `sync-probe-${process.pid}`)

/** File systems by the number that statfs returns. Those of a network, of a virtual machine's host and of memory keep no promise. */
const names: Readonly<Record<number, string>> = {
  0x1021994: 'tmpfs, in memory: everything is lost when the machine stops',
  0x858458f6: 'ramfs, in memory: everything is lost when the machine stops',
  0x6969: 'NFS, a network share: use PostgreSQL or Redis',
  0xff534d42: 'SMB, a network share: use PostgreSQL or Redis',
  0xfe534d42: 'SMB, a network share: use PostgreSQL or Redis',
  0x01021997: '9p, a folder of the host of this virtual machine: use a volume',
  0x65735546: 'FUSE, another program writes: ask its documents what fsync does',
  0x794c7630: 'overlay, the layer of a container: it goes with the container; use a volume',
  0xef53: 'ext4',
  0x58465342: 'XFS',
  0x9123683e: 'Btrfs',
  0x2fc12fc1: 'ZFS',
}

const descriptor = openSync(file, 'wx', 0o600)
const page = Buffer.alloc(4096, 1)
const times: number[] = []
try {
  for (let write = 0; write < 200; write++) {
    writeSync(descriptor, page)
    const begin = performance.now()
    fdatasyncSync(descriptor)
    times.push(performance.now() - begin)
  }
} finally {
  closeSync(descriptor)
  rmSync(file)
}
times.sort((a, b) => a - b)
const at = (part: number): string => `${times[Math.floor((times.length - 1) * part)]!.toFixed(2)} ms`
console.log(`file system  ${names[statfsSync(folder).type >>> 0] ?? 'unknown'}`)
console.log(`median sync  ${at(0.5)}`)
console.log(`99 of 100    ${at(0.99)}`)
