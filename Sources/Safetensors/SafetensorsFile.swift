internal import FileAccess
internal import SpikingNetwork
package import SystemPackage

/// An open safetensors file with a validated header.
///
/// Tensors are read on demand. If another file replaces it, the file that was opened is still read;
/// if it shrinks, reading is an error.
package struct SafetensorsFile: ~Copyable, Sendable {
  /// The file.
  package let path: FilePath
  /// The tensors, in the order of the header.
  package let tensors: [SafetensorsTensor]
  /// The metadata: texts by name; empty if there are none.
  package let metadata: [String: String]

  private let file: MappedFile
  private let dataOffset: Int
  /// The index in `tensors` of each name.
  private let indices: [String: Int]

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``SafetensorsError`` when the file cannot be read, or its header does not describe
  ///   exactly the bytes that follow it.
  package init(opening path: FilePath) throws(SafetensorsError) {
    let file = try Self.map(path)
    try Self.requireFormat(of: file)
    let dataOffset = try Self.dataOffset(of: file)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try file.integers(UInt8.self, at: 8, count: dataOffset - 8)
    } catch {
      throw SafetensorsError(error)
    }
    let header: SafetensorsHeader
    do throws(HeaderDefect) {
      header = try SafetensorsHeader(parsing: bytes, dataByteCount: file.byteCount - dataOffset)
    } catch {
      throw SafetensorsError(path, tensor: error.tensor, error.detail)
    }
    self.file = file
    self.dataOffset = dataOffset
    self.path = path
    tensors = header.tensors
    metadata = header.metadata
    indices = Dictionary(
      uniqueKeysWithValues: header.tensors.enumerated().map { ($0.element.name, $0.offset) })
  }

  private static func map(_ path: FilePath) throws(SafetensorsError) -> MappedFile {
    do throws(FileError) { return try MappedFile(path) } catch { throw SafetensorsError(error) }
  }

  /// Names the format of a file that is known to have another one.
  private static func requireFormat(of file: borrowing MappedFile) throws(SafetensorsError) {
    do throws(FileError) {
      let kind = try file.withBytes { bytes throws(FileError) in FileKind(of: bytes) }
      guard kind == .safetensors || kind == .other else {
        throw FileError(file.path, kind.inPlace(of: "a safetensors file"))
      }
    } catch {
      throw SafetensorsError(error)
    }
  }

  /// Reads the header into memory, and returns the offset of the data after it.
  private static func dataOffset(
    of file: borrowing MappedFile
  ) throws(SafetensorsError) -> Int {
    let lengthByteCount = 8
    let maximum = SafetensorsHeader.maximumByteCount
    do throws(FileError) {
      guard file.byteCount >= lengthByteCount else {
        throw FileError(
          file.path, "not a safetensors file: at least 8 bytes expected, \(file.byteCount) found")
      }
      try file.populate(0..<lengthByteCount)
      let length = try file.integers(UInt64.self, at: 0, count: 1)[0]
      let available = file.byteCount - lengthByteCount
      guard length <= UInt64(available) else {
        throw FileError(
          file.path,
          "not a safetensors file: a header of \(length) bytes expected, \(available) found"
        )
      }
      guard length <= UInt64(maximum) else {
        throw FileError(
          file.path, "a header of at most \(maximum) bytes expected, \(length) found")
      }
      let dataOffset = lengthByteCount + Int(length)
      try file.populate(0..<dataOffset)
      return dataOffset
    } catch {
      throw SafetensorsError(error)
    }
  }

  /// The header's description of a tensor; `nil` if none has this name.
  package borrowing func tensor(_ name: String) -> SafetensorsTensor? {
    indices[name].map { tensors[$0] }
  }

  /// Reads a tensor of floating-point numbers, row-major.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - converting: Whether BF16, F16 and F64 are accepted and converted to the nearest float32.
  /// - Throws: ``SafetensorsError`` when the tensor is missing or of another type, or the file has
  ///   shrunk.
  package borrowing func floats(
    of name: String, converting: Bool = false
  ) throws(SafetensorsError) -> [Float] {
    let tensor = try require(name)
    switch tensor.elementType {
    case .float32:
      return try contents(of: tensor, UInt32.self).map { Float(bitPattern: $0) }
    case .bfloat16 where converting:
      return try contents(of: tensor, UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case .float16 where converting:
      return try contents(of: tensor, UInt16.self).map(float(fromBinary16:))
    case .float64 where converting:
      return try contents(of: tensor, UInt64.self).map { Float(Double(bitPattern: $0)) }
    default:
      throw wrongType(tensor, converting ? "F32, BF16, F16 or F64" : "F32")
    }
  }

  /// Reads a tensor of I64, row-major.
  ///
  /// - Throws: ``SafetensorsError`` when the tensor is missing or of another type, or the file has
  ///   shrunk.
  package borrowing func integers(of name: String) throws(SafetensorsError) -> [Int64] {
    let tensor = try require(name)
    guard tensor.elementType == .int64 else { throw wrongType(tensor, "I64") }
    return try contents(of: tensor, Int64.self)
  }

  /// Reads the bytes of a tensor of any type, as stored in the file.
  ///
  /// - Throws: ``SafetensorsError`` when the tensor is missing, or the file has shrunk.
  package borrowing func bytes(of name: String) throws(SafetensorsError) -> [UInt8] {
    try contents(of: try require(name), UInt8.self)
  }

  private borrowing func require(_ name: String) throws(SafetensorsError) -> SafetensorsTensor {
    guard let tensor = tensor(name) else {
      throw SafetensorsError(path, tensor: name, "the file has no tensor of this name")
    }
    return tensor
  }

  private borrowing func wrongType(
    _ tensor: SafetensorsTensor, _ expected: String
  ) -> SafetensorsError {
    SafetensorsError(
      path, tensor: tensor.name,
      "elements of type \(expected) expected, \(tensor.elementType.rawValue) found")
  }

  private borrowing func contents<Value: FixedWidthInteger & BitwiseCopyable>(
    of tensor: SafetensorsTensor, _ type: Value.Type
  ) throws(SafetensorsError) -> [Value] {
    let start = dataOffset + tensor.byteRange.lowerBound
    do throws(FileError) {
      try file.populate(start..<(start + tensor.byteRange.count))
      return try file.integers(
        type, at: start, count: tensor.byteRange.count / MemoryLayout<Value>.size)
    } catch {
      throw SafetensorsError(path, tensor: tensor.name, error.detail, cause: error)
    }
  }
}
