/// A heap of links or attributes, and the index of their names.
struct DenseStorage {
  private let heapAddress: UInt64
  private let indexAddress: UInt64
  private let kind: NameIndex.Kind
  private let object: String

  /// Reads the message with the addresses of links or attributes.
  ///
  /// - Returns: `nil` if the object header itself contains them.
  init?(
    _ view: HDF5View, _ message: Range<Int>, _ kind: NameIndex.Kind, of object: String
  ) throws(HDF5ReadingError) {
    var reader = try view.piece(
      message, kind == .links ? "link information" : "attribute information", of: object)
    guard try reader.byte() == 0 else {
      throw reader.location.outsideSubset("a later \(reader.location.name)")
    }
    // Bit 0: the order of creation is tracked, and the highest number comes next.
    if try reader.byte() & 1 != 0 { try reader.skip(kind == .links ? 8 : 2) }
    heapAddress = try reader.integer()
    indexAddress = try reader.integer()
    guard heapAddress != HDF5View.undefinedAddress else { return nil }
    self.kind = kind
    self.object = object
  }

  /// The byte ranges in the file of all links or attributes whose name has the hash of `name`.
  func candidates(
    _ name: [UInt8], in view: HDF5View
  ) throws(HDF5ReadingError) -> [Range<Int>] {
    let index = try NameIndex(view, at: indexAddress, kind, of: object)
    let matches = try index.matches(name, in: view)
    guard !matches.isEmpty else { return [] }
    let heap = try FractalHeap(view, at: heapAddress, of: object)
    var result: [Range<Int>] = []
    for match in matches {
      guard !match.isShared else {
        throw HDF5ReadingError(.outsideSubset, object, "a shared attribute is not supported")
      }
      result.append(try heap.location(of: match.heapID, in: view))
    }
    return result
  }
}
