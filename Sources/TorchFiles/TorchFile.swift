package import FileAccess
internal import SpikingNetwork
package import SystemPackage

/// An open file of `torch.save`: its value, whose tensors are read on demand.
///
/// The file is a zip archive of stored members: a pickle, and a storage for each tensor or for
/// several. Source: PyTorch 2.13, `torch/serialization.py`.
package struct TorchFile: ~Copyable, Sendable {
  /// The file.
  package let path: FilePath
  /// What was saved.
  package let value: TorchValue
  /// What ``writeTorchFile(_:note:to:replacing:)`` added; `nil` for a file of another program.
  package let note: String?
  /// The size of all storages in bytes.
  package let storageByteCount: Int

  private let file: MappedFile
  private let storages: [String: Range<Int>]

  /// The largest pickle in bytes.
  static let maximumPickleByteCount = 1 << 24
  /// The largest note in bytes.
  static let maximumNoteByteCount = 1 << 20
  /// The name of the member with the note.
  static let noteName = "dvstrain"

  /// Opens a file, verifies the checksums of all its members, and reads the pickle.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileContentError`` if it cannot be read, is corrupt, or contains anything else
  ///   than tensors and plain values.
  package init(opening path: FilePath) throws(FileContentError) {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw FileContentError(error) }
    let contents = try file.withBytes { bytes throws(FileContentError) in try TorchContents(bytes) }
    do throws(FileError) { try file.requireWhole() } catch { throw FileContentError(error) }
    self.path = path
    self.file = file
    value = contents.value
    note = contents.note
    storages = contents.storages
    storageByteCount = contents.storages.values.reduce(0) { $0 + $1.count }
  }

  /// Reads a tensor of floating-point numbers, row-major.
  ///
  /// - Parameter tensor: A tensor of this file, of any floating-point type.
  /// - Returns: The elements, rounded to the nearest float32; `nil` for a tensor of another type.
  /// - Throws: ``FileContentError`` if the file has shrunk, or a float64 exceeds every float32.
  package borrowing func floats(of tensor: TorchTensor) throws(FileContentError) -> [Float]? {
    switch tensor.elementType {
    case .float32:
      try elements(of: tensor, UInt32.self) { Float(bitPattern: $0) }
    case .float64:
      try float32(of: tensor)
    case .float16: try elements(of: tensor, UInt16.self, float(fromBinary16:))
    case .bfloat16:
      try elements(of: tensor, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    default: nil
    }
  }

  /// Reads a tensor of float64 as the nearest float32.
  private borrowing func float32(of tensor: TorchTensor) throws(FileContentError) -> [Float] {
    var tooLarge: Double?
    let values = try elements(of: tensor, UInt64.self) { bits in
      let value = Double(bitPattern: bits)
      let float = Float(value)
      if value.isFinite && !float.isFinite { tooLarge = tooLarge ?? value }
      return float
    }
    if let tooLarge {
      throw FileContentError(
        "", "numbers of float32 expected, \(tooLarge) found, which is too large")
    }
    return values
  }

  /// Reads a tensor of 64-bit integers, row-major.
  ///
  /// - Parameter tensor: A tensor of this file.
  /// - Returns: The elements; `nil` for a tensor of another type.
  /// - Throws: ``FileContentError`` if the file has shrunk.
  package borrowing func integers(of tensor: TorchTensor) throws(FileContentError) -> [Int64]? {
    tensor.elementType == .int64
      ? try elements(of: tensor, Int64.self) { $0 } : nil
  }

  /// Reads the bytes of a tensor's elements of any type, row-major and little-endian.
  ///
  /// - Parameter tensor: A tensor of this file.
  /// - Throws: ``FileContentError`` if the file has shrunk.
  package borrowing func bytes(of tensor: TorchTensor) throws(FileContentError) -> [UInt8] {
    let size = tensor.elementType.byteCount
    return try withStorage(of: tensor) { storage in
      var result: [UInt8] = []
      result.reserveCapacity(tensor.byteCount)
      tensor.forEachIndex { index in
        for byte in index * size..<(index + 1) * size {
          result.append(storage.littleEndian(UInt8.self, at: byte))
        }
      }
      return result
    }
  }

  private borrowing func elements<Bits: FixedWidthInteger & BitwiseCopyable, Element>(
    of tensor: TorchTensor, _ type: Bits.Type, _ convert: (Bits) -> Element
  ) throws(FileContentError) -> [Element] {
    let size = MemoryLayout<Bits>.size
    return try withStorage(of: tensor) { storage in
      var result: [Element] = []
      result.reserveCapacity(tensor.elementCount)
      tensor.forEachIndex { index in
        result.append(convert(storage.littleEndian(Bits.self, at: index * size)))
      }
      return result
    }
  }

  private borrowing func withStorage<Result>(
    of tensor: TorchTensor, _ body: (RawSpan) -> Result
  ) throws(FileContentError) -> Result {
    guard let range = storages[tensor.storage] else {
      preconditionFailure("a tensor of another file")
    }
    let result = try file.withBytes { bytes throws(FileContentError) in
      body(bytes.extracting(range))
    }
    do throws(FileError) { try file.requireWhole() } catch { throw FileContentError(error) }
    return result
  }
}
