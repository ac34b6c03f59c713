import Support

/// Makes a file from a header as text and `dataByteCount` data bytes.
func rawSafetensors(_ header: String, dataByteCount: Int = 0) -> [UInt8] {
  rawSafetensors(Array(header.utf8), data: [UInt8](repeating: 7, count: dataByteCount))
}

/// Makes a file from a header and data.
func rawSafetensors(_ header: [UInt8], data: [UInt8]) -> [UInt8] {
  lengthBytes(UInt64(header.count)) + header + data
}

/// A header's length as stored in a file, in 8 little-endian bytes.
func lengthBytes(_ length: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
}
