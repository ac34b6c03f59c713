package import SpikingNetwork

extension StateTensor.Elements {
  /// The elements as stored in a file.
  package var littleEndianBytes: [UInt8] {
    switch self {
    case .floats(let values): values.map(\.bitPattern).littleEndianBytes
    case .integers(let values): values.littleEndianBytes
    case .other(_, let bytes): bytes
    }
  }

  var elementType: SafetensorsElementType {
    guard let type = SafetensorsElementType(rawValue: typeName) else {
      preconditionFailure("safetensors have no elements of type \(typeName)")
    }
    return type
  }

  /// The size of all elements in bytes.
  var byteCount: Int {
    switch self {
    case .floats(let values): 4 * values.count
    case .integers(let values): 8 * values.count
    case .other(_, let bytes): bytes.count
    }
  }

  /// Calls `body` with the bytes in pieces, so that memory never holds a large tensor twice.
  func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
    func forEach(_ count: Int, _ bytes: (Range<Int>) -> [UInt8]) throws {
      let pieceCount = 1 << 18
      for start in stride(from: 0, to: count, by: pieceCount) {
        try body(bytes(start..<min(start + pieceCount, count)))
      }
    }
    switch self {
    case .floats(let values):
      try forEach(values.count) { values[$0].map(\.bitPattern).littleEndianBytes }
    case .integers(let values): try forEach(values.count) { Array(values[$0]).littleEndianBytes }
    case .other(_, let bytes): try forEach(bytes.count) { Array(bytes[$0]) }
    }
  }
}
