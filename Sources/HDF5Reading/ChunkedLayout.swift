/// How a dataset is divided into chunks, and how they are indexed.
///
/// Source: HDF5 File Format Specification, IV.A.2.i "The Data Layout Message", version 4.
struct ChunkedLayout {
  /// How the chunks are found.
  enum Index: Equatable {
    /// No chunk was written.
    case none
    /// A single chunk at this address, with its size in bytes if it is filtered.
    case single(address: UInt64, byteCount: UInt64?, skippedFilters: UInt32)
    /// A fixed array at this address, whose pages hold 2 to the power of `pageBitCount` elements.
    case fixedArray(address: UInt64, pageBitCount: Int)
  }

  /// A chunk's length along each axis.
  let chunkExtents: [Int]
  /// Size of an element in bytes.
  let elementByteCount: Int
  /// The chunk index.
  let index: Index

  private static let maximumRank = 32

  init(_ view: HDF5View, _ body: Range<Int>, of object: String) throws(HDF5ReadingError) {
    var reader = try view.piece(body, "data layout", of: object)
    let version = try reader.byte()
    guard version == 4 else {
      throw reader.location.outsideSubset("a data layout of version \(version)")
    }
    switch try reader.byte() {
    case 0: throw Self.otherLayout("a compact", object)
    case 1: throw Self.otherLayout("a contiguous", object)
    case 2: break
    case 3: throw Self.otherLayout("a virtual", object)
    default: throw reader.location.damaged("its class is unknown")
    }
    let flags = try reader.byte()
    guard flags & ~2 == 0 else {
      throw reader.location.outsideSubset("a layout with unfiltered chunks at the edges")
    }
    let dimensionCount = try reader.byte()
    let byteCount = try reader.byte()
    guard (1...(Self.maximumRank + 1)).contains(dimensionCount), (1...8).contains(byteCount) else {
      throw reader.location.damaged("its rank is impossible")
    }
    var lengths: [Int] = []
    for _ in 0..<dimensionCount { lengths.append(try reader.count(byteCount: byteCount)) }
    guard lengths.allSatisfy({ $0 > 0 }) else {
      throw reader.location.damaged("a chunk without elements")
    }
    elementByteCount = lengths.removeLast()
    chunkExtents = lengths
    index = try Self.index(&reader, isFiltered: flags & 2 != 0)
  }

  private static func index(
    _ reader: inout FieldReader, isFiltered: Bool
  ) throws(HDF5ReadingError) -> Index {
    let type = try reader.byte()
    let found: Index
    let address: UInt64
    switch type {
    case 1:
      let byteCount = isFiltered ? try reader.integer(UInt64.self) : nil
      let skippedFilters = isFiltered ? try reader.integer(UInt32.self) : 0
      address = try reader.integer()
      found = .single(address: address, byteCount: byteCount, skippedFilters: skippedFilters)
    case 3:
      let pageBitCount = try reader.byte()
      address = try reader.integer()
      found = .fixedArray(address: address, pageBitCount: pageBitCount)
    case 2: throw reader.location.outsideSubset("a chunk index without addresses (implicit)")
    case 4: throw reader.location.outsideSubset("a chunk index of type extensible array")
    case 5: throw reader.location.outsideSubset("a chunk index of type version-2 B-tree")
    default: throw reader.location.damaged("its chunk index is of unknown type \(type)")
    }
    return address == HDF5View.undefinedAddress ? .none : found
  }

  private static func otherLayout(_ what: String, _ object: String) -> HDF5ReadingError {
    HDF5ReadingError(.outsideSubset, object, "chunks expected, \(what) layout found")
  }
}
