/// The number of elements of a dataset or an attribute along each axis.
///
/// Source: HDF5 File Format Specification, IV.A.2.b "The Dataspace Message", version 2.
struct Dataspace: Equatable {
  /// Empty for a single value.
  let extents: [Int]

  private static let maximumRank = 32

  init(_ reader: inout FieldReader) throws(HDF5ReadingError) {
    let version = try reader.byte()
    guard version == 2 else {
      throw reader.location.outsideSubset("a dataspace of version \(version)")
    }
    let rank = try reader.byte()
    let flags = try reader.byte()
    let type = try reader.byte()
    guard type < 2 else { throw reader.location.outsideSubset("a dataspace without extents") }
    guard rank <= Self.maximumRank, type == 1 || rank == 0, flags & ~1 == 0 else {
      throw reader.location.damaged("its rank or flags are impossible")
    }
    var extents: [Int] = []
    for _ in 0..<rank { extents.append(try reader.count()) }
    if flags & 1 != 0 {
      // The layout of the chunk index depends on the maximum extents.
      for extent in extents {
        let maximum = try reader.integer(UInt64.self)
        guard maximum >= UInt64(extent) else {
          throw reader.location.damaged(
            "\(extent) elements, and at most \(maximum), are impossible")
        }
        guard maximum == UInt64(extent) else {
          throw reader.location.outsideSubset("a dataspace that may grow")
        }
      }
    }
    self.extents = extents
  }

  /// The number of elements; `nil` if it overflows.
  var elementCount: Int? { extents.product }
}

extension [Int] {
  /// The product; `nil` if it overflows.
  var product: Int? {
    var result = 1
    for factor in self {
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      result = product
    }
    return result
  }
}
