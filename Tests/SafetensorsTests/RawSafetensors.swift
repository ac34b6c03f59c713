import Support

/// A file put together by hand: a header as text, and as many data bytes as wanted.
func rawSafetensors(_ header: String, dataByteCount: Int = 0) -> [UInt8] {
  rawSafetensors(Array(header.utf8), data: [UInt8](repeating: 7, count: dataByteCount))
}

/// A file put together by hand.
func rawSafetensors(_ header: [UInt8], data: [UInt8]) -> [UInt8] {
  lengthBytes(UInt64(header.count)) + header + data
}

/// A header's length as stored in a file.
func lengthBytes(_ length: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
}
