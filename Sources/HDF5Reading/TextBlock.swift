internal import FileAccess

/// Decodes consecutive texts of one fixed length, each up to its first zero.
func texts(_ bytes: RawSpan, byteCountPerText: Int, count: Int) -> [String] {
  precondition(
    bytes.byteCount / byteCountPerText >= count,
    "\(bytes.byteCount) bytes for \(count) texts of \(byteCountPerText)")
  var result: [String] = []
  result.reserveCapacity(count)
  var characters: [UInt8] = []
  for index in 0..<count {
    characters.removeAll(keepingCapacity: true)
    for position in 0..<byteCountPerText {
      let byte = bytes.littleEndian(UInt8.self, at: index * byteCountPerText + position)
      if byte == 0 { break }
      characters.append(byte)
    }
    result.append(String(decoding: characters, as: UTF8.self))
  }
  return result
}
