import { FleetError } from '../fleet-error.ts'

/** Little-endian numbers of an archive. Callers check bounds first. */
export interface ByteView {
  readonly bytes: Buffer
  readonly length: number
  u16(offset: number): number
  u32(offset: number): number
  /** @throws FleetError `ZIP64_VALUE_TOO_LARGE` beyond 53 bits */
  u64(offset: number): number
}

/** Views an archive. */
export function viewBytes(bytes: Buffer): ByteView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    bytes,
    length: bytes.length,
    u16: (offset) => view.getUint16(offset, true),
    u32: (offset) => view.getUint32(offset, true),
    u64(offset) {
      const high = view.getUint32(offset + 4, true)
      if (high >= 0x20_0000) throw new FleetError('ZIP64_VALUE_TOO_LARGE')
      return high * 0x1_0000_0000 + view.getUint32(offset, true)
    },
  }
}
