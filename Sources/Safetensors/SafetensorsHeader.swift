internal import FileAccess

/// The header of a file: the description of its tensors, and metadata.
///
/// Source: huggingface/safetensors, "Format".
struct SafetensorsHeader: Equatable {
  /// The maximum header length in bytes, as in other readers.
  static let maximumByteCount = 100_000_000

  /// The key of the metadata, which is not a valid name of a tensor.
  static let metadataKey = "__metadata__"

  /// The tensors, in the order of the header.
  let tensors: [SafetensorsTensor]

  /// Texts by name.
  let metadata: [String: String]

  init(tensors: [SafetensorsTensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a header.
  ///
  /// - Parameters:
  ///   - bytes: The whole header, without its length.
  ///   - dataByteCount: Number of bytes after it in the file.
  /// - Throws: `HeaderDefect`, unless each tensor has exactly the bytes that its type and shape
  ///   need, and the tensors cover every byte of the data once.
  init(parsing bytes: [UInt8], dataByteCount: Int) throws(HeaderDefect) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw HeaderDefect(detail: "a header that begins with { expected")
    }
    var scanner = HeaderScanner(bytes)
    var tensors: [SafetensorsTensor] = []
    var metadata: [String: String] = [:]
    var names: Set<String> = []
    try scanner.object { (scanner, name) throws(HeaderDefect) in
      guard names.insert(name).inserted else {
        throw HeaderDefect(tensor: name, detail: "the name occurs twice")
      }
      if name == Self.metadataKey {
        metadata = try Self.texts(&scanner)
      } else {
        do throws(HeaderDefect) {
          tensors.append(try Self.tensor(name, &scanner))
        } catch {
          throw HeaderDefect(tensor: name, detail: error.detail)
        }
      }
    }
    try scanner.end()
    self.init(tensors: tensors, metadata: metadata)
    try requireNoHoles(dataByteCount)
  }

  private static func texts(
    _ scanner: inout HeaderScanner
  ) throws(HeaderDefect) -> [String: String] {
    var result: [String: String] = [:]
    try scanner.object { (scanner, key) throws(HeaderDefect) in
      guard result.updateValue(try scanner.string(), forKey: key) == nil else {
        throw HeaderDefect(detail: "\(metadataKey): the name \(printable(key)) occurs twice")
      }
    }
    return result
  }

  private static func tensor(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws(HeaderDefect) -> SafetensorsTensor {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { (scanner, key) throws(HeaderDefect) in
      switch key {
      case "dtype" where typeName == nil: typeName = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      case "dtype", "shape", "data_offsets": throw HeaderDefect(detail: "\(key) occurs twice")
      default:
        throw HeaderDefect(
          detail: "dtype, shape and data_offsets expected, \(printable(key)) found")
      }
    }
    guard let typeName else { throw HeaderDefect(detail: "dtype is missing") }
    guard let shape else { throw HeaderDefect(detail: "shape is missing") }
    guard let offsets else { throw HeaderDefect(detail: "data_offsets are missing") }
    guard let elementType = SafetensorsElementType(rawValue: typeName) else {
      throw HeaderDefect(detail: "unknown element type \(printable(typeName))")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw HeaderDefect(detail: "a start and an end of the data expected, \(list(offsets)) found")
    }
    guard let expected = elementType.byteCount(ofShape: shape) else {
      throw HeaderDefect(detail: "the shape \(list(shape)) is larger than any file")
    }
    let found = offsets[1] - offsets[0]
    guard found == expected else {
      throw HeaderDefect(
        detail: "\(expected) bytes expected for \(typeName) \(list(shape)), \(found) found")
    }
    return SafetensorsTensor(
      name: name, elementType: elementType, shape: shape, byteRange: offsets[0]..<offsets[1])
  }

  /// The first numbers for a message; a hostile file may have millions.
  private static func list(_ numbers: [Int]) -> String {
    numbers.count <= 8 ? "\(numbers)" : "\(numbers.prefix(8).dropLast()) and more"
  }

  private func requireNoHoles(_ dataByteCount: Int) throws(HeaderDefect) {
    var end = 0
    let inOrder = tensors.sorted {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound)
        < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    for tensor in inOrder {
      guard tensor.byteRange.upperBound <= dataByteCount else {
        throw HeaderDefect(
          tensor: tensor.name,
          detail: "data up to byte \(tensor.byteRange.upperBound) expected, "
            + "the file has \(dataByteCount)")
      }
      guard tensor.byteRange.lowerBound == end else {
        throw HeaderDefect(
          tensor: tensor.name,
          detail: "data from byte \(end) on expected, from \(tensor.byteRange.lowerBound) found: "
            + (tensor.byteRange.lowerBound < end ? "tensors overlap" : "a hole in the data"))
      }
      end = tensor.byteRange.upperBound
    }
    guard end == dataByteCount else {
      throw HeaderDefect(
        detail: "\(end) bytes of data expected after the header, \(dataByteCount) found")
    }
  }
}
